-- 0003_people.sql
-- Why: volunteers, coordinators and administrators; links that give something in a place.
-- Safe while the old code still runs: yes, every column has a default.

-- Who may do more than learn. No ward: everywhere. A role is never deleted while its holder
-- is known: taken_at tells that it ended.
CREATE TABLE role (
  role_id INTEGER PRIMARY KEY,
  learner_id TEXT NOT NULL,
  role TEXT NOT NULL,
  ward TEXT NOT NULL,
  hamlet TEXT NOT NULL,
  given_by TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  taken_by TEXT NOT NULL DEFAULT '',
  taken_at INTEGER
) STRICT;
CREATE INDEX role_learner ON role (learner_id);
CREATE INDEX role_held ON role (ward, hamlet) WHERE taken_at IS NULL;

-- What a ticket gives, and where; one for many is never used up.
ALTER TABLE ticket ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN ward TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN hamlet TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN many INTEGER NOT NULL DEFAULT 0;

ALTER TABLE learner ADD COLUMN hamlet TEXT NOT NULL DEFAULT '';
