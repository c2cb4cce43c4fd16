package dev.millrace.app.command;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has repos begun anew. */
@Command(
    name = "reset",
    header = "Forgets what is known of repos and has them fetched anew.",
    description = {
      "",
      "Writes a reset event to firehose_live: what was known of the repo counts no more from there",
      "on, in the tables and in the tracker, and the tracker asks for a fetch. Rows stay until the",
      "whole repo is there; then those that it does not hold go.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReposReset implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "DID", description = "Whose repo.")
  private List<String> dids;

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Batch batch = new Batch();
    String now = Instant.now().toString();
    for (String did : dids) {
      if (!Did.isValid(did)) {
        throw new ParameterException(
            spec.commandLine(),
            "DID: '%s' is not a DID, such as did:plc:ewvi7nxzyoun6zhxrhs64oiz".formatted(did));
      }
      batch.add(
          Topic.FIREHOSE_LIVE,
          did,
          EventCodec.encode(new ResetEvent(now, did, ResetEvent.OPERATOR)));
    }
    cluster.open(kafka -> OneTransaction.write(kafka, Repos.TRANSACTIONAL_ID, batch));
    dids.forEach(did -> spec.commandLine().getOut().println(did + " is reset"));
    return ExitCode.OK;
  }
}
