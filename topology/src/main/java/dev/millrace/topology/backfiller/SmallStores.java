package dev.millrace.topology.backfiller;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;

/**
 * Keeps RocksDB small: the pending store holds thousands of short entries, there is one for each
 * partition, and the defaults take about 100 MiB each outside the heap.
 */
public final class SmallStores implements RocksDBConfigSetter {
  private static final long WRITE_BUFFER_BYTES = 1 << 20;
  private static final int WRITE_BUFFERS = 2;

  @Override
  public void setConfig(String storeName, Options options, Map<String, @Nullable Object> configs) {
    BlockBasedTableConfig table = new BlockBasedTableConfig();
    table.setNoBlockCache(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    options.setMaxOpenFiles(32);
  }

  @Override
  public void close(String storeName, Options options) {
    // Nothing was made that RocksDB does not own.
  }
}
