package dev.millrace.simulator.fault;

/**
 * What can go wrong. Those that come with an event take its place only where it says so; else the
 * event follows unharmed.
 */
public enum FaultKind {
  /** Before an event comes the first half of its frame. */
  TRUNCATED_FRAME,
  /** Before an event comes a frame of 10 MB. */
  HUGE_FRAME,
  /** Before an event comes a text. */
  TEXT_FRAME,
  /** Before an event comes one of an unknown type, with a seq between those of the others. */
  UNKNOWN_EVENT,
  /** Instead of a commit comes the same with one byte changed in a record or node. */
  FLIPPED_BYTE_IN_COMMIT,
  /** Instead of a commit comes the same, signed by another key. */
  WRONG_SIGNATURE_IN_COMMIT,
  /** An event comes twice. */
  REPEATED_SEQ,
  /** Before an event comes an earlier one again: the oldest that is kept. */
  EARLIER_SEQ,
  /** The connection ends before an event. */
  DISCONNECT,
  /** From here on the connection brings no event, only pings. */
  SILENCE,
  /** An error frame, and the connection ends. */
  CONSUMER_TOO_SLOW,

  /** getRepo gives a CAR with one byte changed in its last block. */
  FLIPPED_BYTE_IN_CAR,
  /** getRepo gives the first half of the blocks, and a clean end. */
  CUT_CAR,
  /** getRepo gives the repo of another account. */
  OTHER_REPO,
  /** getRepo gives a commit signed by another key. */
  WRONG_SIGNATURE_IN_CAR,
  /** getRepo announces the whole CAR, gives half of it, and the connection ends. */
  CUT_BODY,
  /** getRepo gives a CAR of blocks that belong to nothing, for ever. */
  ENDLESS_BODY,
  /** getRepo gives a gibibyte of zeros, compressed. */
  ZIP_BOMB,
  /** While getRepo gives the repo as it was, something happens to it: see {@link Faults}. */
  OVERTAKEN_FETCH,
  /** Listings give the account another status, as a relay does that has its own troubles. */
  LISTED_STATUS,
  /** Whatever page of a listing holds the account, the answer is an HTTP status. */
  BAD_PAGE,

  /** The answer is an HTTP status, with or without Retry-After. */
  HTTP_STATUS,
  /** The answer sends the client elsewhere. */
  REDIRECT,
  /** There is no answer, ever; the connection stays. */
  HANG,
  /** The directory knows no such DID. */
  NO_DOCUMENT,

  /** A planted record, in a commit or a whole repo that went out. */
  PLANTED_RECORD
}
