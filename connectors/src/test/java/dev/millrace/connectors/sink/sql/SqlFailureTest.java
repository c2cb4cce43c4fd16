package dev.millrace.connectors.sink.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
  @ParameterizedTest
  @CsvSource({
    "22021, POISON",
    "22P05, POISON",
    "23505, POISON",
    "54000, POISON",
    "40001, COLLISION",
    "40P01, COLLISION",
    "55P03, COLLISION",
    "08006, AWAY",
    "53100, AWAY",
    "57P01, AWAY",
    "58030, AWAY",
    "25006, AWAY",
    "25P03, AWAY",
    "25P02, DEFECT",
    ", AWAY",
    "42P01, DEFECT",
    "28P01, DEFECT",
    "3D000, DEFECT",
  })
  void shouldSayWhatAStateAsksFor(@Nullable String state, SqlFailure failure) {
    assertThat(SqlFailure.of(state)).isEqualTo(failure);
  }

  @Test
  void shouldTakeAFailureWithoutSqlForADefect() {
    assertThat(SqlFailure.of(new DataAccessException("no SQL in it"))).isEqualTo(SqlFailure.DEFECT);
    assertThat(SqlFailure.of(new DataAccessException("x", new SQLException("x", "57P01"))))
        .isEqualTo(SqlFailure.AWAY);
  }

  @Test
  void shouldFindTheSqlExceptionInAChain() {
    SQLException cause = new SQLException("x", "23505");
    Throwable wrapped = new IllegalStateException(new RuntimeException(cause));

    assertThat((Throwable) SqlFailure.in(wrapped)).isSameAs(cause);
    assertThat((Throwable) SqlFailure.in(new IllegalStateException())).isNull();
  }
}
