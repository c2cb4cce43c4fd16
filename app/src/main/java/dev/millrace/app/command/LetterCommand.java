package dev.millrace.app.command;

import dev.millrace.app.command.ChosenLetters.IdConverter;
import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.LetterId;
import dev.millrace.connectors.letters.Letters;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does something about letters that are chosen; about all of them only if that is said. */
abstract class LetterCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "LETTER",
      converter = IdConverter.class,
      description = "As the list names it, partition@offset.")
  private List<LetterId> ids = List.of();

  @Mixin private ChosenLetters chosen;

  @Option(names = "--all", description = "Every letter.")
  private boolean isAll;

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public final Integer call() throws Exception {
    LetterFilter filter = chosen.among(ids);
    if (filter.equals(LetterFilter.ALL) != isAll) {
      throw new ParameterException(
          spec.commandLine(),
          isAll
              ? "--all chooses every letter, beside others it means nothing"
              : "which letters? Name some, or --reason, --host, --did or --all");
    }
    PrintWriter out = spec.commandLine().getOut();
    cluster.open(kafka -> settle(new Letters(kafka, Clock.systemUTC()), filter, out));
    out.flush();
    return ExitCode.OK;
  }

  abstract void settle(Letters letters, LetterFilter filter, PrintWriter out);
}
