package dev.millrace.topology.tracker.identity;

/** Why a DID is to be resolved. */
public enum IdentityCause {
  /** It came up for the first time: a mirrored document will do. */
  SEEN,
  /** Something may have changed, which a mirror may not know of yet: the directory is asked. */
  CHANGED
}
