package dev.millrace.topology.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * Keeps RocksDB small: the pending store holds thousands of short entries, there is one for each
 * partition, and the defaults take about 100 MiB each outside the heap.
 */
public final class SmallStores implements RocksDBConfigSetter {
  private static final long CACHE_BYTES = 1 << 20;
  private static final long WRITE_BUFFER_BYTES = 1 << 20;
  private static final int WRITE_BUFFERS = 2;
  private static final int OPEN_FILES = 32;

  private @Nullable Cache cache;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    // Streams' own instance: a new one would take its cache from its metrics.
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    cache = new LRUCache(CACHE_BYTES);
    table.setBlockCache(cache);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    options.setMaxOpenFiles(OPEN_FILES);
  }

  @Override
  public void close(String storeName, Options options) {
    if (cache != null) {
      cache.close();
    }
  }
}
