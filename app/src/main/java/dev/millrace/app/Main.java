package dev.millrace.app;

import dev.millrace.app.command.MillraceCommand;
import dev.millrace.app.config.Environment;
import dev.millrace.app.config.Values;
import java.io.PrintWriter;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Exit codes: 0 done, 1 failed, 2 an option is wrong. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(System.getenv(), args));
  }

  static int run(Map<String, String> variables, String... args) {
    return commandLine(variables).execute(args);
  }

  /** The whole command with its environment. */
  public static CommandLine commandLine(Map<String, String> variables) {
    Environment environment = new Environment(variables);
    CommandLine root = new CommandLine(new MillraceCommand());
    root.setCaseInsensitiveEnumValuesAllowed(true);
    // 'ingest --mode labels': the word is also a subcommand's.
    root.setAllowSubcommandsAsOptionParameters(true);
    root.setUsageHelpWidth(100);
    Environment.describe(root);
    for (CommandLine command : Environment.commands(root)) {
      // In the order of the source: what to collect, from where, to where, how fast, names.
      command.getCommandSpec().usageMessage().sortOptions(false).abbreviateSynopsis(true);
    }
    root.setDefaultValueProvider(environment);
    root.setParameterExceptionHandler(Main::badValue);
    root.setExecutionExceptionHandler(Main::failed);
    root.setExecutionStrategy(parsed -> execute(parsed, environment, root));
    return root;
  }

  private static int execute(ParseResult parsed, Environment environment, CommandLine root) {
    for (CommandLine command : parsed.asCommandLineList()) {
      Values.check(command);
    }
    refuseOptionsBeforeASubcommand(parsed);
    for (String name : environment.unknown(root)) {
      root.getErr().println("millrace: no option is read from " + name + "; is it misspelt?");
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** They would belong to the command above, which does not run. */
  private static void refuseOptionsBeforeASubcommand(ParseResult parsed) {
    for (ParseResult above = parsed; above.hasSubcommand(); above = above.subcommand()) {
      if (!above.matchedOptions().isEmpty()) {
        throw new ParameterException(
            above.commandSpec().commandLine(),
            "%s must come after '%s'"
                .formatted(
                    above.matchedOptions().getFirst().longestName(),
                    above.subcommand().commandSpec().name()));
      }
    }
  }

  private static int badValue(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + Values.explain(e));
    return ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    LoggerFactory.getLogger(Main.class).debug("failed", e);
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + reason);
    return ExitCode.SOFTWARE;
  }
}
