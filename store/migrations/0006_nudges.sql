-- 0006_nudges.sql
-- Why: the scheduler finds who is due every 20 s, however many learners there are.
-- Safe while the old code still runs: yes. A learner of before is asked again from their next
-- word on, which writes the moment into their row.
CREATE INDEX learner_nudge ON learner (next_nudge_at) WHERE next_nudge_at IS NOT NULL;
