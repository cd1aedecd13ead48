-- 0009_my_people.sql
-- Why: volunteers see who is stuck, who has gone quiet and who reached something, write to
-- one of them first, and keep learners without a phone; family may follow a learner.
-- Safe while the old code still runs: yes, new tables, and columns that may stay empty.

-- The newest of each kind of a learner: "stuck" at an item, "reached" a milestone.
CREATE TABLE notice (
  learner_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  ward TEXT NOT NULL,
  hamlet TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (learner_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_ward ON notice (ward, kind, at);
CREATE INDEX notice_at ON notice (at);

-- When a learner whom a volunteer wrote to first answered.
ALTER TABLE help_call ADD COLUMN answered_at INTEGER;

-- Who keeps a learner that has no chat of their own.
CREATE TABLE kept_learner (
  learner_id TEXT PRIMARY KEY,
  kept_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_learner_by ON kept_learner (kept_by);

-- One of the family who follows a learner's days and lessons. agreed_at: when the learner
-- said yes to this very person; praised_at: the last word of praise.
CREATE TABLE family (
  learner_id TEXT NOT NULL,
  helper_id TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  agreed_at INTEGER,
  praised_at INTEGER,
  PRIMARY KEY (learner_id, helper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX family_helper ON family (helper_id);
