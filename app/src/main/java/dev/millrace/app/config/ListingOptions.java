package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** The listing of repos. */
public final class ListingOptions {
  @Env("INGESTER_HIGH_WATER_MARK")
  @Limits(min = 1, max = 1_000_000_000_000L)
  @Option(
      names = "--high-water-mark",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "Listing waits while more repos than this are listed and not fetched; it goes on below",
        "four fifths of it. Live events never wait. Default: ${DEFAULT-VALUE}."
      })
  private long highWaterMark;

  public long highWaterMark() {
    return highWaterMark;
  }
}
