package dev.millrace.app.config;

import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A service's base URL: {@code https://host[:port]} or {@code http://host[:port]}. */
public final class ServiceUrl implements ITypeConverter<URI> {
  @Override
  public URI convert(String value) {
    String text = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
    try {
      URI url = URI.create(text);
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (web && url.getHost() != null && (url.getPath() == null || url.getPath().isEmpty())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(refusal(value) + " (" + e.getMessage() + ")");
    }
    throw new TypeConversionException(refusal(value));
  }

  private static String refusal(String value) {
    return "'" + value + "' is not a service's URL, such as https://plc.directory";
  }
}
