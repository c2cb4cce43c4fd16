package dev.millrace.connectors.sink;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A way to a database that can be shut: connections are cut, and new ones refused. */
final class GatedDataSource implements DataSource {
  private final DataSource database;
  private final List<Connection> open = new ArrayList<>();
  private boolean isShut;

  GatedDataSource(DataSource database) {
    this.database = database;
  }

  synchronized void shut() throws SQLException {
    isShut = true;
    for (Connection connection : open) {
      connection.abort(Runnable::run);
    }
    open.clear();
  }

  synchronized void open() {
    isShut = false;
  }

  @Override
  public synchronized Connection getConnection() throws SQLException {
    if (isShut) {
      throw new SQLException("connection refused", "08001");
    }
    Connection connection = database.getConnection();
    open.add(connection);
    return connection;
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return database.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    database.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    database.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return database.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return database.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return database.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return database.isWrapperFor(type);
  }
}
