package dev.millrace.connectors.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.identity.CachingDidResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.firehose.FirehoseOptions;
import dev.millrace.connectors.firehose.FirehoseProducer;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.labels.LabelOptions;
import dev.millrace.connectors.labels.LabelProducer;
import dev.millrace.connectors.repolist.RepoListOptions;
import dev.millrace.connectors.repolist.RepoListProducer;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SyncEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Action;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** All producers on a whole network: two relays, a labeler, live traffic. */
class SimulatedNetworkIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Old commits cannot be verified where keys change; what then happens has its own test. */
  private static Simulator network() {
    return Simulator.start(SimulatorOptions.of(7, 40).without(Action.ROTATE_KEY, Action.MIGRATE));
  }

  @Test
  void shouldBringEveryRepoLabelAndCommitOfANetwork() throws Exception {
    AddressGuard guard = AddressGuard.of(true);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    List<IngestPart> parts = new ArrayList<>();
    try (Simulator network = network();
        Cluster cluster = Cluster.start();
        XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, guard);
        CachingDidResolver resolver =
            new CachingDidResolver(
                new HttpDidResolver(http, network.plc()),
                10_000,
                Duration.ofHours(1),
                Duration.ofSeconds(10))) {
      StreamClient streams =
          new StreamClient(guard.install(new OkHttpClient.Builder()).build(), StreamLimits.DEFAULT);
      for (URI relay : network.relays()) {
        ServiceHost host = ServiceHost.parse(relay.toString());
        parts.add(
            FirehoseProducer.start(
                FirehoseOptions.of(host).firstCursor(0L),
                cluster.connection(),
                streams,
                resolver,
                meters));
        parts.add(
            RepoListProducer.start(
                RepoListOptions.of(host).pageSize(7).lookAgain(Duration.ofHours(1)),
                cluster.connection(),
                http,
                meters));
      }
      for (URI labeler : network.labelers()) {
        parts.add(
            LabelProducer.start(
                LabelOptions.of(ServiceHost.parse(labeler.toString())),
                cluster.connection(),
                streams,
                resolver,
                meters));
      }
      network.world().step(300);
      network.relays().forEach(relay -> awaitCursor(cluster, "firehose", network, relay));
      network.labelers().forEach(labeler -> awaitCursor(cluster, "labels", network, labeler));
      network.relays().forEach(relay -> awaitDone(cluster, relay));

      assertThat(cluster.deadLetters()).extracting(DeadLetter::exception).isEmpty();
      assertThat(listed(cluster)).hasSizeGreaterThanOrEqualTo(network.world().truth().repoCount());
      assertThat(newestData(cluster))
          .isNotEmpty()
          .allSatisfy(
              (did, data) ->
                  network
                      .world()
                      .truth()
                      .repo(did, repo -> assertThat(data).isEqualTo(repo.data().toString())));
      assertThat(labels(cluster))
          .containsAll(
              network.world().truth().labels().stream()
                  .map(label -> label.uri() + " " + label.val())
                  .toList());
      assertThat(parts).allMatch(IngestPart::ready);
      parts.forEach(part -> assertThat(part.close(Duration.ofSeconds(10))).isTrue());
    } finally {
      parts.forEach(part -> part.close(Duration.ofSeconds(1)));
    }
  }

  private static void awaitCursor(Cluster cluster, String stream, Simulator network, URI uri) {
    String key = stream + ":" + ServiceHost.parse(uri.toString()).name();
    String last = String.valueOf(network.lastSeq(uri));
    await(key)
        .atMost(SOON)
        .until(() -> cluster.cursor(key).map(CursorValue::cursor).filter(last::equals).isPresent());
  }

  private static void awaitDone(Cluster cluster, URI relay) {
    String key = "repos:" + ServiceHost.parse(relay.toString()).name();
    await(key).atMost(SOON).until(() -> cluster.cursor(key).filter(CursorValue::done).isPresent());
  }

  private static Set<String> listed(Cluster cluster) {
    Set<String> dids = new TreeSet<>();
    cluster
        .records(Topic.REPO_BACKFILL)
        .forEach(record -> dids.add(EventCodec.decodeListing(record.value()).did()));
    return dids;
  }

  private static List<String> labels(Cluster cluster) {
    return cluster.records(Topic.LABEL_LIVE).stream()
        .map(record -> EventCodec.decodeLabel(record.value()))
        .filter(label -> !label.neg())
        .map((LabelEvent label) -> label.uri() + " " + label.val())
        .toList();
  }

  /** Of each repo, the root of the tree at the highest rev that any relay told of. */
  private static Map<String, String> newestData(Cluster cluster) {
    Map<String, String> revs = new HashMap<>();
    Map<String, String> roots = new HashMap<>();
    cluster
        .records(Topic.FIREHOSE_LIVE)
        .forEach(
            record -> {
              RepoEvent event = EventCodec.decode(record.value());
              if (event instanceof CommitEvent commit) {
                keep(revs, roots, commit.did(), commit.rev(), commit.data());
              } else if (event instanceof SyncEvent sync) {
                keep(revs, roots, sync.did(), sync.rev(), sync.data());
              }
            });
    return roots;
  }

  private static void keep(
      Map<String, String> revs, Map<String, String> roots, String did, String rev, String data) {
    if (rev.compareTo(revs.getOrDefault(did, "")) >= 0) {
      revs.put(did, rev);
      roots.put(did, data);
    }
  }
}
