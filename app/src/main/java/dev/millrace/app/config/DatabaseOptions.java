package dev.millrace.app.config;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which database, and which schema in it. */
public final class DatabaseOptions {
  private static final String USUAL = "postgresql://postgres@127.0.0.1:5432/postgres";

  @Env("DATABASE_URL")
  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = {
        "Postgres, as postgresql://user:password@host:port/database or jdbc:postgresql://….",
        "Default: an embedded Postgres where the command has one (demo, run), else " + USUAL + "."
      })
  private @Nullable String url;

  @Env("DATABASE_SCHEMA")
  @Option(
      names = "--database-schema",
      paramLabel = "NAME",
      defaultValue = "bsky",
      description = "The schema that holds the tables. Default: ${DEFAULT-VALUE}.")
  private String schema;

  /** The database that was named, or null. */
  public @Nullable String named() {
    return url;
  }

  /** The database that was named, or the usual one on this machine. */
  public String url() {
    return url == null ? USUAL : url;
  }

  public String schema() {
    return schema;
  }
}
