package dev.millrace.app.config;

import dev.millrace.connectors.replay.ReplayStart;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is replayed, from where, and into what. */
public final class ReplayOptions {
  private static final String BEGINNING = "beginning";

  @Env("MILLRACE_REPLAY_FROM")
  @Option(
      names = "--from",
      paramLabel = "WHERE",
      converter = FromConverter.class,
      defaultValue = BEGINNING,
      description = {
        "beginning; or a time, as 2026-01-31T12:00:00Z, by which Kafka took the events; or a file",
        "POSITIONS.json with {\"<partition>\": {\"<topic>\": <offset>, …}, …}.",
        "Default: ${DEFAULT-VALUE}."
      })
  private From from;

  @Env("MILLRACE_REPLAY_TOPICS")
  @Option(
      names = "--topic",
      split = ",",
      paramLabel = "TOPIC",
      converter = TopicConverter.class,
      description = {
        "Read only these topics again (several, or separated by commas), over the rows that are",
        "there: nothing is emptied. With --into: the other database gets the rows of these topics",
        "alone. Default: every topic, into emptied tables."
      })
  private List<Topic> topics = List.of();

  @Env("MILLRACE_REPLAY_INTO")
  @Option(
      names = "--into",
      paramLabel = "URL",
      converter = DatabaseOptions.UrlConverter.class,
      description = {
        "Another database, which must be empty; it is made ready. The present one stays as it is and",
        "may be written meanwhile. Default: the present one."
      })
  private @Nullable String into;

  @Env("MILLRACE_REPLAY_INTO_GROUP")
  @Option(
      names = "--into-group",
      paramLabel = "GROUP",
      converter = NonBlank.class,
      description = {
        "The consumer group of the other database's indexer, from now on.",
        "Default: the indexer's group with _replay after it."
      })
  private @Nullable String intoGroup;

  @Env("MILLRACE_REPLAY_DRY_RUN")
  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Env("MILLRACE_REPLAY_PREPARE")
  @Option(
      names = "--prepare",
      description = "End when everything is set up and asked for; the indexer does the reading.")
  private boolean prepareOnly;

  @Env("MILLRACE_REPLAY_RESTART")
  @Option(names = "--restart", description = "Begin anew though a replay is unfinished.")
  private boolean restart;

  /** As it was given, and what it is. */
  record From(String given, ReplayStart start) {}

  public ReplayStart start() {
    return from.start();
  }

  /** Empty for every topic. */
  public Set<Topic> topics() {
    return topics.isEmpty() ? Set.of() : EnumSet.copyOf(topics);
  }

  /** The other database, or null for the present one. */
  public @Nullable Database into(String schema) {
    return into == null ? null : Database.of(into, schema);
  }

  public String group(String indexerGroup) {
    if (into == null) {
      return indexerGroup;
    }
    return intoGroup == null ? indexerGroup + "_replay" : intoGroup;
  }

  public boolean isDryRun() {
    return dryRun;
  }

  public boolean isPrepareOnly() {
    return prepareOnly;
  }

  public boolean isRestart() {
    return restart;
  }

  /** Names the other database, without a password; empty for the present one. */
  public String intoUrl() {
    return into == null ? "" : Database.withoutPassword(into);
  }

  /** The replay in the command's own words, as it can be given again. */
  public String asked(String indexerGroup) {
    StringBuilder words = new StringBuilder("--from ").append(from.given());
    if (!topics.isEmpty()) {
      words
          .append(" --topic ")
          .append(topics().stream().map(Topic::topicName).collect(Collectors.joining(",")));
    }
    if (into != null) {
      words
          .append(" --into '")
          .append(intoUrl())
          .append("' --into-group ")
          .append(group(indexerGroup));
    }
    return words.toString();
  }

  static final class FromConverter implements ITypeConverter<From> {
    @Override
    public From convert(String value) {
      String given = value.strip();
      if (given.equals(BEGINNING)) {
        return new From(given, new ReplayStart.Beginning());
      }
      if (given.endsWith(".json")) {
        return new From(given, positions(Path.of(given)));
      }
      try {
        Instant time = OffsetDateTime.parse(given).toInstant();
        return new From(given, new ReplayStart.Since(time));
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "'%s' is not beginning, nor a time such as 2026-01-31T12:00:00Z, nor a file whose name ends in .json"
                .formatted(given));
      }
    }

    private static ReplayStart positions(Path file) {
      try {
        return ReplayStart.Positions.parse(Files.readString(file, StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new TypeConversionException("'%s' cannot be read: %s".formatted(file, e.toString()));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'%s' %s".formatted(file, e.getMessage()));
      }
    }
  }

  static final class TopicConverter implements ITypeConverter<Topic> {
    @Override
    public Topic convert(String value) {
      return SinkOptions.ALL_STREAMS.stream()
          .filter(topic -> topic.topicName().equals(value.strip()))
          .findAny()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is not one of %s"
                          .formatted(
                              value,
                              SinkOptions.ALL_STREAMS.stream()
                                  .map(Topic::topicName)
                                  .collect(Collectors.joining(", ")))));
    }
  }
}
