package dev.millrace.app.oracle;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.verify.Verification;
import dev.millrace.schema.database.Database;
import java.sql.SQLException;
import java.util.List;

/**
 * Invariant 6: every own row, every notification and flag is what the records say, nothing was
 * counted or told twice or not at all.
 */
final class TablesAgree implements Guarantee {
  private final Database database;

  TablesAgree(Database database) {
    this.database = database;
  }

  @Override
  public List<String> breaches() throws SQLException {
    return new Verification(database.dataSource(), Collections.indexed()).run().first();
  }
}
