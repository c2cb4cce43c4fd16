package dev.millrace.atproto.stream;

import org.jspecify.annotations.Nullable;

/** One message of an event stream. Immutable, as long as nobody writes into its arrays. */
public sealed interface StreamMessage
    permits CommitMessage,
        SyncMessage,
        IdentityMessage,
        AccountMessage,
        LabelsMessage,
        InfoMessage,
        ErrorMessage,
        UnknownMessage {

  /** The host's sequence number, to resume after; null of messages that have none. */
  @Nullable Long cursor();
}
