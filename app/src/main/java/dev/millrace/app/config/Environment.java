package dev.millrace.app.config;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives options their values from environment variables: flag, then environment, then default. An
 * empty variable counts as unset.
 */
public final class Environment implements IDefaultValueProvider {
  private static final String OWN_PREFIX = "MILLRACE_";

  /** Read by the {@code millrace} script and by logback.xml. */
  private static final Set<String> READ_ELSEWHERE =
      Set.of("MILLRACE_JAVA_OPTS", "MILLRACE_LOG_LEVEL");

  private final Map<String, String> variables;

  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** The variable that an option is read from, where it has one. */
  public static Optional<String> variableOf(ArgSpec option) {
    return option.userObject() instanceof AnnotatedElement field
        ? Optional.ofNullable(field.getAnnotation(Env.class)).map(Env::value)
        : Optional.empty();
  }

  @Override
  public @Nullable String defaultValue(ArgSpec option) {
    return variableOf(option)
        .map(variables::get)
        .filter(value -> !value.isBlank())
        .orElseGet(option::defaultValue);
  }

  /** Whether the option's value, without a flag, is the environment's. */
  boolean gives(ArgSpec option) {
    return variableOf(option).map(variables::get).filter(value -> !value.isBlank()).isPresent();
  }

  /** Variables of ours by their prefix that no option reads: most likely misspelt. */
  public Set<String> unknown(CommandLine root) {
    Set<String> unknown = new TreeSet<>();
    for (String name : variables.keySet()) {
      if (name.startsWith(OWN_PREFIX)) {
        unknown.add(name);
      }
    }
    unknown.removeAll(READ_ELSEWHERE);
    everyOption(root).forEach(option -> variableOf(option).ifPresent(unknown::remove));
    return unknown;
  }

  /** Says in an option's help which variable stands for it. */
  public static void describe(CommandLine root) {
    for (CommandLine command : commands(root)) {
      CommandSpec spec = command.getCommandSpec();
      for (OptionSpec option : List.copyOf(spec.options())) {
        variableOf(option).ifPresent(variable -> replace(spec, option, variable));
      }
    }
  }

  private static void replace(CommandSpec spec, OptionSpec option, String variable) {
    // One text, so that it wraps where the terminal's columns end and not where the source's do.
    String text = String.join(" ", option.description());
    spec.remove(option);
    spec.addOption(OptionSpec.builder(option).description(text, "[" + variable + "]").build());
  }

  /** Every option of every command. */
  public static List<OptionSpec> everyOption(CommandLine root) {
    List<OptionSpec> options = new ArrayList<>();
    for (CommandLine command : commands(root)) {
      options.addAll(command.getCommandSpec().options());
    }
    return options;
  }

  /** The command itself and everything below it. */
  public static List<CommandLine> commands(CommandLine root) {
    List<CommandLine> commands = new ArrayList<>(List.of(root));
    root.getSubcommands().values().forEach(sub -> commands.addAll(commands(sub)));
    return commands;
  }
}
