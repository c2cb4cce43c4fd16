package dev.millrace.app.config;

import dev.millrace.connectors.trim.TrimOptions;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long what everybody has read is kept for a replay. */
public final class TrimmingOptions {
  @Env("MILLRACE_REPLAY_WINDOW")
  @Option(
      names = "--replay-window",
      split = ",",
      paramLabel = "[TOPIC=]TIME",
      converter = WindowConverter.class,
      defaultValue = "72h",
      description = {
        "How long events stay in the topics after every reader has read them, as 30m, 6h or 3d; of a",
        "topic alone as firehose_backfill=6h (several, or separated by commas). What a reader has not",
        "read stays, however old. Default: ${DEFAULT-VALUE}."
      })
  private List<Window> windows;

  @Env("MILLRACE_TRIM_IGNORE_GROUPS")
  @Option(
      names = "--trim-ignore-group",
      split = ",",
      paramLabel = "GROUP",
      converter = NonBlank.class,
      description = {
        "Consumer groups that are dead for good (several, or separated by commas): what they have",
        "not read may be deleted. Default: none."
      })
  private List<String> ignoredGroups = List.of();

  @Env("MILLRACE_TRIM_INTERVAL")
  @Limits(min = 1, max = 86_400)
  @Option(
      names = "--trim-interval",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How often the topics are trimmed. Default: ${DEFAULT-VALUE}.")
  private long intervalSeconds;

  /** Of a topic, or of all that have none of their own. */
  record Window(@Nullable Topic topic, Duration time) {}

  /** Of topics without one of their own. */
  public Duration window() {
    return windows.stream()
        .filter(window -> window.topic() == null)
        .map(Window::time)
        .reduce(TrimOptions.DEFAULT_WINDOW, (before, last) -> last);
  }

  public Map<Topic, Duration> topicWindows() {
    Map<Topic, Duration> own = new EnumMap<>(Topic.class);
    for (Window window : windows) {
      if (window.topic() != null) {
        own.put(window.topic(), window.time());
      }
    }
    return own;
  }

  public Set<String> ignoredGroups() {
    return Set.copyOf(ignoredGroups);
  }

  public Duration interval() {
    return Duration.ofSeconds(intervalSeconds);
  }

  static final class WindowConverter implements ITypeConverter<Window> {
    private static final Pattern WINDOW =
        Pattern.compile("(?:(?<topic>[a-z_]+)=)?(?<time>" + ShortDuration.PATTERN + ")");

    @Override
    public Window convert(String value) {
      Matcher parts = WINDOW.matcher(value.strip());
      if (!parts.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is not a time, such as 30m, 6h or 3d, or firehose_backfill=6h");
      }
      String topic = parts.group("topic");
      return new Window(
          topic == null ? null : topic(topic), ShortDuration.parse(parts.group("time")));
    }

    private static Topic topic(String name) {
      return TrimOptions.TOPICS.stream()
          .filter(topic -> topic.topicName().equals(name))
          .findAny()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is not one of %s"
                          .formatted(
                              name,
                              TrimOptions.TOPICS.stream()
                                  .map(Topic::topicName)
                                  .collect(Collectors.joining(", ")))));
    }
  }
}
