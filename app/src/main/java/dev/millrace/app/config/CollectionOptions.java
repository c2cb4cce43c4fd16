package dev.millrace.app.config;

import dev.millrace.atproto.syntax.Nsid;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which records are collected, by live ingestion and backfill alike. */
public final class CollectionOptions {
  @Env("MILLRACE_COLLECTIONS")
  @Option(
      names = "--collections",
      split = ",",
      paramLabel = "NSID",
      converter = CollectionConverter.class,
      description = {
        "Collect only records of these collections (several, or separated by commas).",
        "Default: every collection."
      })
  private List<Nsid> collections = List.of();

  /** Empty for every collection. */
  public Set<String> collections() {
    return collections.stream().map(Nsid::value).collect(Collectors.toUnmodifiableSet());
  }

  static final class CollectionConverter implements ITypeConverter<Nsid> {
    @Override
    public Nsid convert(String value) {
      if (!Nsid.isValid(value)) {
        throw new TypeConversionException(
            "'" + value + "' is not a collection, such as app.bsky.feed.post");
      }
      return Nsid.parse(value);
    }
  }
}
