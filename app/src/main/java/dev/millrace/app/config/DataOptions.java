package dev.millrace.app.config;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a process keeps what is its own. */
public final class DataOptions {
  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = {
        "State stores, spooled repos, logs, and the embedded servers' data. A second run with the",
        "same directory continues where the first one ended. Default: ${DEFAULT-VALUE}."
      })
  private Path directory;

  /** Of a directory that is already chosen. */
  public static DataOptions of(Path directory) {
    DataOptions options = new DataOptions();
    options.directory = directory;
    return options;
  }

  public Path directory() {
    return directory.toAbsolutePath().normalize();
  }

  /** State stores of the backfiller. */
  public Path streams() {
    return directory().resolve("streams");
  }

  /** Bodies of repos that are too large for memory, while they are expanded. */
  public Path spool() {
    return directory().resolve("spool");
  }

  public Path logs() {
    return directory().resolve("logs");
  }

  public Path kafka() {
    return directory().resolve("kafka");
  }

  public Path postgres() {
    return directory().resolve("postgres");
  }

  public Path simulator() {
    return directory().resolve("simulator");
  }
}
