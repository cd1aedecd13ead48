-- name: all_rejected
-- Every quarantine row without what was said, oldest first.
SELECT quarantine_id, key, learner_id, kind, trace, x'', at FROM quarantine ORDER BY quarantine_id;

-- name: rejected_ids
-- The numbers of the quarantine rows, oldest first.
SELECT quarantine_id FROM quarantine ORDER BY quarantine_id;

-- name: known_learner
-- A learner by id.
SELECT learner_id FROM learner WHERE learner_id = :name;

-- name: learner_of_chat
-- Who uses a chat now, by "channel:account:id".
SELECT active_learner_id FROM contact
WHERE channel = :channel AND account = :account AND external_id = :external_id;

-- name: every_learner_id
-- The ids alone.
SELECT learner_id FROM contact_learner;
