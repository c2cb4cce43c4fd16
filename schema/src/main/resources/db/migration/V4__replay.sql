-- What the operator has said of records, kept while a replay empties table record: each row that
-- comes back gets its own.
CREATE TABLE kept_record (
  uri           varchar NOT NULL PRIMARY KEY,
  "takedownRef" varchar,
  tags          jsonb
);

-- The replay that has begun and not ended: one row at most.
CREATE TABLE replay (
  single     boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
  asked      varchar     NOT NULL, -- the command's own words
  listings   boolean     NOT NULL, -- lists of repos are still to be begun anew
  labels     boolean     NOT NULL, -- labelers are still to be read anew
  started_at timestamptz NOT NULL DEFAULT now()
);

-- Repos that it has still to ask for.
CREATE TABLE replay_request (
  did varchar COLLATE "C" NOT NULL PRIMARY KEY
);
