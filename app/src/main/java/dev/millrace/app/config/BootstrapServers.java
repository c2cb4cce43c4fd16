package dev.millrace.app.config;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code host:port[,host:port…]}. */
public final class BootstrapServers implements ITypeConverter<String> {
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:,\\s\\[\\]]+):[0-9]{1,5}");

  @Override
  public String convert(String value) {
    for (String server : value.split(",", -1)) {
      if (!SERVER.matcher(server.strip()).matches()) {
        throw new TypeConversionException(
            "'" + server + "' is not a broker; allowed: host:port, several separated by commas");
      }
    }
    return value.replace(" ", "");
  }
}
