package dev.millrace.app.config;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Checks what was given: a bad value is one line that names the option, what is wrong and what is
 * allowed.
 */
public final class Values {
  private Values() {}

  /**
   * Checks every option of a parsed command against its {@link Limits}.
   *
   * @throws ParameterException for the first that is outside
   */
  public static void check(CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      Limits limits = limitsOf(option);
      Object value = option.getValue();
      if (limits != null && value instanceof Number number) {
        long given = number.longValue();
        if (given < limits.min() || given > limits.max()) {
          throw new ParameterException(
              command, "%s is %d; %s".formatted(named(option), given, allowed(option)), option, "");
        }
      }
    }
  }

  /** The one line for a value that could not be read. */
  public static String explain(ParameterException e) {
    ArgSpec option = e.getArgSpec();
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      return unknownWord(unmatched);
    }
    if (option == null || e.getValue() == null || e.getValue().isEmpty()) {
      return firstLine(e);
    }
    String allowed = allowed(option);
    String wrong =
        e.getCause() instanceof TypeConversionException own && allowed.isEmpty()
            ? own.getMessage()
            : "'" + e.getValue() + "' is not " + kind(option);
    return named(option) + ": " + wrong + (allowed.isEmpty() ? "" : "; " + allowed);
  }

  /** The option as people know it: its flag, and its variable. */
  static String named(ArgSpec option) {
    String flag = option instanceof OptionSpec o ? o.longestName() : option.paramLabel();
    return Environment.variableOf(option)
        .map(variable -> flag + " (" + variable + ")")
        .orElse(flag);
  }

  /** What an option allows, or the empty text where its type alone says it. */
  public static String allowed(ArgSpec option) {
    Limits limits = limitsOf(option);
    if (limits != null) {
      return "allowed: " + limits.min() + " to " + limits.max();
    }
    Class<?> type = option.type();
    if (type.isEnum()) {
      return "allowed: "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    return "";
  }

  private static String kind(ArgSpec option) {
    Class<?> type = option.type();
    if (Collection.class.isAssignableFrom(type)) {
      type = List.of(option.auxiliaryTypes()).getFirst();
    }
    if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
      return "a whole number";
    }
    return type.isEnum() ? "a known word" : "a " + type.getSimpleName();
  }

  private static @Nullable Limits limitsOf(ArgSpec option) {
    return option.userObject() instanceof AnnotatedElement field
        ? field.getAnnotation(Limits.class)
        : null;
  }

  private static String unknownWord(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    return e.getCommandLine().getSubcommands().isEmpty()
        ? "'" + word + "' is not expected here"
        : "no command '%s'; allowed: %s"
            .formatted(word, String.join(", ", e.getCommandLine().getSubcommands().keySet()));
  }

  private static String firstLine(ParameterException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
