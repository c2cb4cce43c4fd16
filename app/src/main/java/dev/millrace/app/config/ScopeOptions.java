package dev.millrace.app.config;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Nsid;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is collected, by live ingestion and backfill alike: everything, unless narrowed here. */
public final class ScopeOptions {
  @Env("MILLRACE_DIDS")
  @Option(
      names = "--did",
      split = ",",
      paramLabel = "DID",
      converter = DidConverter.class,
      description = {
        "Collect only these accounts (several, or separated by commas).",
        "Default: the whole network."
      })
  private List<Did> dids = List.of();

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

  /** The accounts; empty for the whole network. */
  public Set<String> dids() {
    return dids.stream().map(Did::value).collect(Collectors.toUnmodifiableSet());
  }

  /** The collections; empty for all. */
  public Set<String> collections() {
    return collections.stream().map(Nsid::value).collect(Collectors.toUnmodifiableSet());
  }

  static final class DidConverter implements ITypeConverter<Did> {
    @Override
    public Did convert(String value) {
      if (!Did.isValid(value)) {
        throw new TypeConversionException(
            "'" + value + "' is not a DID, such as did:plc:ewvi7nxzyoun6zhxrhs64oiz");
      }
      return Did.parse(value);
    }
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
