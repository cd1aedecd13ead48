-- name: due_nudges
-- Learners whose nudge is due, longest first, then those whose nudge stands beyond reason.
-- Two ranges of one index: the rest of the learners, however many, is not looked at.
SELECT learner_id FROM (
  SELECT * FROM (
    SELECT learner_id FROM learner
    WHERE next_nudge_at IS NOT NULL AND next_nudge_at <= :at ORDER BY next_nudge_at LIMIT :limit)
  UNION ALL
  SELECT * FROM (
    SELECT learner_id FROM learner
    WHERE next_nudge_at IS NOT NULL AND next_nudge_at > :far LIMIT :limit))
LIMIT :limit;

-- name: waiting
-- Replies of one account and priority not yet sent, oldest first.
SELECT o.outbox_id, o.contact_id, o.learner_id, c.channel, c.account, c.external_id,
  o.turn, o.priority, o.body, o.expires_at, o.slot, o.broadcast_id
FROM outbox o JOIN contact c ON c.contact_id = o.contact_id
WHERE o.status = 'waiting' AND o.account = :account AND o.priority = :priority
  AND o.outbox_id > :after
ORDER BY o.outbox_id LIMIT :limit;

-- name: outbox_accounts
-- The accounts for which something waits.
SELECT DISTINCT account FROM outbox WHERE status = 'waiting';

-- name: outbox_waiting
-- How many rows wait for each account, by priority.
SELECT account, priority, count(*) FROM outbox WHERE status = 'waiting' GROUP BY account, priority;

-- name: oldest_waiting
-- When the oldest answer that waits was written.
SELECT min(at) FROM outbox WHERE outbox_id IN (
  SELECT min(outbox_id) FROM outbox WHERE status = 'waiting' AND priority <= 1
  GROUP BY account, priority);

-- name: statuses
-- How many learners there are of each status: a walk over all of them.
SELECT status, count(*) FROM learner GROUP BY status;

-- name: sent_in_slot
-- The newest message sent in a slot of a chat.
SELECT message_ref FROM outbox
WHERE contact_id = :contact_id AND slot = :slot AND status = 'sent' AND message_ref <> ''
ORDER BY outbox_id DESC LIMIT 1;

-- name: files
-- What an account calls the files it was given.
SELECT media, file_id FROM media_file WHERE account = :account;

-- name: history_after
-- Lines of one web chat after an id, oldest first.
SELECT h.history_id, h.sender, h.body, h.at
FROM contact c JOIN history h ON h.contact_id = c.contact_id
WHERE c.channel = :channel AND c.account = :account AND c.external_id = :external_id
  AND h.history_id > :after
ORDER BY h.history_id LIMIT :limit;

-- name: history_latest
-- The newest lines of one web chat, newest first.
SELECT h.history_id, h.sender, h.body, h.at
FROM contact c JOIN history h ON h.contact_id = c.contact_id
WHERE c.channel = :channel AND c.account = :account AND c.external_id = :external_id
ORDER BY h.history_id DESC LIMIT :limit;

-- name: made_ticket
-- A ticket that is still free, with the document of whoever made it.
SELECT t.purpose, t.made_by, t.role, t.ward, t.hamlet, t.course, t.for_learner_id, l.document
FROM ticket t LEFT JOIN learner l ON l.learner_id = t.made_by
WHERE t.hash = :hash AND t.used_by IS NULL AND t.expires_at > :at;

-- name: free_ticket
-- What a ticket that is still free is for.
SELECT purpose, made_by, role, ward, hamlet, course, for_learner_id FROM ticket
WHERE hash = :hash AND used_by IS NULL AND expires_at > :at;

-- name: web_contact
-- The web chat that a learner last used.
SELECT channel, account, external_id FROM contact
WHERE active_learner_id = :learner_id AND channel = 'web' ORDER BY last_used_at DESC LIMIT 1;
