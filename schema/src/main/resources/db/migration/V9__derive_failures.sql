-- What could not be derived, set aside with its reason so that the rest goes on. An indexer that
-- starts tries it again (docs/appview-tables.md).
CREATE TABLE derive_failure (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind      varchar     NOT NULL,
  key       varchar     NOT NULL,
  failure   varchar     NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT now()
);

-- A follow asks for the replies of one account in threads of another, a gate for those of anybody.
DROP INDEX millrace_post_reply_root_idx;
CREATE INDEX millrace_post_reply_root_idx ON post ("replyRoot") WHERE "replyRoot" IS NOT NULL;
CREATE INDEX millrace_post_creator_reply_root_idx ON post (creator, "replyRoot" COLLATE "C")
  WHERE "replyRoot" IS NOT NULL;
