package dev.millrace.app.command;

import dev.millrace.connectors.kafka.CursorStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Forgets a cursor. */
@Command(
    name = "reset",
    header = "Forgets a cursor: the stream's next start is a first start.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CursorsReset implements Callable<Integer> {
  @Mixin private CursorName name;
  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    cluster.open(kafka -> new CursorStore(kafka).reset(name.key(), new SimpleMeterRegistry()));
    spec.commandLine().getOut().println(name.key() + " is forgotten");
    return ExitCode.OK;
  }
}
