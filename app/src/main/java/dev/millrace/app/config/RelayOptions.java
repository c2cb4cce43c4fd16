package dev.millrace.app.config;

import dev.millrace.connectors.ingest.ServiceHost;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The relays. */
public final class RelayOptions {
  @Env("INGESTER_RELAY_HOSTS")
  @Option(
      names = "--relay",
      split = ",",
      paramLabel = "HOST",
      converter = HostConverter.class,
      defaultValue = "bsky.network",
      description = {
        "Relays (or single PDSes) to follow and to list repos from: a host name, or a URL with",
        "https, wss, http or ws (several, or separated by commas). Default: ${DEFAULT-VALUE}."
      })
  private List<ServiceHost> relays;

  public List<ServiceHost> relays() {
    return relays.stream().distinct().toList();
  }

  static final class HostConverter implements ITypeConverter<ServiceHost> {
    @Override
    public ServiceHost convert(String value) {
      try {
        return ServiceHost.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
