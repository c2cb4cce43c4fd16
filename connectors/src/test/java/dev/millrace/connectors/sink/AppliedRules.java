package dev.millrace.connectors.sink;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests of rules: a schema a class, empty before each test, and batches applied to it. */
abstract class AppliedRules {
  static SinkDatabase database;

  AppliedBatches sink;

  @BeforeAll
  static void migrate() throws Exception {
    database = new SinkDatabase();
  }

  @BeforeEach
  void open() throws Exception {
    database.clear();
    sink = new AppliedBatches(database);
  }

  @AfterEach
  void close() {
    sink.close();
  }
}
