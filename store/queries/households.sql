-- name: code_tries
-- How often a chat has lately typed a code that was none.
SELECT code_tries FROM contact WHERE contact_id = :contact_id AND code_tried_at > :since;

-- name: count_code_try*!
-- One more.
UPDATE contact SET code_tries = iif(code_tried_at > ?2, code_tries + 1, 1), code_tried_at = ?3
WHERE contact_id = ?1;

-- name: free_code
-- Who made a code that is still good, and what it is for.
SELECT made_by, purpose FROM ticket
WHERE hash = :hash AND purpose IN ('join', 'role', 'own') AND used_by IS NULL AND expires_at > :at;

-- name: chats_of_learner
-- A learner's chats, the one last used first.
SELECT c.contact_id, c.channel, c.account, c.external_id
FROM contact_learner s
JOIN contact c ON c.contact_id = s.contact_id
JOIN learner l ON l.learner_id = s.learner_id
WHERE s.learner_id = :learner_id
ORDER BY c.contact_id <> l.contact_id, c.contact_id;

-- name: find_chats
-- The channels of each of these learners' chats.
SELECT p.value AS parameter, c.contact_id, c.channel
FROM json_each(:parameters) p
JOIN contact_learner s ON s.learner_id = p.value
JOIN contact c ON c.contact_id = s.contact_id
ORDER BY c.contact_id;

-- name: find_household
-- The learners who share each of these chats.
SELECT p.value AS parameter, l.learner_id, l.document, l.last_seen_at
FROM json_each(:parameters) p
JOIN contact_learner s ON s.contact_id = CAST(p.value AS INTEGER)
JOIN learner l ON l.learner_id = s.learner_id
ORDER BY l.learner_id;

-- name: chat_now
-- Who uses a chat now, and when they were last seen anywhere.
SELECT c.active_learner_id, l.last_seen_at
FROM contact c JOIN learner l ON l.learner_id = c.active_learner_id
WHERE c.contact_id = :contact_id;

-- name: use_chat
-- From now on that learner uses a chat: a row if they are one of those who share it.
UPDATE contact SET active_learner_id = :learner_id
WHERE contact_id = :contact_id AND EXISTS (
  SELECT 1 FROM contact_learner s
  WHERE s.contact_id = :contact_id AND s.learner_id = :learner_id)
RETURNING contact_id;

-- name: leave_chat*!
-- A learner does not use that chat any more.
DELETE FROM contact_learner WHERE contact_id = ? AND learner_id = ?;

-- name: hand_on_outbox*!
-- Replies that were said in a chat stay with whom the chat is now.
UPDATE outbox SET learner_id = ?3 WHERE contact_id = ?1 AND learner_id = ?2;

-- name: hand_on_history*!
-- And its lines.
UPDATE history SET learner_id = ?3 WHERE contact_id = ?1 AND learner_id = ?2;

-- name: join_outbox!
-- Replies to one learner are replies to the other; an announcement that both got stays once.
UPDATE OR IGNORE outbox SET learner_id = :kept
WHERE contact_id IN (SELECT contact_id FROM contact_learner WHERE learner_id = :other)
  AND learner_id = :other;

-- name: join_history!
-- Lines of web chats.
UPDATE history SET learner_id = :kept
WHERE contact_id IN (SELECT contact_id FROM contact_learner WHERE learner_id = :other)
  AND learner_id = :other;

-- name: join_inbox!
-- Events that wait.
UPDATE inbox SET learner_id = :kept WHERE learner_id = :other;

-- name: join_facts!
-- What happened.
UPDATE fact SET learner_id = :kept WHERE learner_id = :other;

-- name: join_quarantine!
-- Updates that raised.
UPDATE quarantine SET learner_id = :kept WHERE learner_id = :other;

-- name: join_tickets!
-- Tickets made.
UPDATE ticket SET made_by = :kept WHERE made_by = :other;

-- name: join_used_tickets!
-- Tickets used.
UPDATE ticket SET used_by = :kept WHERE used_by = :other;

-- name: join_second_call!
-- Of two open calls for a person, one is enough.
DELETE FROM help_call WHERE learner_id = :other AND closed_at IS NULL
  AND EXISTS (SELECT 1 FROM help_call k WHERE k.learner_id = :kept AND k.closed_at IS NULL);

-- name: join_calls!
-- Calls for a person.
UPDATE help_call SET learner_id = :kept WHERE learner_id = :other;

-- name: join_broadcast_answers!
-- Answers to announcements; to one that both answered, the kept one's.
UPDATE OR IGNORE broadcast_answer SET learner_id = :kept WHERE learner_id = :other;

-- name: join_shared!
-- The chats that one uses are used by the other.
INSERT OR IGNORE INTO contact_learner (contact_id, learner_id)
SELECT contact_id, :kept FROM contact_learner WHERE learner_id = :other;

-- name: join_contacts!
-- Where the one was the learner of now, the other is.
UPDATE contact SET active_learner_id = :kept WHERE active_learner_id = :other;

-- name: join_notices!
-- What their volunteers may see; of two of a kind the kept one's.
UPDATE OR IGNORE notice SET learner_id = :kept WHERE learner_id = :other;

-- name: join_family!
-- Who follows one of them follows the other; nobody follows themselves.
UPDATE OR IGNORE family SET learner_id = :kept WHERE learner_id = :other AND helper_id <> :kept;

-- name: join_family_helper!
-- Whom the one follows, the other does.
UPDATE OR IGNORE family SET helper_id = :kept WHERE helper_id = :other AND learner_id <> :kept;
