package dev.millrace.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code millrace dead-letters} as an operator types it. */
class DeadLettersIT {
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  @Test
  void shouldShowRetryAndDropLetters() {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary()) {
      KafkaConnection connection = new KafkaConnection(kafka.bootstrapServers());
      try (Admin admin = Admin.create(connection.admin())) {
        Topics.create(admin, 2, 1);
      }
      write(
          connection,
          DeadLetter.of("http-500", "try later".getBytes(StandardCharsets.UTF_8))
              .did("did:plc:a")
              .host("pds.example")
              .exception("getRepo, 8 failed attempts"),
          DeadLetter.of("listing", new byte[] {0, 1}).host("relay.example"));

      assertThat(run(kafka, "list", "--by", "host")).contains("1 pds.example", "1 relay.example");
      String list = run(kafka, "list", "--reason", "http-500");
      assertThat(list).contains("did:plc:a", "getRepo, 8 failed").doesNotContain("relay.example");
      String id = list.lines().toList().get(1).split(" ", 2)[0];
      assertThat(run(kafka, "show", id)).contains("try later", "pds.example");
      assertThat(run(kafka, "show", letter(kafka, "listing"))).contains("2 bytes", "0001");
      assertThat(run(kafka, "list", "--limit", "1")).contains("1 earlier ones");

      assertThat(run(kafka, "retry", "--all"))
          .contains("1 letters are settled, 1 repos asked for", "1 letters are about no repo");
      assertThat(run(kafka, "drop", letter(kafka, "listing"))).contains("1 letters are dropped");
      assertThat(run(kafka, "list").lines()).hasSize(1);
      assertThat(err.toString()).isEmpty();
    }
  }

  private String letter(EmbeddedKafka kafka, String reason) {
    return run(kafka, "list", "--reason", reason).lines().toList().get(1).split(" ", 2)[0];
  }

  private static void write(KafkaConnection kafka, DeadLetter... letters) {
    Batch batch = new Batch();
    for (DeadLetter letter : letters) {
      batch.add(letter);
    }
    OneTransaction.write(kafka, "test", batch);
  }

  /** What the command prints. */
  private String run(EmbeddedKafka kafka, String... arguments) {
    CommandLine command =
        Main.commandLine(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));
    command.setErr(new PrintWriter(err, true));
    command.setOut(new PrintWriter(out, true));
    out.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 1];
    all[0] = "dead-letters";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(command.execute(all)).as(err.toString()).isZero();
    return out.toString();
  }
}
