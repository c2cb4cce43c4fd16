package dev.millrace.app.config;

import dev.millrace.atproto.syntax.Did;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whose repos are collected, by live ingestion and backfill alike. */
public final class DidOptions {
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

  /** Empty for the whole network. */
  public Set<String> dids() {
    return dids.stream().map(Did::value).collect(Collectors.toUnmodifiableSet());
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
}
