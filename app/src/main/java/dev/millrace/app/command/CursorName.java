package dev.millrace.app.command;

import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.schema.event.CursorKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which cursor: a stream and a host. */
final class CursorName {
  @Parameters(
      index = "0",
      paramLabel = "STREAM",
      converter = StreamConverter.class,
      description = "firehose, labels, repos, gap or spot.")
  private CursorKey.Stream stream;

  @Parameters(
      index = "1",
      paramLabel = "HOST",
      converter = HostConverter.class,
      description = "As 'millrace cursors list' shows it, or a URL.")
  private String host;

  CursorKey key() {
    return new CursorKey(stream, host);
  }

  static final class StreamConverter implements ITypeConverter<CursorKey.Stream> {
    @Override
    public CursorKey.Stream convert(String value) {
      try {
        return CursorKey.Stream.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class HostConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        return ServiceHost.parse(value).name();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
