-- 0002_delivery.sql
-- Why: several bots drain one outbox, each its own rows by priority; a chat that blocked us
-- gets nothing until it writes again; a file is uploaded once.
-- Safe while the old code still runs: yes, every column has a default.

ALTER TABLE outbox ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN expires_at INTEGER;
ALTER TABLE outbox ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN message_ref TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (account, priority, outbox_id) WHERE status = 'waiting';
CREATE INDEX outbox_contact ON outbox (contact_id);

ALTER TABLE contact ADD COLUMN unreachable_at INTEGER;

-- The chat last used.
ALTER TABLE learner ADD COLUMN contact_id INTEGER NOT NULL DEFAULT 0;
UPDATE learner SET contact_id = coalesce((
  SELECT c.contact_id FROM contact c WHERE c.active_learner_id = learner.learner_id
  ORDER BY c.last_used_at DESC LIMIT 1), 0);

CREATE TABLE media_file (
  account TEXT NOT NULL,
  media TEXT NOT NULL,
  file_id TEXT NOT NULL,
  PRIMARY KEY (account, media)
) STRICT, WITHOUT ROWID;
