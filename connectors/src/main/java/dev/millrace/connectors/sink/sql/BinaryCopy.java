package dev.millrace.connectors.sink.sql;

import dev.millrace.schema.event.RawJson;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into one table by {@code COPY … (FORMAT binary)}, the cheapest way in. There is
 * no conflict handling: the caller has looked what is there.
 *
 * <pre>
 * stream = "PGCOPY\n\377\r\n\0" int32(0) int32(0) row* int16(-1)
 * row    = int16(columns) field*
 * field  = int32(-1) | int32(length) bytes      text: UTF-8; int8: 8 bytes; bool: 1; jsonb: 1 then text
 * </pre>
 *
 * Not safe for several threads.
 */
public final class BinaryCopy {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final byte JSONB_VERSION = 1;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final String statement;
  private final int columns;
  private byte[] bytes = new byte[16 * 1024];
  private int length;
  private int rows;

  public BinaryCopy(Table<?> table, List<? extends Field<?>> columns) {
    var names = DSL.using(SQLDialect.POSTGRES);
    this.statement =
        "COPY %s (%s) FROM STDIN (FORMAT binary)"
            .formatted(
                names.render(table),
                columns.stream()
                    .map(column -> names.render(DSL.name(column.getName())))
                    .collect(Collectors.joining(", ")));
    this.columns = columns.size();
    put(HEADER, 0, HEADER.length);
  }

  /** Adds a row: texts (cleaned here), {@link RawJson} as text, Long, Boolean, JSONB or null. */
  public BinaryCopy row(@Nullable Object... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException(
          "%d values for %d columns: %s".formatted(values.length, columns, statement));
    }
    putShort(columns);
    for (Object value : values) {
      put(value);
    }
    rows++;
    return this;
  }

  /** Sends what was added; nothing if nothing was. */
  public void send(Connection connection) throws SQLException {
    if (rows == 0) {
      return;
    }
    putShort(-1);
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
    try {
      for (int sent = 0; sent < length; sent += CHUNK_BYTES) {
        copy.writeToCopy(bytes, sent, Math.min(CHUNK_BYTES, length - sent));
      }
      long written = copy.endCopy();
      if (written != rows) {
        throw new IllegalStateException(
            "%d of %d rows written: %s".formatted(written, rows, statement));
      }
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void put(@Nullable Object value) {
    switch (value) {
      case null -> putInt(-1);
      case String text -> putText(StoredText.of(text), 0);
      case RawJson json -> {
        putInt(json.length());
        put(json.array(), json.offset(), json.length());
      }
      case JSONB json -> putText(json.data(), 1);
      case Boolean flag -> {
        putInt(1);
        need(1);
        bytes[length++] = (byte) (flag ? 1 : 0);
      }
      case Long number -> {
        putInt(Long.BYTES);
        putInt((int) (number >>> 32));
        putInt((int) (long) number);
      }
      default -> throw new IllegalArgumentException("no binary form for " + value.getClass());
    }
  }

  private void putText(String text, int jsonbVersion) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length + jsonbVersion);
    if (jsonbVersion == JSONB_VERSION) {
      need(1);
      bytes[length++] = JSONB_VERSION;
    }
    put(utf8, 0, utf8.length);
  }

  private void put(byte[] source, int offset, int count) {
    need(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  private void putInt(int value) {
    need(4);
    bytes[length++] = (byte) (value >>> 24);
    bytes[length++] = (byte) (value >>> 16);
    bytes[length++] = (byte) (value >>> 8);
    bytes[length++] = (byte) value;
  }

  private void putShort(int value) {
    need(2);
    bytes[length++] = (byte) (value >>> 8);
    bytes[length++] = (byte) value;
  }

  private void need(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
