package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.world.World;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartIT {
  @TempDir Path data;

  private SimulatorOptions options() {
    return SimulatorOptions.of(41, 15).withBacklog(100).withData(data);
  }

  /** Runs in a process of its own: prints each relay's URI, then steps until it is killed. */
  public static void main(String[] args) {
    try (Simulator simulator =
        Simulator.start(SimulatorOptions.of(41, 15).withBacklog(100).withData(Path.of(args[0])))) {
      simulator.relays().forEach(relay -> System.out.println("relay " + relay));
      while (true) {
        simulator.world().step();
        if (simulator.world().steps() % 100 == 0) {
          System.out.println("steps " + simulator.world().steps());
        }
      }
    }
  }

  @Test
  void shouldGoOnAfterAHardKillAsIfItHadNeverStopped() throws Exception {
    List<String> relays = new ArrayList<>();
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RestartIT.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals("steps 300")) {
        if (line.startsWith("relay ")) {
          relays.add(line.substring("relay ".length()));
        }
        line = out.readLine();
      }
      assertThat(line).isEqualTo("steps 300");
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    try (Simulator again = Simulator.start(options())) {
      World world = again.world();
      assertThat(again.relays()).extracting(URI::toString).isEqualTo(relays);
      assertThat(world.steps()).isGreaterThanOrEqualTo(300);
      world.step(50);
      World uninterrupted = World.create(world.options(), 0, step -> {});
      uninterrupted.step((int) world.steps());
      assertThat(world.truth().hash()).isEqualTo(uninterrupted.truth().hash());
      for (int i = 0; i < 2; i++) {
        assertThat(frames(world.streams().relays().get(i)))
            .containsExactlyElementsOf(frames(uninterrupted.streams().relays().get(i)));
      }
    }
  }

  private static List<byte[]> frames(EventLog log) {
    return log.read(0, 1_000_000).stream().map(EventLog.Entry::frame).toList();
  }

  @Test
  void shouldKeepItsPortsAndRefuseAnotherNetwork() {
    List<URI> hosts;
    try (Simulator first = Simulator.start(options())) {
      hosts = List.of(first.plc(), first.pdses().get(2), first.labelers().getFirst());
      assertThatThrownBy(() -> Simulator.start(options()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another simulator is running");
    }
    try (Simulator second = Simulator.start(options())) {
      assertThat(List.of(second.plc(), second.pdses().get(2), second.labelers().getFirst()))
          .isEqualTo(hosts);
    }
    assertThatThrownBy(
            () -> Simulator.start(SimulatorOptions.of(42, 16).withBacklog(100).withData(data)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed is 41 there, not 42")
        .hasMessageContaining("repos is 15 there, not 16");
  }
}
