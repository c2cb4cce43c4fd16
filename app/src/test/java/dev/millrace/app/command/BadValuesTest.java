package dev.millrace.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A bad value: one line that names the option, what is wrong and what is allowed; exit 2. */
final class BadValuesTest {
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run --ingester-batch-size 0       | --ingester-batch-size (INGESTER_BATCH_SIZE) is 0; allowed: 1 to 100000
          run --ingester-batch-size many    | --ingester-batch-size (INGESTER_BATCH_SIZE): 'many' is not a whole number; allowed: 1 to 100000
          run --mode sideways               | --mode (INGESTER_MODE): 'sideways' is not a known word; allowed: all, firehose, labels, backfill
          run --did somebody                | --did (MILLRACE_DIDS): 'somebody' is not a DID, such as did:plc:ewvi7nxzyoun6zhxrhs64oiz
          run --collections post            | --collections (MILLRACE_COLLECTIONS): 'post' is not a collection, such as app.bsky.feed.post
          run --relay https://a.b/path      | --relay (INGESTER_RELAY_HOSTS): 'https://a.b/path' is not a host (more than a host): want name[:port] or a URL with https, wss, http or ws and no path
          run --labeler did:x               | --labeler (INGESTER_LABELER_HOSTS): 'did:x' is not a host (no host name): want name[:port] or a URL with https, wss, http or ws and no path, or a DID, or 'none'
          run --plc ftp://plc               | --plc (PLC_URL): 'ftp://plc' is not a service's URL, such as https://plc.directory
          run --cursor -1                   | --cursor (MILLRACE_FIRST_CURSOR) is -1; allowed: 0 to 9223372036854775807
          run --bootstrap-servers kafka     | --bootstrap-servers (KAFKA_BOOTSTRAP_SERVERS): 'kafka' is not a broker; allowed: host:port, several separated by commas
          migrate --database-url mysql://db | --database-url (DATABASE_URL): must be postgresql://user:password@host:port/name or jdbc:postgresql://host:port/name
          migrate --database-schema a-b     | --database-schema (DATABASE_SCHEMA): schema is 'a-b', must be letters and underscores
          indexer --indexer-streams x       | --indexer-streams (INDEXER_STREAMS): 'x' is not one of firehose_live, firehose_backfill, label_live, identities
          run --replay-window x=6h          | --replay-window (MILLRACE_REPLAY_WINDOW): 'x' is not one of firehose_live, firehose_backfill, repo_backfill, repo_requests, label_live
          replay --from yesterday           | --from (MILLRACE_REPLAY_FROM): 'yesterday' is not beginning, nor a time such as 2026-01-31T12:00:00Z, nor a file whose name ends in .json
          replay --topic optouts            | --topic (MILLRACE_REPLAY_TOPICS): 'optouts' is not one of firehose_live, label_live, identities, firehose_backfill
          run --replay-window 6             | --replay-window (MILLRACE_REPLAY_WINDOW): '6' is not a time, such as 30m, 6h or 3d, or firehose_backfill=6h
          backfiller --backfiller-input a/b | --backfiller-input (BACKFILLER_INPUT_STREAM): 'a/b' is not a topic's name
          backfiller --host-rate 20         | --host-rate (BACKFILLER_HOST_RATE): '20' is not a rate, such as 6000/300s or 20/1s
          backfiller --host-rate 0/1s       | --host-rate (BACKFILLER_HOST_RATE): a rate is 0 in PT1S, must be at least 1 in 1 ms
          demo --rate 0                     | --rate (MILLRACE_DEMO_RATE) is 0; allowed: 1 to 100
          backfill --days -2                | --days (BACKFILL_DAYS) is -2; allowed: -1 to 36500
          backfill --days some              | --days (BACKFILL_DAYS): 'some' is not a whole number; allowed: -1 to 36500
          backfill --days 1 --start-cursor 5 | --days and --start-cursor are two beginnings: give one of them
          backfill --profile wild           | --profile (BACKFILL_PROFILE): 'wild' is not a known word; allowed: conservative, moderate, aggressive
          backfill --batch-size 1001        | --batch-size (BACKFILL_BATCH_SIZE) is 1001; allowed: 1 to 1000
          backfill --relay-url wss://a.b/c  | --relay-url (RELAY_URL): 'wss://a.b/c' is not a host (more than a host): want name[:port] or a URL with https, wss, http or ws and no path
          cursors set foo host 1            | STREAM: 'foo' is not a known word; allowed: firehose, labels, repos, identities, window, gap, spot
          cursors set firehose host x       | CURSOR: 'x' is not a sequence number; allowed: 0 and above
          cursors set identities host x     | CURSOR: 'x' is neither a number nor a time; allowed: 0 and above, or such as 2024-01-01T00:00:00Z
          ingest identities --identities-rate 7 | --identities-rate (INGESTER_IDENTITIES_RATE): '7' is not a rate, such as 6000/300s or 20/1s
          tracker --directory-concurrency 0 | --directory-concurrency (MILLRACE_DIRECTORY_CONCURRENCY) is 0; allowed: 1 to 1000
          cursors set window host 1         | STREAM: a window is read by 'millrace backfill'; see its --start-cursor
          cursors set gap host 1            | STREAM: a gap is noted by the producer; allowed: reset gap
          cursors set spot host 1           | STREAM: a spot is noted by the producer; allowed: reset spot
          cursors reset gap host            | HOST: a cursor key is <stream>:<host>, is 'host'
          cursors reset repos a@b/c         | HOST: 'b/c' is not a host (more than a host)
          run --listing-source collection   | --listing-source (INGESTER_LISTING_SOURCE) collection needs a --listing-collection
          ingest repos --listing-collection a.b.c | --listing-collection (INGESTER_LISTING_COLLECTIONS) is for --listing-source collection, not relays
          repos add a_b                     | REPO: 'a_b' is neither a DID nor a handle
          repos reset alice.example.com     | DID: 'alice.example.com' is not a DID, such as did:plc:ewvi7nxzyoun6zhxrhs64oiz
          dead-letters show 3-4             | LETTER: '3-4' is no letter, such as 3@1042 (partition@offset, from the list)
          dead-letters drop                 | which letters? Name some, or --reason, --host, --did or --all
          dead-letters retry --all --did x  | --all chooses every letter, beside others it means nothing
          tracker --handle-resolver x       | --handle-resolver (MILLRACE_HANDLE_RESOLVER): 'x' is not a service's URL, such as https://plc.directory
          run --bogus                       | Unknown option: '--bogus'
          frob                              | no command 'frob'; allowed: demo, run,
          version now                       | 'now' is not expected here
          ingest --cursor 5 firehose        | --cursor must come after 'firehose'
          run --relay a,b --cursor 5        | --cursor (MILLRACE_FIRST_CURSOR): 5 means nothing to 2 relays at once; allowed: 0, or one --relay
          run --backfiller-input x          | --backfiller-input (BACKFILLER_INPUT_STREAM) is 'x'; allowed here: repo_backfill
          run --backfiller-output x         | --backfiller-output (BACKFILLER_OUTPUT_STREAM) is 'x'; allowed here: firehose_backfill
          compare                           | Missing required option: '--pds=URL'
          """)
  void shouldAnswerABadValueWithOneLine(String command, String explanation) {
    int exit = run(Map.of(), command.split(" ", -1));

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("millrace").contains(": " + explanation);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldNameTheVariableThatABadValueCameFrom() {
    int exit = run(Map.of("BACKFILLER_CONCURRENCY", "lots"), "backfiller");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "millrace backfiller: --backfiller-concurrency (BACKFILLER_CONCURRENCY): 'lots' is not"
                + " a whole number; allowed: 1 to 1000");
  }

  @Test
  void shouldWarnOfAVariableOfOurOwnThatNoOptionIsReadFrom() {
    int exit = run(Map.of("MILLRACE_DATE", "x", "INGESTER_REDIS_URL", "redis://r"), "version");

    assertThat(exit).isZero();
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "millrace: no option is read from MILLRACE_DATE; is it misspelt?");
  }

  @Test
  void shouldNeverRepeatAPassword() {
    run(Map.of("DATABASE_URL", "postgres//me:hunter2@db/x"), "migrate");

    assertThat(err.toString()).contains("DATABASE_URL").doesNotContain("hunter2");
  }

  @Test
  void shouldHelpWithEveryCommand() {
    for (String command :
        List.of(
            "demo",
            "run",
            "ingest",
            "backfiller",
            "indexer",
            "migrate",
            "cursors",
            "replay",
            "compare",
            "version")) {
      assertThat(run(Map.of(), command, "--help")).isZero();
    }
    assertThat(out.toString()).contains("[INGESTER_RELAY_HOSTS]", "millrace demo --once");
  }

  private int run(Map<String, String> variables, String... arguments) {
    CommandLine command = Main.commandLine(variables);
    command.setErr(new PrintWriter(err, true));
    command.setOut(new PrintWriter(out, true));
    return command.execute(
        Arrays.stream(arguments).filter(a -> !a.isEmpty()).toArray(String[]::new));
  }
}
