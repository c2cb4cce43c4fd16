-- When the account was last deleted for good, by the event that says so. Nobody is told of what is
-- older, in whatever order the two arrive (docs/appview-tables.md).
ALTER TABLE repo_state ADD COLUMN erased_at varchar;
CREATE INDEX repo_state_erased_idx ON repo_state (did) WHERE erased_at IS NOT NULL;

-- Of those that were deleted before this migration the time is not known any more.
UPDATE repo_state
SET erased_at = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
WHERE NOT active AND status = 'deleted' AND NOT account_live;
INSERT INTO derive_queue (kind, key) SELECT 'erasure', did FROM repo_state WHERE erased_at IS NOT NULL;

-- The derived pass looks these rows up by post; the AppView's key begins with the root.
CREATE INDEX millrace_op_thread_reply_uri_idx ON op_thread_reply (uri);
