package dev.millrace.schema.database;

import dev.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/**
 * Writes the jOOQ classes out of a real database that the migrations made.
 *
 * <p>Run after a change of a migration, from the top folder:
 *
 * <pre>
 * ./mvnw -q process-test-classes -pl schema -am -Dgenerate-jooq
 * </pre>
 */
final class GenerateJooqClasses {
  /** Beneath the module's folder. */
  static final Path COMMITTED = Path.of("src", "generated", "java");

  /** Flyway's own table, and those of the AppView that Millrace never touches. */
  private static final String NOT_OURS =
      "millrace_schema_history|activity_subscription|actor_state|algo_whats_hot_view|blob_takedown"
          + "|bookmark|did_cache|draft|list_mute|moderation_.*|mute|notification_push_token"
          + "|private_data|subscription|suggested_.*|tagged_suggestion|thread_mute|view_param";

  private GenerateJooqClasses() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      generate(postgres.jdbcUrl(), Path.of(arguments[0]));
    }
  }

  /** Migrates the empty database and writes its classes; replaces what is in the target. */
  static void generate(String jdbcUrl, Path target) throws Exception {
    Migrations.migrate(dev.millrace.schema.database.Database.of(jdbcUrl));
    GenerationTool.generate(
        new Configuration()
            .withLogging(Logging.WARN)
            .withJdbc(new Jdbc().withUrl(jdbcUrl))
            .withGenerator(
                new Generator()
                    .withDatabase(
                        new Database()
                            .withName("org.jooq.meta.postgres.PostgresDatabase")
                            .withInputSchema(dev.millrace.schema.database.Database.DEFAULT_SCHEMA)
                            .withOutputSchemaToDefault(true)
                            .withExcludes(NOT_OURS)
                            .withIncludeRoutines(false))
                    .withGenerate(
                        new Generate()
                            .withGeneratedAnnotationDate(false)
                            .withGlobalCatalogReferences(false)
                            .withGlobalSchemaReferences(false))
                    .withTarget(
                        new Target()
                            .withPackageName("dev.millrace.schema.jooq")
                            .withDirectory(target.toString())
                            .withClean(true))));
  }
}
