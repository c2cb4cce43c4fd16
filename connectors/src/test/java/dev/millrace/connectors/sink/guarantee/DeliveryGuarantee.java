package dev.millrace.connectors.sink.guarantee;

import java.sql.Connection;
import java.sql.SQLException;

/** A promise about delivery. One object watches one run; its methods are called one at a time. */
interface DeliveryGuarantee {
  /** Before the first event: whatever it needs in the database to watch. */
  default void prepare(Connection database) throws SQLException {}

  /**
   * At any moment of the run, within one snapshot of the database.
   *
   * @throws AssertionError if the promise is broken
   */
  default void checkNow(Connection snapshot) throws SQLException {}

  /**
   * When everything was read.
   *
   * @throws AssertionError if the promise is broken
   */
  void checkAtRest(Connection database) throws Exception;
}
