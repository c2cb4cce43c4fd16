package dev.millrace.connectors.sink.repo;

/** The parts of {@code at://did/collection/rkey}, of URIs that Millrace stored itself. */
final class RecordUri {
  private static final int DID_AT = "at://".length();

  private RecordUri() {}

  static String did(String uri) {
    return uri.substring(DID_AT, uri.indexOf('/', DID_AT));
  }

  static String collection(String uri) {
    int start = uri.indexOf('/', DID_AT) + 1;
    return uri.substring(start, uri.indexOf('/', start));
  }
}
