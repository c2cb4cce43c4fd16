package dev.millrace.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://me:secret@db.example:6432/atproto?sslmode=require",
        "postgres://me:secret@db.example:6432/atproto?sslmode=require",
        "postgresql://db.example:6432/atproto?user=me&password=secret&sslmode=require",
        "jdbc:postgresql://db.example:6432/atproto?user=me&password=secret&sslmode=require",
      })
  void shouldReadEveryFormOfUrlAlike(String url) {
    PGSimpleDataSource source = source(url);
    assertThat(source.getServerNames()).containsExactly("db.example");
    assertThat(source.getPortNumbers()).containsExactly(6432);
    assertThat(source.getDatabaseName()).isEqualTo("atproto");
    assertThat(source.getUser()).isEqualTo("me");
    assertThat(source.getPassword()).isEqualTo("secret");
    assertThat(source.getSslMode()).isEqualTo("require");
    assertThat(source.getCurrentSchema()).isEqualTo("\"bsky\",public");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://me:secret@db:1/x?sslmode=require, postgresql://me@db:1/x?sslmode=require",
    "postgresql://db/x?password=secret, postgresql://db/x",
    "jdbc:postgresql://db/x?user=me&password=secret, jdbc:postgresql://db/x?user=me",
    "jdbc:postgresql://db/x?password=s&sslpassword=t&user=me, jdbc:postgresql://db/x?user=me",
  })
  void shouldShowAUrlWithoutItsPassword(String url, String shown) {
    assertThat(Database.withoutPassword(url)).isEqualTo(shown);
  }

  @Test
  void shouldDecodeWhatIsEscapedAndTakeSeveralHosts() {
    PGSimpleDataSource source =
        source("postgresql://m%40e:p%2F%3Aw+1@a.example:1,b.example:2/n?application_name=x");
    assertThat(source.getUser()).isEqualTo("m@e");
    assertThat(source.getPassword()).isEqualTo("p/:w+1");
    assertThat(source.getServerNames()).containsExactly("a.example", "b.example");
    assertThat(source.getPortNumbers()).containsExactly(1, 2);
    assertThat(source.getApplicationName()).isEqualTo("x");
  }

  @Test
  void shouldAssumeTheUsualWhereTheUrlSaysNothing() {
    PGSimpleDataSource source = source("postgresql://me@/");
    assertThat(source.getServerNames()).containsExactly("localhost");
    assertThat(source.getPortNumbers()).containsExactly(5432);
    assertThat(source.getApplicationName()).isEqualTo("millrace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://secret@h/n | must be postgresql://",
        "secret | must be postgresql://",
        "postgresql://u:sec%ret@h/n | bad %-escape in its password",
        "postgresql://u:secret@h:port/n | not a URL",
        "postgresql://u:secret@h/n?sslmode | parameter without name or value",
        "jdbc:postgresql://h/n?currentSchema=secret | must not name a currentSchema",
      })
  void shouldSayWhatIsWrongWithAUrlWithoutRepeatingIt(String url, String message) {
    assertThatThrownBy(() -> Database.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldNotShowThePassword() {
    assertThat(Database.of("postgresql://u:secret@h/n")).hasToString("h:5432/n schema bsky");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "bsky1", "b;drop", "a\"b", "schéma"})
  void shouldRefuseASchemaThatTheAppViewWouldNotTake(String schema) {
    assertThatThrownBy(() -> Database.of("postgresql://h/n", schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be letters and underscores");
  }

  private static PGSimpleDataSource source(String url) {
    return (PGSimpleDataSource) Database.of(url).dataSource();
  }
}
