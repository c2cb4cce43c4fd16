package dev.millrace.app.oracle;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.derive.Recount;
import dev.millrace.schema.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Invariant 6: nothing was counted twice or not at all. */
final class CountersAreExact implements Guarantee {
  private static final int SHOWN = 10;

  private final Database database;

  CountersAreExact(Database database) {
    this.database = database;
  }

  @Override
  public List<String> breaches() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return Recount.differences(
              DSL.using(connection, SQLDialect.POSTGRES), Collections.indexed(), SHOWN)
          .stream()
          .map(difference -> "recount: " + difference)
          .toList();
    }
  }
}
