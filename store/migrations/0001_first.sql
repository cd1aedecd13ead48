-- 0001_first.sql
-- Why: the first tables (design.md sections 3 and 5). Moments are milliseconds, UTC.
-- Safe while the old code still runs: there is none.

-- One document a learner; beside it only what is searched.
CREATE TABLE learner (
  learner_id TEXT PRIMARY KEY,
  document BLOB NOT NULL,
  ward TEXT NOT NULL,
  status TEXT NOT NULL,
  next_nudge_at INTEGER,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who did not agree is forgotten after a day: found without walking over everybody.
CREATE INDEX learner_guest ON learner (last_seen_at) WHERE status = 'guest';

-- The only table that knows who is who.
CREATE TABLE contact (
  contact_id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  external_id TEXT NOT NULL,
  active_learner_id TEXT NOT NULL REFERENCES learner (learner_id),
  last_used_at INTEGER NOT NULL,
  UNIQUE (channel, account, external_id)
) STRICT;
CREATE INDEX contact_active ON contact (active_learner_id);

-- The learners who share one chat.
CREATE TABLE contact_learner (
  contact_id INTEGER NOT NULL REFERENCES contact (contact_id) ON DELETE CASCADE,
  learner_id TEXT NOT NULL REFERENCES learner (learner_id),
  PRIMARY KEY (contact_id, learner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_learner_learner ON contact_learner (learner_id);

-- Dedupe keys, kept seven days.
CREATE TABLE seen (
  key TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

-- What happened: append-only, the source of every report.
CREATE TABLE fact (
  fact_id INTEGER PRIMARY KEY,
  learner_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX fact_learner ON fact (learner_id);

CREATE TABLE outbox (
  outbox_id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  learner_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  body BLOB NOT NULL,
  status TEXT NOT NULL DEFAULT 'waiting',
  reason TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX outbox_waiting ON outbox (priority, outbox_id) WHERE status = 'waiting';

-- The web chat's lines: for the web, committed is sent. AUTOINCREMENT: a page never sees
-- an id again after an erasure.
CREATE TABLE history (
  history_id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL,
  learner_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX history_contact ON history (contact_id, history_id);
CREATE INDEX history_at ON history (at);

CREATE TABLE inbox (
  inbox_id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  learner_id TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Single-use links, kept as hashes.
CREATE TABLE ticket (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  made_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by TEXT,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_made_by ON ticket (made_by);
CREATE INDEX ticket_used_by ON ticket (used_by) WHERE used_by IS NOT NULL;

-- What raised in decoding or in a step, to be looked at and replayed.
CREATE TABLE quarantine (
  quarantine_id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  learner_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  trace TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Who was erased, as a hash, so that a restored backup erases them again.
CREATE TABLE erased (
  learner_hash TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
