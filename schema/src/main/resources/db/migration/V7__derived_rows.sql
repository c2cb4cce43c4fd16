-- What depends on several repos is derived from base rows by the queue (docs/appview-tables.md).

-- Some things are derived once more when all transactions that ran at the first time have ended:
-- one of them may have looked for rows that were not there yet, and so asked for nothing. Holds the
-- lowest transaction id that may still run then; null: at once.
ALTER TABLE derive_queue ADD COLUMN after_xid bigint;

-- To find the replies that a gate is for. The AppView's own indexes have its names.
CREATE INDEX millrace_post_reply_root_idx ON post ("replyRoot", creator) WHERE "replyRoot" IS NOT NULL;
CREATE INDEX millrace_thread_gate_creator_idx ON thread_gate (creator);

-- The lists whose members a thread gate lets reply.
CREATE TABLE thread_gate_list (
  uri      varchar NOT NULL,
  post_uri varchar NOT NULL,
  list_uri varchar NOT NULL,
  PRIMARY KEY (uri, list_uri)
);
CREATE INDEX thread_gate_list_list_idx ON thread_gate_list (list_uri);

-- The labeler's seq, which decides between equal cts. Not in label any more: the AppView gives out
-- all columns of a label as they are.
CREATE TABLE label_seq (
  src varchar NOT NULL,
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  val varchar NOT NULL,
  seq bigint  NOT NULL,
  PRIMARY KEY (src, uri, cid, val)
);
INSERT INTO label_seq (src, uri, cid, val, seq)
SELECT src, uri, cid, val, seq FROM label WHERE seq IS NOT NULL;
ALTER TABLE label DROP COLUMN seq;

-- Names of the AppView's own migrations.
ALTER INDEX label_uri_idx RENAME TO label_uri_index;
ALTER INDEX profile_starter_pack_idx RENAME TO profile_starter_pack_joined_idx;
DROP MATERIALIZED VIEW algo_whats_hot_view;
CREATE MATERIALIZED VIEW algo_whats_hot_view AS
SELECT post.uri,
       post.cid,
       round(1000000 * (post_agg."likeCount"
         / ((EXTRACT(epoch FROM age(now(), post."indexedAt"::timestamp)) / 3600 + 2) ^ 1.8))) AS score
FROM post
JOIN post_agg ON post_agg.uri = post.uri
WHERE post."indexedAt" > (
    SELECT to_char(now() - value::interval, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS val
    FROM view_param WHERE name = 'whats_hot_interval')
  AND post."replyParent" IS NULL
  AND post_agg."likeCount" > (
    SELECT value::integer AS val FROM view_param WHERE name = 'whats_hot_like_threshold')
WITH NO DATA;
CREATE UNIQUE INDEX algo_whats_hot_view_uri_idx ON algo_whats_hot_view (uri);
CREATE INDEX algo_whats_hot_view_cursor_idx ON algo_whats_hot_view (score, cid);
