package dev.millrace.app.command;

import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.LetterId;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which dead letters a command is about. */
final class ChosenLetters {
  @Option(
      names = "--reason",
      split = ",",
      paramLabel = "WORD",
      description = "Letters with this reason (several, or separated by commas).")
  private List<String> reasons = List.of();

  @Option(
      names = "--host",
      split = ",",
      paramLabel = "HOST",
      description = "Letters of this host (several, or separated by commas).")
  private List<String> hosts = List.of();

  @Option(
      names = "--did",
      split = ",",
      paramLabel = "DID",
      description = "Letters about this account (several, or separated by commas).")
  private List<String> dids = List.of();

  /** What these choose among the letters of these names, or among all if there are none. */
  LetterFilter among(List<LetterId> ids) {
    return new LetterFilter(
        Set.copyOf(ids), Set.copyOf(reasons), Set.copyOf(hosts), Set.copyOf(dids));
  }

  static final class IdConverter implements ITypeConverter<LetterId> {
    @Override
    public LetterId convert(String value) {
      try {
        return LetterId.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
