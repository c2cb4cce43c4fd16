-- Where the topics ended when the replay began, {"firehose_live-0": 17, …}: once all of that is
-- applied, it has ended. What comes meanwhile is not waited for.
ALTER TABLE replay ADD COLUMN ends jsonb NOT NULL DEFAULT '{}';

-- Whether the database was empty before, and everything in it is the replay's.
ALTER TABLE replay ADD COLUMN into_empty boolean NOT NULL DEFAULT false;
