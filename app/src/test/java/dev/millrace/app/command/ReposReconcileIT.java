package dev.millrace.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code millrace repos reconcile} as an operator types it. */
class ReposReconcileIT {
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  @Test
  void shouldSayHowManyDifferAndHow() {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Simulator simulator = Simulator.start(SimulatorOptions.of(5, 30).withBacklog(0))) {
      KafkaConnection connection = new KafkaConnection(kafka.bootstrapServers());
      try (Admin admin = Admin.create(connection.admin())) {
        Topics.create(admin, 2, 1);
      }
      Migrations.migrate(Database.of(postgres.jdbcUrl(), "bsky"));
      String relay = simulator.relays().getFirst().toString();

      String report = run(kafka, postgres, "repos", "reconcile", "--relay", relay);

      assertThat(report).contains("30 repos compared, 30 asked for").doesNotContain("stepped over");
      assertThat(report).containsPattern("not held +30\n").containsPattern("equal +0\n");
      String cursors = run(kafka, postgres, "cursors", "list");
      String name = relay.substring("http://".length()) + "/reconcile";
      assertThat(cursors).containsPattern("repos +" + name + " .* yes ");
      assertThat(run(kafka, postgres, "cursors", "reset", "repos", name)).contains("forgotten");
    }
  }

  /** What the command prints. */
  private String run(EmbeddedKafka kafka, EmbeddedPostgres postgres, String... arguments) {
    CommandLine command =
        Main.commandLine(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "DATABASE_URL",
                postgres.jdbcUrl()));
    command.setErr(new PrintWriter(err, true));
    command.setOut(new PrintWriter(out, true));
    out.getBuffer().setLength(0);
    assertThat(command.execute(arguments)).as(err.toString()).isZero();
    return out.toString();
  }
}
