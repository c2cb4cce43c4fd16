package dev.millrace.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayTablesTest {
  /** A new table has to be put on this list, or to be kept on purpose (invariant 13). */
  @Test
  void shouldEmptyWhatIsAFunctionOfTheTopicsAndNothingElse() {
    assertThat(ReplayTables.emptied())
        .containsExactly(
            "actor_block",
            "actor_sync",
            "derive_failure",
            "derive_queue",
            "duplicate_record",
            "feed_generator",
            "feed_item",
            "follow",
            "handle_claim",
            "label",
            "label_negation",
            "label_seq",
            "labeler",
            "like",
            "list",
            "list_block",
            "list_item",
            "notification",
            "op_thread_reply",
            "post",
            "post_agg",
            "post_embed_external",
            "post_embed_gallery_image",
            "post_embed_image",
            "post_embed_record",
            "post_embed_video",
            "post_gate",
            "profile",
            "profile_agg",
            "quote",
            "record",
            "repo_state",
            "repost",
            "starter_pack",
            "thread_gate",
            "thread_gate_list",
            "tombstone",
            "verification");
  }
}
