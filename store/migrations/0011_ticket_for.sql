-- 0011_ticket_for.sql
-- Why: a volunteer's link may begin with another course; somebody who was kept on a
-- volunteer's list takes over what they have learnt on a phone of their own.
-- Safe while the old code still runs: yes, every column has a default.
ALTER TABLE ticket ADD COLUMN course TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN for_learner_id TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_for ON ticket (for_learner_id) WHERE for_learner_id <> '';
