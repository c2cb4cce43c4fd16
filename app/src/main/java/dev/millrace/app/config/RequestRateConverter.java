package dev.millrace.app.config;

import dev.millrace.atproto.rate.RequestRate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How often in which time, such as {@code 6000/300s}. */
final class RequestRateConverter implements ITypeConverter<RequestRate> {
  private static final Pattern RATE =
      Pattern.compile("(?<count>[0-9]{1,9})/(?<time>" + ShortDuration.PATTERN + ")");

  @Override
  public RequestRate convert(String value) {
    Matcher parts = RATE.matcher(value.strip());
    if (parts.matches()) {
      try {
        return new RequestRate(
            Integer.parseInt(parts.group("count")), ShortDuration.parse(parts.group("time")));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
    throw new TypeConversionException("'" + value + "' is not a rate, such as 6000/300s or 20/1s");
  }
}
