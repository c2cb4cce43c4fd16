package dev.millrace.app.command;

import dev.millrace.app.command.ChosenLetters.IdConverter;
import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.LetterId;
import dev.millrace.connectors.letters.Letters;
import dev.millrace.connectors.letters.OpenLetter;
import dev.millrace.schema.event.DeadLetter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** All of a letter. */
@Command(
    name = "show",
    header = "Shows all that is known of letters, and what was set aside: text, else hex.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DeadLettersShow implements Callable<Integer> {
  private static final String FIELD = "%-10s %s%n";

  @Parameters(
      arity = "1..*",
      paramLabel = "LETTER",
      converter = IdConverter.class,
      description = "As the list names it, partition@offset.")
  private List<LetterId> ids;

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<LetterId> missing = new ArrayList<>(ids);
    cluster.open(
        kafka ->
            new Letters(kafka, Clock.systemUTC())
                .read(
                    new LetterFilter(Set.copyOf(ids), Set.of(), Set.of(), Set.of()),
                    open -> {
                      missing.remove(open.id());
                      print(open, out);
                    }));
    out.flush();
    missing.forEach(id -> spec.commandLine().getErr().println(id + " is not there, or settled"));
    return missing.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void print(OpenLetter open, PrintWriter out) {
    DeadLetter letter = open.letter();
    out.printf(FIELD, "letter", open.id());
    out.printf(FIELD, "time", open.at());
    field("reason", letter.reason(), out);
    field("host", letter.host(), out);
    field("did", letter.did(), out);
    field("stream", letter.stream(), out);
    DeadLetter.Source source = letter.source();
    if (source != null) {
      field(
          "source", "%s-%d@%d".formatted(source.topic(), source.partition(), source.offset()), out);
    }
    field("what", letter.exception(), out);
    field("cut", letter.wholeSha256(), out);
    byte[] value = letter.value();
    if (value != null) {
      out.printf("%d bytes:%n%s%n", value.length, text(value));
    }
    out.println();
  }

  private static void field(String name, @Nullable String value, PrintWriter out) {
    if (value != null) {
      out.printf(FIELD, name, value);
    }
  }

  private static String text(byte... value) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      if (text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // No text.
    }
    return HexFormat.of().formatHex(value);
  }
}
