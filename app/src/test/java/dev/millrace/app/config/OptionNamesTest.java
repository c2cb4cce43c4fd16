package dev.millrace.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every variable, its flag and its default: what operators rely on. */
final class OptionNamesTest {
  private static final List<String> NAMES =
      List.of(
          "BACKFILLER_BATCH_SIZE --backfiller-batch-size 50",
          "BACKFILLER_CONCURRENCY --backfiller-concurrency 10",
          "BACKFILLER_CONSUMER_GROUP --backfiller-group prod_backfiller",
          "BACKFILLER_CONSUMER_NAME --backfiller-name backfiller-0",
          "BACKFILLER_HOST_CONCURRENCY --host-concurrency 5",
          "BACKFILLER_HOST_RATE --host-rate 6000/300s",
          "BACKFILLER_INPUT_STREAM --backfiller-input repo_backfill",
          "BACKFILLER_OUTPUT_HIGH_WATER_MARK --backfiller-high-water-mark 1000000",
          "BACKFILL_BATCH_DELAY_MS --batch-delay-ms null",
          "BACKFILL_BATCH_SIZE --batch-size null",
          "BACKFILL_DAYS --days null",
          "BACKFILL_END_CURSOR --end-cursor null",
          "BACKFILL_IDLE_LAG --idle-lag 1000",
          "BACKFILL_MAX_CONCURRENT --workers null",
          "BACKFILL_MAX_MEMORY_MB --max-memory-mb null",
          "BACKFILL_MAX_RATE --max-rate null",
          "BACKFILL_PROFILE --profile null",
          "BACKFILL_RESUME --resume false",
          "BACKFILL_SERVICE --service backfill",
          "BACKFILL_START_CURSOR --start-cursor null",
          "BACKFILL_USE_IDLE --use-idle null",
          "RELAY_URL --relay-url wss://bsky.network",
          "WORKER_ID --worker-id 0",
          "BACKFILLER_OUTPUT_STREAM --backfiller-output firehose_backfill",
          "DATABASE_SCHEMA --database-schema bsky",
          "DATABASE_URL --database-url null",
          "INDEXER_BATCH_SIZE --indexer-batch-size 2000",
          "INDEXER_CONCURRENCY --indexer-concurrency 20",
          "INDEXER_CONSUMER --indexer-name indexer-0",
          "INDEXER_GROUP --indexer-group firehose_group",
          "INDEXER_MODE --indexer-mode all",
          "INDEXER_NOTIFICATION_MAX_AGE_DAYS --notification-max-age-days null",
          "INDEXER_STREAMS --indexer-streams firehose_live,firehose_backfill,label_live,identities",
          "INDEXER_UNKNOWN_COLLECTIONS --unknown-collections store",
          "INGESTER_BATCH_SIZE --ingester-batch-size 500",
          "INGESTER_BATCH_TIMEOUT_MS --ingester-batch-timeout-ms 1000",
          "INGESTER_HIGH_WATER_MARK --high-water-mark 1000000",
          "INGESTER_IDENTITIES_AGAIN_S --identities-again 60",
          "INGESTER_IDENTITIES_RATE --identities-rate 500/300s",
          "INGESTER_LABELER_HOSTS --labeler mod.bsky.app",
          "INGESTER_LISTING_AGAIN_S --listing-again 300",
          "INGESTER_LISTING_COLLECTIONS --listing-collection null",
          "INGESTER_LISTING_CONCURRENCY --listing-concurrency 32",
          "INGESTER_LISTING_HELD --listing-held false",
          "INGESTER_LISTING_SOURCE --listing-source relays",
          "INGESTER_MODE --mode all",
          "INGESTER_RELAY_HOSTS --relay bsky.network",
          "KAFKA_BOOTSTRAP_SERVERS --bootstrap-servers null",
          "MILLRACE_ALLOW_PRIVATE_HOSTS --allow-private-hosts false",
          "MILLRACE_CATCH_UP_TIMEOUT --timeout 86400",
          "MILLRACE_CATCH_UP_TIMEOUT --timeout 900",
          "MILLRACE_COLLECTIONS --collections null",
          "MILLRACE_DATA --data data",
          "MILLRACE_DATA --data null",
          "MILLRACE_DEMO_ONCE --once false",
          "MILLRACE_DEMO_RATE --rate 50",
          "MILLRACE_DEMO_REPOS --repos 500",
          "MILLRACE_DEMO_SEED --seed 1",
          "MILLRACE_DIDS --did null",
          "MILLRACE_DIRECTORY_CONCURRENCY --directory-concurrency 16",
          "MILLRACE_DIRECTORY_RATE --directory-rate 3000/60s",
          "MILLRACE_FIRST_CURSOR --cursor null",
          "MILLRACE_HANDLE_RESOLVER --handle-resolver null",
          "MILLRACE_MIRROR_IDENTITIES --mirror-identities false",
          "MILLRACE_PARTITIONS --partitions 16",
          "MILLRACE_PDS_HOSTS --pds null",
          "MILLRACE_REPAIR --repair false",
          "MILLRACE_REPLAY_DRY_RUN --dry-run false",
          "MILLRACE_REPLAY_FROM --from beginning",
          "MILLRACE_REPLAY_INTO --into null",
          "MILLRACE_REPLAY_INTO_GROUP --into-group null",
          "MILLRACE_REPLAY_PREPARE --prepare false",
          "MILLRACE_REPLAY_RESTART --restart false",
          "MILLRACE_REPLAY_TOPICS --topic null",
          "MILLRACE_REPLAY_WINDOW --replay-window 72h",
          "MILLRACE_REPLICATION --replication 1",
          "MILLRACE_TRIM_IGNORE_GROUPS --trim-ignore-group null",
          "MILLRACE_TRIM_INTERVAL --trim-interval 60",
          "MILLRACE_UNTIL_CAUGHT_UP --until-caught-up false",
          "MILLRACE_WITHOUT_BACKFILLER --without-backfiller false",
          "PLC_URL --plc https://plc.directory",
          "TRACKER_CONCURRENCY --tracker-concurrency 32",
          "TRACKER_CONSUMER_GROUP --tracker-group prod_tracker",
          "TRACKER_CONSUMER_NAME --tracker-name tracker-0");

  @Test
  void shouldKeepEveryNameAndDefault() {
    TreeSet<String> names = new TreeSet<>();
    for (OptionSpec option : Environment.everyOption(Main.commandLine(Map.of()))) {
      Environment.variableOf(option)
          .ifPresent(
              variable ->
                  names.add(variable + " " + option.longestName() + " " + declaredDefault(option)));
    }

    assertThat(names).containsExactlyElementsOf(new TreeSet<>(NAMES));
  }

  /** Where a value that stands in the environment would choose for a command that was not meant. */
  private static final List<String> FLAGS_ALONE =
      List.of(
          "--help",
          "--version",
          "--reason",
          "--host",
          "--did",
          "--by",
          "--limit",
          "--all",
          "--json",
          "--seconds",
          "--priority");

  @Test
  void shouldGiveEveryOptionAVariableButThoseThatChooseForOneCommand() {
    List<String> without =
        Environment.everyOption(Main.commandLine(Map.of())).stream()
            .filter(option -> Environment.variableOf(option).isEmpty())
            .map(OptionSpec::longestName)
            .distinct()
            .toList();

    assertThat(without).containsExactlyInAnyOrderElementsOf(FLAGS_ALONE);
  }

  @Test
  void shouldUseTheSameVariableForAFlagEverywhere() {
    Map<String, TreeSet<String>> flags = new TreeMap<>();
    for (OptionSpec option : Environment.everyOption(Main.commandLine(Map.of()))) {
      Environment.variableOf(option)
          .ifPresent(
              variable ->
                  flags
                      .computeIfAbsent(variable, name -> new TreeSet<>())
                      .add(option.longestName()));
    }

    assertThat(flags).allSatisfy((variable, names) -> assertThat(names).hasSize(1));
  }

  @Test
  void shouldTakeTheFlagBeforeTheVariableBeforeTheDefault() {
    assertThat(mode(Map.of())).isEqualTo(IngesterMode.ALL);
    assertThat(mode(Map.of("INGESTER_MODE", "labels"))).isEqualTo(IngesterMode.LABELS);
    assertThat(mode(Map.of("INGESTER_MODE", "labels"), "--mode", "firehose"))
        .isEqualTo(IngesterMode.FIREHOSE);
    assertThat(mode(Map.of("INGESTER_MODE", " "))).isEqualTo(IngesterMode.ALL);
  }

  private static Object mode(Map<String, String> variables, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("ingest"));
    arguments.addAll(List.of(flags));
    CommandLine root = Main.commandLine(variables);
    root.parseArgs(arguments.toArray(String[]::new));
    CommandLine ingest = Objects.requireNonNull(root.getSubcommands().get("ingest"));
    return ingest.getCommandSpec().findOption("--mode").getValue();
  }

  /** As the annotation has it; a switch without one is false. */
  private static String declaredDefault(OptionSpec option) {
    String declared = option.defaultValue();
    return declared == null && option.arity().max() == 0 ? "false" : String.valueOf(declared);
  }
}
