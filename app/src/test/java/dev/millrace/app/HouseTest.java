package dev.millrace.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may import what: docs/architecture.md. */
final class HouseTest {
  private static final List<String> MODULES =
      List.of("atproto", "embedded", "schema", "connectors", "topology", "simulator", "app");

  private static JavaClasses house;

  @BeforeAll
  static void readClasses() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");
  }

  @Test
  void shouldLetConnectorsAndTopologyMeetAtTheTopicsOnly() {
    forbid("connectors", "topology", "simulator", "embedded", "app");
    forbid("topology", "connectors", "simulator", "embedded", "app");
  }

  @Test
  void shouldKeepTheProtocolFreeOfEverythingElse() {
    forbid("atproto", "schema", "connectors", "topology", "simulator", "embedded", "app");
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.atproto..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "java.sql..", "javax.sql..", "org.jooq..")
        .check(house);
  }

  @Test
  void shouldLetTheSimulatorUseTheProtocolOnly() {
    forbid("simulator", "schema", "connectors", "topology", "embedded", "app");
  }

  @Test
  void shouldLetTheSchemaUseTheProtocolOnly() {
    forbid("schema", "connectors", "topology", "simulator", "embedded", "app");
  }

  @Test
  void shouldLetTheEmbeddedServersUseNothingOfOurs() {
    forbid("embedded", "atproto", "schema", "connectors", "topology", "simulator", "app");
  }

  @Test
  void shouldHaveNoCyclesOfPackages() {
    JavaClasses written =
        house.that(
            JavaClass.Predicates.resideOutsideOfPackage("dev.millrace.schema.jooq..")); // generated
    for (String module : MODULES) {
      slices()
          .matching("dev.millrace." + module + ".(**)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true) // a module of one package has no slices
          .check(written);
    }
  }

  @Test
  void shouldNameThingsByWhatTheyAre() {
    noClasses().should().resideInAnyPackage("..util..", "..utils..", "..helper..").check(house);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.millrace.schema.jooq..")
        .should()
        .haveNameMatching(".*(Utils?|Helpers?)")
        .check(house);
  }

  private static void forbid(String module, String... others) {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            List.of(others).stream().map(o -> "dev.millrace." + o + "..").toArray(String[]::new))
        .check(house);
  }
}
