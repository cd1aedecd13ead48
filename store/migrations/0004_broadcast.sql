-- 0004_broadcast.sql
-- Why: announcements to many, each learner once whatever crashes, with a second person's
-- approval of the very text and audience, and a report that outlives the outbox's day.
-- Safe while the old code still runs: yes, the new columns may stay empty.

-- status: draft | waiting_approval | held | running | paused | done | cancelled.
-- digest: of audience and body together; approved_digest: the one that was approved.
-- root: the announcement that this one sends again or corrects, else itself.
-- after: the last learner id that was taken into the outbox; expanded: there are no more.
CREATE TABLE broadcast (
  broadcast_id INTEGER PRIMARY KEY,
  root INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  ward TEXT NOT NULL,
  hamlet TEXT NOT NULL,
  audience TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  urgent INTEGER NOT NULL,
  status TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  second INTEGER NOT NULL,
  approved_by TEXT NOT NULL,
  approved_digest TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  send_at INTEGER NOT NULL,
  after TEXT NOT NULL,
  expanded INTEGER NOT NULL,
  told INTEGER NOT NULL
) STRICT;
CREATE INDEX broadcast_at_work ON broadcast (status)
WHERE status IN ('waiting_approval', 'held', 'running', 'paused');
CREATE INDEX broadcast_root ON broadcast (root);
CREATE INDEX broadcast_made ON broadcast (made_at);

-- One row a recipient: a second one cannot be written.
ALTER TABLE outbox ADD COLUMN broadcast_id INTEGER;
ALTER TABLE outbox ADD COLUMN later_at INTEGER;
CREATE UNIQUE INDEX outbox_recipient ON outbox (broadcast_id, learner_id)
WHERE broadcast_id IS NOT NULL;
CREATE INDEX outbox_broadcast ON outbox (broadcast_id, status, reason)
WHERE broadcast_id IS NOT NULL;

-- The last answer of each recipient.
CREATE TABLE broadcast_answer (
  broadcast_id INTEGER NOT NULL,
  learner_id TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (broadcast_id, learner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX broadcast_answer_learner ON broadcast_answer (learner_id);

-- Whom an announcement to a ward reaches, in the order of ids.
CREATE INDEX learner_ward ON learner (ward);
