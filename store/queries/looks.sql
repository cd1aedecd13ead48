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

-- name: nudged_until
-- Learners to whom a nudge is due until a moment, with the chat they used last.
SELECT l.learner_id, c.channel, l.document
FROM learner l JOIN contact c ON c.contact_id = l.contact_id
WHERE l.next_nudge_at IS NOT NULL AND l.next_nudge_at <= :until
ORDER BY l.next_nudge_at;
