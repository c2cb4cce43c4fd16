-- Counters of what exists, moved by exact deltas in the transaction of the rows they count. The
-- AppView's names; no row is the same as zeros. Hot rows change with every like: room in the page
-- keeps that in place.
CREATE TABLE post_agg (
  uri             varchar NOT NULL PRIMARY KEY,
  "likeCount"     bigint  NOT NULL DEFAULT 0,
  "replyCount"    bigint  NOT NULL DEFAULT 0,
  "repostCount"   bigint  NOT NULL DEFAULT 0,
  "quoteCount"    bigint  NOT NULL DEFAULT 0,
  "bookmarkCount" bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

CREATE TABLE profile_agg (
  did              varchar NOT NULL PRIMARY KEY,
  "followersCount" bigint  NOT NULL DEFAULT 0,
  "followsCount"   bigint  NOT NULL DEFAULT 0,
  "postsCount"     bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- What an older release has written is counted once.
INSERT INTO post_agg (uri, "likeCount", "replyCount", "repostCount")
SELECT uri, sum(likes), sum(replies), sum(reposts)
FROM (
  SELECT subject AS uri, 1 AS likes, 0 AS replies, 0 AS reposts FROM "like"
  UNION ALL SELECT "replyParent", 0, 1, 0 FROM post WHERE "replyParent" IS NOT NULL
  UNION ALL SELECT subject, 0, 0, 1 FROM repost
) counted
GROUP BY uri;

INSERT INTO profile_agg (did, "followersCount", "followsCount", "postsCount")
SELECT did, sum(followers), sum(follows), sum(posts)
FROM (
  SELECT "subjectDid" AS did, 1 AS followers, 0 AS follows, 0 AS posts FROM follow
  UNION ALL SELECT creator, 0, 1, 0 FROM follow
  UNION ALL SELECT creator, 0, 0, 1 FROM post
) counted
GROUP BY did;

-- A generation of a repo ends where its live log says that the account was deleted, or the repo
-- reset; generation is the place after that. It takes in what deleted_pos said: a snapshot begun
-- before the generation is refused.
ALTER TABLE repo_state ALTER COLUMN generation TYPE bigint;
UPDATE repo_state SET generation = deleted_pos + 1 WHERE deleted_pos IS NOT NULL;
ALTER TABLE repo_state DROP COLUMN deleted_pos;
-- Of the last live event that was left out because the account was not active.
ALTER TABLE repo_state ADD COLUMN missed_pos bigint;

-- The handle that each DID's newest resolution gave it, checked both ways. actor.handle is derived:
-- of all that claim a handle one has it.
CREATE TABLE handle_claim (
  did         varchar COLLATE "C" NOT NULL PRIMARY KEY,
  handle      varchar COLLATE "C" NOT NULL,
  resolved_at varchar COLLATE "C" NOT NULL
);
CREATE INDEX handle_claim_handle_idx ON handle_claim (handle);

-- What must be derived anew because base rows changed, written in their transaction. kind says by
-- which rule, key of what. A key may be there several times; the rule is the same each time.
CREATE TABLE derive_queue (
  id   bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind varchar NOT NULL,
  key  varchar NOT NULL
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
