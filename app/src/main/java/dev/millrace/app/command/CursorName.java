package dev.millrace.app.command;

import dev.millrace.atproto.syntax.Nsid;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.schema.event.CursorKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which cursor: a stream and a host. */
final class CursorName {
  @Parameters(
      index = "0",
      paramLabel = "STREAM",
      converter = StreamConverter.class,
      description = "firehose, labels, repos, identities, gap or spot.")
  private CursorKey.Stream stream;

  @Parameters(
      index = "1",
      paramLabel = "HOST",
      description = "As 'millrace cursors list' shows it, or a URL.")
  private String host;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  CursorKey.Stream stream() {
    return stream;
  }

  CursorKey key() {
    try {
      return new CursorKey(
          stream,
          switch (stream) {
            case GAP, SPOT -> CursorKey.parse(host).toString();
            case REPOS -> listing();
            case FIREHOSE, LABELS, IDENTITIES -> ServiceHost.parse(host).name();
            case WINDOW -> host;
          });
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "HOST: " + e.getMessage(), e);
    }
  }

  /** {@code <relay>}, {@code <host>@<relay>}, {@code *@<relay>} or {@code <relay>/<what>}. */
  private String listing() {
    int at = host.indexOf('@');
    if (at > 0) {
      String one = host.substring(0, at);
      String relay = ServiceHost.parse(host.substring(at + 1)).name();
      return CursorKey.ofHost(one.equals("*") ? one : ServiceHost.parse(one).name(), relay).host();
    }
    int slash = host.lastIndexOf('/');
    String what = host.substring(slash + 1);
    return slash > 0 && (what.equals("reconcile") || Nsid.isValid(what))
        ? ServiceHost.parse(host.substring(0, slash)).name() + host.substring(slash)
        : ServiceHost.parse(host).name();
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
}
