package dev.millrace.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Makes docs/configuration.md out of the options themselves, and fails when the page is not what
 * they say. {@code ./mvnw test -pl app -am -Dtest=ConfigurationPageTest -Dmillrace.write=true}
 * writes it.
 */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");

  @Test
  void shouldDocumentEveryOption() throws IOException {
    String page = page();
    if (Boolean.getBoolean("millrace.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Configuration

        Every option here is a flag and an environment variable; what only chooses what one command looks at is a flag alone,
        which its `--help` names. The flag wins over the variable, the variable over the
        default; an empty variable counts as unset. A bad value is one line on standard error that names the option, what
        is wrong and what is allowed; the exit code is then 2. Variables that belong to no part are ignored, but one that
        begins with `MILLRACE_` and is not listed here is warned of. Lists are separated by commas.

        Only read by the script `./millrace`: `MILLRACE_JAVA_OPTS`, further options for the JVM, such as `-Xmx4g`. Only
        read by the logs: `MILLRACE_LOG_LEVEL` (`INFO`), how much of our own is logged.

        This page is made out of the options themselves; a test compares it with them.

        | variable | flag | default | allowed | commands | meaning |
        |---|---|---|---|---|---|
        """);
    rows().forEach(row -> page.append(row).append('\n'));
    return page.toString();
  }

  private static List<String> rows() {
    Map<String, Set<String>> commands = new LinkedHashMap<>();
    Map<String, String> meanings = new LinkedHashMap<>();
    for (CommandLine command : Environment.commands(Main.commandLine(Map.of()))) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        Environment.variableOf(option)
            .ifPresent(
                variable -> {
                  String first =
                      "| `%s` | `%s` | %s | %s |"
                          .formatted(
                              variable, option.longestName(), fallback(option), allowed(option));
                  commands.computeIfAbsent(first, key -> new LinkedHashSet<>()).add(name(command));
                  meanings.putIfAbsent(first, meaning(option));
                });
      }
    }
    List<String> rows = new ArrayList<>();
    commands.forEach(
        (first, names) ->
            rows.add(first + " " + String.join(", ", names) + " | " + meanings.get(first) + " |"));
    rows.sort(null);
    return rows;
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("^millrace ", "");
  }

  private static String fallback(OptionSpec option) {
    String declared = option.defaultValue();
    if (declared == null) {
      return option.arity().max() == 0 ? "off" : "";
    }
    return "`" + declared + "`";
  }

  private static String allowed(OptionSpec option) {
    return Values.allowed(option).replaceFirst("^allowed: ", "");
  }

  /** The help, without the variable's name at its end and without the default. */
  private static String meaning(OptionSpec option) {
    String[] lines = option.description();
    return String.join(" ", List.of(lines).subList(0, lines.length - 1))
        .replaceFirst(" Default: \\S+?\\.$", "")
        .replace("|", "\\|");
  }
}
