package dev.millrace.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import dev.millrace.connectors.ingest.ServiceHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a windowed backfill is told by flags, and as a service by its environment. */
final class WindowOptionsTest {
  private static WindowOptions of(Map<String, String> variables, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("backfill"));
    arguments.addAll(List.of(flags));
    CommandLine root = Main.commandLine(variables);
    root.parseArgs(arguments.toArray(String[]::new));
    return (WindowOptions)
        Objects.requireNonNull(root.getSubcommands().get("backfill"))
            .getCommandSpec()
            .mixins()
            .values()
            .stream()
            .map(mixin -> mixin.userObject())
            .filter(WindowOptions.class::isInstance)
            .findFirst()
            .orElseThrow();
  }

  @Test
  void shouldTakeLittleAsAServiceAndMoreWhenSomebodyWaits() {
    assertThat(of(Map.of("BACKFILL_DAYS", "30")).throttle())
        .isEqualTo(new BackfillThrottle(5, 2_000, 2, 512, true, 0));
    assertThat(of(Map.of(), "--days", "30").throttle())
        .isEqualTo(new BackfillThrottle(100, 0, 4, 0, false, 0));
    assertThat(
            of(Map.of(
                    "BACKFILL_DAYS", "7",
                    "BACKFILL_BATCH_SIZE", "20",
                    "BACKFILL_BATCH_DELAY_MS", "1000",
                    "BACKFILL_MAX_CONCURRENT", "5",
                    "BACKFILL_MAX_MEMORY_MB", "1024",
                    "BACKFILL_USE_IDLE", "false"))
                .throttle())
        .isEqualTo(new BackfillThrottle(20, 1_000, 5, 1_024, false, 0));
  }

  @Test
  void shouldTakeAProfileAndWhatIsGivenBesideIt() {
    assertThat(of(Map.of(), "--days", "1", "--profile", "moderate", "--max-rate", "9").throttle())
        .isEqualTo(new BackfillThrottle(20, 500, 5, 1_024, true, 9));
    assertThat(of(Map.of(), "--days", "1", "--profile", "aggressive", "--workers", "3").throttle())
        .isEqualTo(new BackfillThrottle(100, 100, 3, 2_048, true, 0));
  }

  @Test
  void shouldBeOffUnlessSomethingIsAsked() {
    assertThat(of(Map.of()).isOff()).isTrue();
    assertThat(of(Map.of("BACKFILL_DAYS", "0")).isOff()).isTrue();
    assertThat(of(Map.of("BACKFILL_DAYS", "3"), "--days", "0").isOff()).isTrue();
    assertThat(of(Map.of(), "--resume").isOff()).isFalse();
    assertThat(of(Map.of("BACKFILL_DAYS", "0"), "--start-cursor", "0").isOff()).isFalse();
    assertThat(of(Map.of("BACKFILL_DAYS", "3"), "--start-cursor", "0").startCursor()).isEqualTo(0);
    assertThat(of(Map.of(), "--days", "-1").isOff()).isFalse();
  }

  @Test
  void shouldKnowRelaysAsTheOldToolNamedThem() {
    assertThat(
            of(Map.of(
                    "RELAY_URL", "wss://a.example/xrpc/com.atproto.sync.subscribeRepos,b.example"))
                .relays())
        .extracting(ServiceHost::name)
        .containsExactly("a.example", "b.example");
    assertThat(of(Map.of("WORKER_ID", "2")).isPrimary()).isFalse();
  }
}
