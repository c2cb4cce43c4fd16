-- When the generation ended that came before this one, by the event that says so: what a window of
-- a firehose tells from before is of that one (docs/architecture.md).
ALTER TABLE repo_state ADD COLUMN generation_time varchar;

-- Windows of relays' firehoses, read by 'millrace backfill': the last one of each service and relay.
CREATE TABLE backfill_window (
  service      varchar     NOT NULL,
  relay        varchar     NOT NULL,
  asked        varchar     NOT NULL, -- by which a run knows that it is to go on with it
  start_cursor bigint      NOT NULL, -- read after this one
  end_cursor   bigint      NOT NULL, -- and up to this one
  begun_at     timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  ends         jsonb, -- of the logs when it had finished: then the indexer has it all
  PRIMARY KEY (service, relay)
);

-- The stretches of a window, each read by one worker at a time. cursor is behind what is durable.
CREATE TABLE backfill_range (
  service         varchar NOT NULL,
  relay           varchar NOT NULL,
  number          integer NOT NULL,
  start_cursor    bigint  NOT NULL,
  base_cursor     bigint  NOT NULL, -- nothing lies between start_cursor and this one
  end_cursor      bigint  NOT NULL,
  cursor          bigint  NOT NULL,
  last_event_time timestamptz,
  gap             varchar, -- what the relay no longer had when it was to be read
  finished        boolean NOT NULL DEFAULT false,
  PRIMARY KEY (service, relay, number),
  FOREIGN KEY (service, relay) REFERENCES backfill_window ON DELETE CASCADE
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
