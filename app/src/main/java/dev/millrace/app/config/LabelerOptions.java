package dev.millrace.app.config;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.connectors.ingest.ServiceHost;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The labelers. */
public final class LabelerOptions {
  private static final String NONE = "none";

  @Env("INGESTER_LABELER_HOSTS")
  @Option(
      names = "--labeler",
      split = ",",
      paramLabel = "HOST|DID",
      converter = LabelerConverter.class,
      defaultValue = "mod.bsky.app",
      description = {
        "Labelers to follow, from their first label on: a host name, a URL, or a DID (several, or",
        "separated by commas); 'none' for none. Default: ${DEFAULT-VALUE}."
      })
  private List<String> labelers;

  /** Hosts, URLs and DIDs, as they were given. */
  public List<String> labelers() {
    return labelers.stream().filter(labeler -> !labeler.equals(NONE)).distinct().toList();
  }

  static final class LabelerConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      String given = value.strip();
      if (given.equals(NONE) || (given.startsWith("did:") && Did.isValid(given))) {
        return given;
      }
      try {
        ServiceHost.parse(given);
        return given;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage() + ", or a DID, or 'none'");
      }
    }
  }
}
