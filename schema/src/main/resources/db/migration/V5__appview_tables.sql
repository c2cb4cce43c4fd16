-- The rest of the tables that Bluesky's AppView reads: names, types, keys and indexes (their names,
-- too) are its contract, as in V1.

-- Written by Millrace.

CREATE TABLE feed_item (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  type varchar NOT NULL,
  "postUri" varchar NOT NULL,
  "originatorDid" varchar NOT NULL,
  "sortAt" varchar NOT NULL,
  CONSTRAINT feed_item_pkey PRIMARY KEY (uri)
);
CREATE INDEX feed_item_cursor_idx ON feed_item ("sortAt", cid);
CREATE INDEX feed_item_originator_cursor_idx ON feed_item ("originatorDid", "sortAt", cid);
CREATE INDEX feed_item_post_uri_idx ON feed_item ("postUri");

CREATE TABLE feed_generator (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "feedDid" varchar NOT NULL,
  "displayName" varchar,
  description varchar,
  "descriptionFacets" varchar,
  "avatarCid" varchar,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT feed_generator_pkey PRIMARY KEY (uri)
);
CREATE INDEX feed_generator_creator_index ON feed_generator (creator);

CREATE TABLE labeler (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT labeler_pkey PRIMARY KEY (uri)
);
CREATE INDEX labeler_order_by_idx ON labeler ("sortAt", cid);

CREATE TABLE list (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  name varchar NOT NULL,
  purpose varchar NOT NULL,
  description varchar,
  "descriptionFacets" varchar,
  "avatarCid" varchar,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT list_pkey PRIMARY KEY (uri)
);
CREATE INDEX list_creator_idx ON list (creator);

CREATE TABLE list_block (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "subjectUri" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT list_block_pkey PRIMARY KEY (uri),
  CONSTRAINT list_block_unique_subject UNIQUE (creator, "subjectUri")
);

CREATE TABLE list_item (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "listUri" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT list_item_pkey PRIMARY KEY (uri),
  CONSTRAINT list_item_unique_subject_in_list UNIQUE ("listUri", "subjectDid")
);
CREATE INDEX list_item_creator_idx ON list_item (creator);
CREATE INDEX list_item_subject_idx ON list_item ("subjectDid");

CREATE TABLE notification (
  id bigserial NOT NULL,
  did varchar NOT NULL,
  "recordUri" varchar NOT NULL,
  "recordCid" varchar NOT NULL,
  author varchar NOT NULL,
  reason varchar NOT NULL,
  "reasonSubject" varchar,
  "sortAt" varchar NOT NULL,
  CONSTRAINT notification_pkey PRIMARY KEY (id)
);
CREATE INDEX notification_author_idx ON notification (author);
CREATE INDEX notification_did_sortat_idx ON notification (did, "sortAt");
CREATE INDEX notification_record_idx ON notification ("recordUri");

CREATE TABLE op_thread_reply (
  "rootUri" varchar NOT NULL,
  "parentUri" varchar NOT NULL,
  uri varchar NOT NULL,
  "deletedAt" varchar,
  CONSTRAINT op_thread_reply_pkey PRIMARY KEY ("rootUri", uri)
);

CREATE TABLE post_embed_external (
  "postUri" varchar NOT NULL,
  uri varchar NOT NULL,
  title varchar NOT NULL,
  description varchar NOT NULL,
  "thumbCid" varchar,
  CONSTRAINT post_embed_external_pkey PRIMARY KEY ("postUri")
);

CREATE TABLE post_embed_gallery_image (
  "postUri" varchar NOT NULL,
  "position" varchar NOT NULL,
  "imageCid" varchar NOT NULL,
  alt varchar NOT NULL,
  CONSTRAINT post_embed_gallery_image_pkey PRIMARY KEY ("postUri", "position")
);

CREATE TABLE post_embed_image (
  "postUri" varchar NOT NULL,
  "position" varchar NOT NULL,
  "imageCid" varchar NOT NULL,
  alt varchar NOT NULL,
  CONSTRAINT post_embed_image_pkey PRIMARY KEY ("postUri", "position")
);

CREATE TABLE post_embed_record (
  "postUri" varchar NOT NULL,
  "embedUri" varchar NOT NULL,
  "embedCid" varchar NOT NULL,
  CONSTRAINT post_embed_record_pkey PRIMARY KEY ("postUri", "embedUri")
);

CREATE TABLE post_embed_video (
  "postUri" varchar NOT NULL,
  "videoCid" varchar NOT NULL,
  alt varchar,
  CONSTRAINT post_embed_video_pkey PRIMARY KEY ("postUri")
);

CREATE TABLE post_gate (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "postUri" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  CONSTRAINT post_gate_pkey PRIMARY KEY (uri),
  CONSTRAINT "post_gate_postUri_key" UNIQUE ("postUri")
);

CREATE TABLE quote (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  subject varchar NOT NULL,
  "subjectCid" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT quote_pkey PRIMARY KEY (uri)
);
CREATE INDEX quote_subject_cursor_idx ON quote (subject, "sortAt", cid);

CREATE TABLE starter_pack (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  name varchar,
  CONSTRAINT starter_pack_pkey PRIMARY KEY (uri)
);
CREATE INDEX starter_pack_creator_order_by_idx ON starter_pack (creator, "sortAt", cid);
CREATE INDEX starter_pack_name_tgrm_idx ON starter_pack USING gist (name ${trigrams}.gist_trgm_ops);

CREATE TABLE thread_gate (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  creator varchar NOT NULL,
  "postUri" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  CONSTRAINT thread_gate_pkey PRIMARY KEY (uri),
  CONSTRAINT "thread_gate_postUri_key" UNIQUE ("postUri")
);

CREATE TABLE verification (
  uri varchar NOT NULL,
  cid varchar NOT NULL,
  rkey varchar NOT NULL,
  creator varchar NOT NULL,
  subject varchar NOT NULL,
  handle varchar NOT NULL,
  "displayName" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  "sortedAt" varchar GENERATED ALWAYS AS (LEAST("createdAt", "indexedAt")) STORED NOT NULL,
  CONSTRAINT verification_pkey PRIMARY KEY (uri),
  CONSTRAINT verification_unique_subject_creator UNIQUE (subject, creator)
);

-- The AppView's own: what its users and operators do there (invariant 13). Millrace leaves them alone.

CREATE TABLE activity_subscription (
  creator varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  key varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  post boolean NOT NULL,
  reply boolean NOT NULL,
  CONSTRAINT activity_subscription_pkey PRIMARY KEY (creator, key),
  CONSTRAINT activity_subscription_unique_creator_subject_did UNIQUE (creator, "subjectDid")
);

CREATE TABLE actor_state (
  did varchar NOT NULL,
  "lastSeenNotifs" varchar NOT NULL,
  "priorityNotifs" boolean NOT NULL DEFAULT false,
  "lastSeenPriorityNotifs" varchar,
  CONSTRAINT actor_state_pkey PRIMARY KEY (did)
);

CREATE TABLE blob_takedown (
  did varchar NOT NULL,
  cid varchar NOT NULL,
  "takedownRef" varchar NOT NULL,
  CONSTRAINT blob_takedown_pkey PRIMARY KEY (did, cid)
);

CREATE TABLE bookmark (
  creator varchar NOT NULL,
  key varchar NOT NULL,
  "subjectUri" varchar NOT NULL,
  "subjectCid" varchar NOT NULL,
  "indexedAt" varchar NOT NULL,
  CONSTRAINT bookmark_pkey PRIMARY KEY (creator, key),
  CONSTRAINT bookmark_unique_uri_creator UNIQUE ("subjectUri", creator)
);

CREATE TABLE did_cache (
  did varchar NOT NULL,
  doc jsonb NOT NULL,
  "updatedAt" bigint NOT NULL,
  CONSTRAINT did_cache_pkey PRIMARY KEY (did)
);

CREATE TABLE draft (
  creator varchar NOT NULL,
  key varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "updatedAt" varchar NOT NULL,
  payload text NOT NULL,
  CONSTRAINT draft_pkey PRIMARY KEY (creator, key)
);
CREATE INDEX draft_creator_updated_at_key_idx ON draft (creator, "updatedAt", key);

CREATE TABLE list_mute (
  "listUri" varchar NOT NULL,
  "mutedByDid" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  CONSTRAINT list_mute_pkey PRIMARY KEY ("mutedByDid", "listUri")
);

CREATE TABLE moderation_action (
  id serial NOT NULL,
  action varchar NOT NULL,
  "subjectType" varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "subjectUri" varchar,
  "subjectCid" varchar,
  reason text NOT NULL,
  "createdAt" varchar NOT NULL,
  "createdBy" varchar NOT NULL,
  "reversedAt" varchar,
  "reversedBy" varchar,
  "reversedReason" text,
  "createLabelVals" varchar,
  "negateLabelVals" varchar,
  "durationInHours" integer,
  "expiresAt" varchar,
  CONSTRAINT moderation_action_pkey PRIMARY KEY (id)
);

CREATE TABLE moderation_action_subject_blob (
  "actionId" integer NOT NULL,
  cid varchar NOT NULL,
  CONSTRAINT moderation_action_subject_blob_pkey PRIMARY KEY ("actionId", cid),
  CONSTRAINT "moderation_action_subject_blob_actionId_fkey" FOREIGN KEY ("actionId") REFERENCES moderation_action(id)
);
CREATE INDEX moderation_action_subject_blob_cid_idx ON moderation_action_subject_blob (cid);

CREATE TABLE moderation_event (
  id serial NOT NULL,
  action varchar NOT NULL,
  "subjectType" varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "subjectUri" varchar,
  "subjectCid" varchar,
  comment text,
  meta jsonb,
  "createdAt" varchar NOT NULL,
  "createdBy" varchar NOT NULL,
  "reversedAt" varchar,
  "reversedBy" varchar,
  "durationInHours" integer,
  "expiresAt" varchar,
  "reversedReason" text,
  "createLabelVals" varchar,
  "negateLabelVals" varchar,
  "legacyRefId" integer,
  CONSTRAINT moderation_event_pkey PRIMARY KEY (id)
);

CREATE TABLE moderation_report (
  id serial NOT NULL,
  "subjectType" varchar NOT NULL,
  "subjectDid" varchar NOT NULL,
  "subjectUri" varchar,
  "subjectCid" varchar,
  "reasonType" varchar NOT NULL,
  reason text,
  "reportedByDid" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  CONSTRAINT moderation_report_pkey PRIMARY KEY (id)
);

CREATE TABLE moderation_report_resolution (
  "reportId" integer NOT NULL,
  "actionId" integer NOT NULL,
  "createdBy" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  CONSTRAINT moderation_report_resolution_pkey PRIMARY KEY ("reportId", "actionId"),
  CONSTRAINT "moderation_report_resolution_actionId_fkey" FOREIGN KEY ("actionId") REFERENCES moderation_action(id),
  CONSTRAINT "moderation_report_resolution_reportId_fkey" FOREIGN KEY ("reportId") REFERENCES moderation_report(id)
);
CREATE INDEX moderation_report_resolution_action_id_idx ON moderation_report_resolution ("actionId");

CREATE TABLE moderation_subject_status (
  id serial NOT NULL,
  did varchar NOT NULL,
  "recordPath" varchar NOT NULL DEFAULT '',
  "blobCids" jsonb,
  "recordCid" varchar,
  "reviewState" varchar NOT NULL,
  comment varchar,
  "muteUntil" varchar,
  "lastReviewedAt" varchar,
  "lastReviewedBy" varchar,
  "lastReportedAt" varchar,
  takendown boolean NOT NULL DEFAULT false,
  "suspendUntil" varchar,
  "createdAt" varchar NOT NULL,
  "updatedAt" varchar NOT NULL,
  CONSTRAINT moderation_status_unique_idx UNIQUE (did, "recordPath"),
  CONSTRAINT moderation_subject_status_pkey PRIMARY KEY (id)
);
CREATE INDEX moderation_subject_status_blob_cids_idx ON moderation_subject_status USING gin ("blobCids");

CREATE TABLE mute (
  "subjectDid" varchar NOT NULL,
  "mutedByDid" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  "onlyReposts" boolean NOT NULL DEFAULT false,
  "onlyQuoteposts" boolean NOT NULL DEFAULT false,
  CONSTRAINT mute_pkey PRIMARY KEY ("mutedByDid", "subjectDid")
);

CREATE TABLE notification_push_token (
  did varchar NOT NULL,
  platform varchar NOT NULL,
  token varchar NOT NULL,
  "appId" varchar NOT NULL,
  CONSTRAINT notification_push_token_pkey PRIMARY KEY (did, token)
);

CREATE TABLE private_data (
  "actorDid" varchar NOT NULL,
  namespace varchar NOT NULL,
  key varchar NOT NULL,
  payload text NOT NULL,
  "indexedAt" varchar NOT NULL,
  "updatedAt" varchar NOT NULL,
  CONSTRAINT private_data_pkey PRIMARY KEY ("actorDid", namespace, key)
);

CREATE TABLE subscription (
  service varchar NOT NULL,
  method varchar NOT NULL,
  state varchar NOT NULL,
  CONSTRAINT subscription_pkey PRIMARY KEY (service, method)
);

CREATE TABLE suggested_feed (
  uri varchar NOT NULL,
  "order" integer NOT NULL,
  CONSTRAINT suggested_feed_pkey PRIMARY KEY (uri)
);

CREATE TABLE suggested_follow (
  did varchar NOT NULL,
  "order" integer NOT NULL,
  CONSTRAINT suggested_follow_pkey PRIMARY KEY (did)
);

CREATE TABLE tagged_suggestion (
  tag varchar NOT NULL,
  subject varchar NOT NULL,
  "subjectType" varchar NOT NULL,
  CONSTRAINT tagged_suggestion_pkey PRIMARY KEY (tag, subject)
);

CREATE TABLE thread_mute (
  "rootUri" varchar NOT NULL,
  "mutedByDid" varchar NOT NULL,
  "createdAt" varchar NOT NULL,
  CONSTRAINT thread_mute_pkey PRIMARY KEY ("rootUri", "mutedByDid")
);

CREATE TABLE view_param (
  name varchar NOT NULL,
  value varchar,
  CONSTRAINT view_param_pkey PRIMARY KEY (name)
);

INSERT INTO view_param (name, value) VALUES ('whats_hot_like_threshold', '2'), ('whats_hot_interval', '1day');

-- Nothing of Millrace refreshes it.
CREATE MATERIALIZED VIEW algo_whats_hot_view AS
SELECT post.uri,
       post.cid,
       round(1000000 * (post_agg."likeCount"
         / ((EXTRACT(epoch FROM age(now(), post."indexedAt"::timestamp)) / 3600 + 2) ^ 1.8))) AS score
FROM post
JOIN post_agg ON post_agg.uri = post.uri
WHERE post."indexedAt" > (
    SELECT to_char(now() - value::interval, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    FROM view_param WHERE name = 'whats_hot_interval')
  AND post."replyParent" IS NULL
  AND post_agg."likeCount" > (
    SELECT value::integer FROM view_param WHERE name = 'whats_hot_like_threshold')
WITH NO DATA;
CREATE UNIQUE INDEX algo_whats_hot_view_uri_idx ON algo_whats_hot_view (uri);
CREATE INDEX algo_whats_hot_view_cursor_idx ON algo_whats_hot_view (score, cid);
