-- 0013_help_unanswered.sql
-- Why: a call that somebody took and then said nothing to rises like one that nobody took; and
-- nobody is said to be on duty who stopped all messages, or whom no message reaches.
-- Safe while the old code still runs: yes, the column may stay empty.
ALTER TABLE help_call ADD COLUMN written_at INTEGER;  -- when the helper first wrote
DROP INDEX help_call_rises;
CREATE INDEX help_call_rises ON help_call (rise_at) WHERE closed_at IS NULL;

-- Helpers who can be told just now.
CREATE VIEW present_helper AS
SELECT h.role_id, h.learner_id, h.role, h.ward, h.hamlet
FROM helper h
JOIN learner l ON l.learner_id = h.learner_id AND l.status = 'active'
JOIN contact c ON c.contact_id = l.contact_id AND c.unreachable_at IS NULL;
