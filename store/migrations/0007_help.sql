-- 0007_help.sql
-- Why: calls for a person, who took them, and the hours in which volunteers are on duty.
-- Safe while the old code still runs: yes, the tables are new.

-- One call of one learner for a person; closed only when the learner says so. No words of
-- theirs: about, lesson and card are ids and closed words.
CREATE TABLE help_call (
  call_id INTEGER PRIMARY KEY,
  learner_id TEXT NOT NULL,
  ward TEXT NOT NULL,
  hamlet TEXT NOT NULL,
  about TEXT NOT NULL,
  urgent INTEGER NOT NULL,
  lesson TEXT NOT NULL,
  card TEXT NOT NULL,
  tried INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  rise_at INTEGER,               -- when the next person is told; NULL: nobody more
  taken_by TEXT,
  taken_at INTEGER,
  done_at INTEGER,               -- when the helper said that it is done
  closed_at INTEGER,
  helped INTEGER
) STRICT;
CREATE UNIQUE INDEX help_call_of ON help_call (learner_id) WHERE closed_at IS NULL;
CREATE INDEX help_call_open ON help_call (ward, hamlet) WHERE closed_at IS NULL;
CREATE INDEX help_call_rises ON help_call (rise_at) WHERE closed_at IS NULL AND taken_by IS NULL;
CREATE INDEX help_call_taken ON help_call (taken_by)
  WHERE closed_at IS NULL AND taken_by IS NOT NULL;
CREATE INDEX help_call_learner ON help_call (learner_id);

-- Who was told of a call.
CREATE TABLE help_told (
  call_id INTEGER NOT NULL REFERENCES help_call (call_id) ON DELETE CASCADE,
  learner_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (call_id, learner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX help_told_learner ON help_told (learner_id);

-- Hours of the week in which somebody is on duty. weekday: 0 is Monday; minutes since
-- local midnight.
CREATE TABLE duty (
  learner_id TEXT NOT NULL,
  weekday INTEGER NOT NULL,
  from_minute INTEGER NOT NULL,
  to_minute INTEGER NOT NULL,
  PRIMARY KEY (learner_id, weekday, from_minute)
) STRICT, WITHOUT ROWID;

-- Who may take calls now, and where; no ward: everywhere. The same as the policy's
-- TAKE_CALL, which a test holds it to.
CREATE VIEW helper AS
SELECT role_id, learner_id, role, ward, hamlet FROM role
WHERE taken_at IS NULL
  AND (role = 'coordinator' OR role = 'volunteer' AND ward <> '');
