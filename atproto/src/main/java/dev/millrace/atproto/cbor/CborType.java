package dev.millrace.atproto.cbor;

/** What a DAG-CBOR value of the AT Protocol data model can be. */
public enum CborType {
  /** 64 bits, signed. */
  INTEGER,
  BYTES,
  TEXT,
  ARRAY,
  MAP,
  /** Tag 42: a CID. */
  LINK,
  BOOLEAN,
  NULL
}
