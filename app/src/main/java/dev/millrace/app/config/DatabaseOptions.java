package dev.millrace.app.config;

import dev.millrace.schema.database.Database;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which database, and which schema in it. */
public final class DatabaseOptions {
  private static final String USUAL = "postgresql://postgres@127.0.0.1:5432/postgres";

  @Env("DATABASE_URL")
  @Option(
      names = "--database-url",
      paramLabel = "URL",
      converter = UrlConverter.class,
      description = {
        "Postgres, as postgresql://user:password@host:port/database or jdbc:postgresql://….",
        "Default: an embedded Postgres where the command has one (demo, run), none where it can do",
        "without (ingest, status), else " + USUAL + "."
      })
  private @Nullable String url;

  @Env("DATABASE_SCHEMA")
  @Option(
      names = "--database-schema",
      paramLabel = "NAME",
      converter = SchemaConverter.class,
      defaultValue = "bsky",
      description = "The schema that holds the tables. Default: ${DEFAULT-VALUE}.")
  private String schema;

  /** The database that was named, or null. */
  public @Nullable Database named() {
    return url == null ? null : Database.of(url, schema);
  }

  /** The database that was named, or the usual one on this machine. */
  public Database database() {
    return Database.of(url == null ? USUAL : url, schema);
  }

  public String schema() {
    return schema;
  }

  static final class UrlConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        Database.of(value);
        return value;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class SchemaConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        Database.of(USUAL, value);
        return value;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
