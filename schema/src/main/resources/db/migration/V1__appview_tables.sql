-- The tables that Bluesky's AppView reads, as its own migrations leave them: names, types, keys and
-- indexes are its contract. What is not its own is marked "additive". Timestamps are ISO 8601 text
-- in UTC with milliseconds, so text order is time order.
--
-- Runs with the schema (option, default bsky) first in search_path; ${trigrams} is the schema that
-- pg_trgm is in.

CREATE TABLE record (
  uri           varchar NOT NULL PRIMARY KEY,
  cid           varchar NOT NULL,
  did           varchar NOT NULL,
  json          text    NOT NULL,
  "indexedAt"   varchar NOT NULL,
  "takedownRef" varchar,
  tags          jsonb,
  -- Additive: the rev the record was last written at. Not indexed, on purpose: a snapshot raises it
  -- on every row of a repo, and only without an index on it can those updates stay in their page
  -- (HOT) and touch no other index. What a snapshot did not contain is found by did and filtered.
  rev           varchar COLLATE "C",
  -- Additive: the newest rev below rev at which the URI is known to have held something else, or
  -- nothing. indexedAt is the earliest time after it. Null, which takes no room, in rows that a
  -- snapshot made.
  absent_rev    varchar COLLATE "C"
);
CREATE INDEX record_did_idx ON record (did);

CREATE TABLE actor (
  did                          varchar NOT NULL PRIMARY KEY,
  handle                       varchar UNIQUE,
  "indexedAt"                  varchar NOT NULL,
  "takedownRef"                varchar,
  "upstreamStatus"             varchar,
  "trustedVerifier"            boolean NOT NULL DEFAULT false,
  "ageAssuranceStatus"         text,
  "ageAssuranceLastInitiatedAt" varchar,
  "ageAssuranceAccess"         text,
  "ageAssuranceCountryCode"    text,
  "ageAssuranceRegionCode"     text
) WITH (fillfactor = 90);
CREATE INDEX actor_handle_tgrm_idx ON actor USING gist (handle ${trigrams}.gist_trgm_ops);

-- Rewritten by every commit, no column but the key indexed: room in the page keeps that HOT.
CREATE TABLE actor_sync (
  did         varchar NOT NULL PRIMARY KEY,
  "commitCid" varchar NOT NULL,
  "repoRev"   varchar
) WITH (fillfactor = 70);

CREATE TABLE label (
  src varchar NOT NULL,
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  val varchar NOT NULL,
  neg boolean NOT NULL,
  cts varchar NOT NULL,
  exp varchar,
  -- Additive: the labeler's seq, which decides between equal cts.
  seq bigint,
  PRIMARY KEY (src, uri, cid, val)
);
CREATE INDEX label_uri_idx ON label (uri);
CREATE INDEX label_cts_idx ON label (cts);

CREATE TABLE post (
  uri                     varchar NOT NULL PRIMARY KEY,
  cid                     varchar NOT NULL,
  creator                 varchar NOT NULL,
  text                    varchar NOT NULL,
  "replyRoot"             varchar,
  "replyRootCid"          varchar,
  "replyParent"           varchar,
  "replyParentCid"        varchar,
  "createdAt"             varchar NOT NULL,
  "indexedAt"             varchar NOT NULL,
  "sortAt"                varchar NOT NULL GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED,
  langs                   jsonb,
  "invalidReplyRoot"      boolean,
  "violatesThreadGate"    boolean,
  tags                    jsonb,
  "violatesEmbeddingRules" boolean,
  "hasThreadGate"         boolean,
  "hasPostGate"           boolean
);
CREATE INDEX post_order_by_idx ON post ("sortAt", cid);
CREATE INDEX post_replyparent_idx ON post ("replyParent") INCLUDE (uri);
CREATE INDEX post_creator_cursor_idx ON post (creator, "sortAt", cid);

CREATE TABLE "like" (
  uri          varchar NOT NULL PRIMARY KEY,
  cid          varchar NOT NULL,
  creator      varchar NOT NULL,
  subject      varchar NOT NULL,
  "subjectCid" varchar NOT NULL,
  "createdAt"  varchar NOT NULL,
  "indexedAt"  varchar NOT NULL,
  "sortAt"     varchar NOT NULL GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED,
  via          varchar,
  "viaCid"     varchar,
  CONSTRAINT like_unique_subject UNIQUE (subject, creator)
);
CREATE INDEX like_creator_cursor_idx ON "like" (creator, "sortAt", cid);

CREATE TABLE repost (
  uri          varchar NOT NULL PRIMARY KEY,
  cid          varchar NOT NULL,
  creator      varchar NOT NULL,
  subject      varchar NOT NULL,
  "subjectCid" varchar NOT NULL,
  "createdAt"  varchar NOT NULL,
  "indexedAt"  varchar NOT NULL,
  "sortAt"     varchar NOT NULL GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED,
  via          varchar,
  "viaCid"     varchar,
  CONSTRAINT repost_unique_subject UNIQUE (creator, subject)
);
CREATE INDEX repost_subject_idx ON repost (subject);
CREATE INDEX repost_order_by_idx ON repost ("sortAt", cid);

CREATE TABLE follow (
  uri          varchar NOT NULL PRIMARY KEY,
  cid          varchar NOT NULL,
  creator      varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "createdAt"  varchar NOT NULL,
  "indexedAt"  varchar NOT NULL,
  "sortAt"     varchar NOT NULL GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED,
  CONSTRAINT follow_unique_subject UNIQUE (creator, "subjectDid")
);
CREATE INDEX follow_creator_cursor_idx ON follow (creator, "sortAt", cid);
CREATE INDEX follow_subject_cursor_idx ON follow ("subjectDid", "sortAt", cid);

CREATE TABLE actor_block (
  uri          varchar NOT NULL PRIMARY KEY,
  cid          varchar NOT NULL,
  creator      varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "createdAt"  varchar NOT NULL,
  "indexedAt"  varchar NOT NULL,
  "sortAt"     varchar NOT NULL GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED,
  CONSTRAINT actor_block_unique_subject UNIQUE (creator, "subjectDid")
);
CREATE INDEX actor_block_subjectdid_idx ON actor_block ("subjectDid");

CREATE TABLE profile (
  uri                       varchar NOT NULL PRIMARY KEY,
  cid                       varchar NOT NULL,
  creator                   varchar NOT NULL,
  "displayName"             varchar,
  description               varchar,
  "avatarCid"               varchar,
  "bannerCid"               varchar,
  "indexedAt"               varchar NOT NULL,
  "joinedViaStarterPackUri" varchar,
  "createdAt"               varchar NOT NULL,
  "pinnedPost"              varchar,
  "pinnedPostCid"           varchar
);
CREATE INDEX profile_creator_idx ON profile (creator);
CREATE INDEX profile_display_name_tgrm_idx ON profile USING gist ("displayName" ${trigrams}.gist_trgm_ops);
CREATE INDEX profile_starter_pack_idx ON profile ("joinedViaStarterPackUri", "createdAt");

CREATE TABLE duplicate_record (
  uri           varchar NOT NULL PRIMARY KEY,
  cid           varchar NOT NULL,
  "duplicateOf" varchar NOT NULL,
  "indexedAt"   varchar NOT NULL
);
CREATE INDEX duplicate_record_duplicate_of_idx ON duplicate_record ("duplicateOf");
