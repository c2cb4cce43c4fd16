package dev.millrace.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which version this is. */
@Command(
    name = "version",
    header = "Prints the version, and the Java it runs on.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ShowVersion implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .println(new Version().getVersion()[0] + ", Java " + Runtime.version());
    return ExitCode.OK;
  }
}
