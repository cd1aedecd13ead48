-- name: remember_keys
-- Remember dedupe keys; those that were never seen come back.
INSERT OR IGNORE INTO seen (key, at)
SELECT value, :at FROM json_each(:keys) ORDER BY value
RETURNING key;

-- name: people
-- The known chats of a list of [channel, account, external_id], with active learners.
SELECT c.contact_id, c.channel, c.account, c.external_id, l.learner_id, l.document,
  c.contact_id = l.contact_id, c.unreachable_at IS NOT NULL
FROM json_each(:addresses) a
JOIN contact c ON c.channel = a.value ->> 0 AND c.account = a.value ->> 1
  AND c.external_id = a.value ->> 2
JOIN learner l ON l.learner_id = c.active_learner_id;

-- name: learners
-- Learners by id, each with the chat last used.
SELECT c.contact_id, c.channel, c.account, c.external_id, l.learner_id, l.document,
  1, c.unreachable_at IS NOT NULL
FROM json_each(:learner_ids) ids
JOIN learner l ON l.learner_id = ids.value
JOIN contact c ON c.contact_id = l.contact_id;

-- name: add_learner*!
-- A learner seen for the first time.
INSERT INTO learner (learner_id, document, ward, status, next_nudge_at, last_seen_at, contact_id)
VALUES (:learner_id, :document, '', 'new', NULL, :at, :contact_id);

-- name: add_contact*!
-- A chat seen for the first time.
INSERT INTO contact (contact_id, channel, account, external_id, active_learner_id, last_used_at)
VALUES (:contact_id, :channel, :account, :external_id, :learner_id, :at);

-- name: add_contact_learner*!
-- Who uses that chat.
INSERT INTO contact_learner (contact_id, learner_id) VALUES (:contact_id, :learner_id);

-- name: save_learner*!
-- A learner's document as it is now, with what is searched beside it.
UPDATE learner SET document = ?2, ward = ?3, status = ?4, next_nudge_at = ?5,
  last_seen_at = coalesce(?6, last_seen_at), contact_id = ?7, hamlet = ?8
WHERE learner_id = ?1;

-- name: add_fact*!
-- Something that happened.
INSERT INTO fact (learner_id, turn, kind, body, at) VALUES (?, ?, ?, ?, ?);

-- name: add_outbox*!
-- A reply that waits to be sent.
INSERT INTO outbox (
  outbox_id, contact_id, learner_id, account, turn, priority, body, at, expires_at, slot,
  broadcast_id, status, later_at, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_outbox_id^
-- The newest id in the outbox.
SELECT coalesce(max(outbox_id), 0) FROM outbox;

-- name: last_history_id^
-- The newest id that a line of history was ever given.
SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'history';

-- name: add_history*!
-- A line of a web chat, under the id given.
INSERT INTO history (history_id, contact_id, learner_id, sender, body, at)
VALUES (?, ?, ?, ?, ?, ?);

-- name: add_inbox*!
-- An event for another learner; the same key once.
INSERT OR IGNORE INTO inbox (key, learner_id, body, at) VALUES (?, ?, ?, ?);

-- name: take_inbox
-- The oldest events that wait for learners, removed.
DELETE FROM inbox WHERE inbox_id IN (SELECT inbox_id FROM inbox ORDER BY inbox_id LIMIT :limit)
RETURNING inbox_id, key, learner_id, body, at;

-- name: add_quarantine*!
-- An update that raised.
INSERT INTO quarantine (key, learner_id, kind, trace, body, at) VALUES (?, ?, ?, ?, ?, ?);

-- name: rejected
-- One quarantine row.
SELECT quarantine_id, key, learner_id, kind, trace, body, at
FROM quarantine WHERE quarantine_id = :number;

-- name: keep_rejected*!
-- It failed again, for this reason.
UPDATE quarantine SET kind = ?2, trace = ?3, at = ?4 WHERE quarantine_id = ?1;

-- name: drop_rejected*!
-- It went through.
DELETE FROM quarantine WHERE quarantine_id = ?1;

-- name: make_ticket*!
-- A ticket's hash; the same hash again is the same ticket.
INSERT OR IGNORE INTO ticket (
  hash, purpose, made_by, expires_at, role, ward, hamlet, many, course, for_learner_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: use_ticket
-- Win a ticket that is still free: one row for the winner, none for the others. One for
-- many stays free.
UPDATE ticket SET used_by = iif(many, NULL, :learner_id), used_at = :at
WHERE hash = :hash AND purpose = :purpose AND used_by IS NULL AND expires_at > :at
  AND (purpose = 'return' OR made_by <> :learner_id)
RETURNING purpose, made_by, role, ward, hamlet, course, for_learner_id;

-- name: find_inviter
-- Whose invitation each of these learners used.
SELECT p.value AS parameter, t.made_by AS learner_id
FROM json_each(:parameters) p
JOIN ticket t ON t.used_by = p.value AND t.purpose = 'invite';

-- name: mark_sent*!
-- The outcome of a send; of an announcement only the outcome is kept.
UPDATE outbox SET status = ?2, reason = ?3, message_ref = ?4, sent_at = ?5,
  body = iif(broadcast_id IS NULL, body, x'')
WHERE outbox_id = ?1;

-- name: mark_unreachable*!
-- Nothing can be sent to this chat.
UPDATE contact SET unreachable_at = ?2 WHERE contact_id = ?1;

-- name: cancel_contact*!
-- What waits for a chat is not sent.
UPDATE outbox SET status = 'cancelled', reason = 'unreachable', sent_at = ?2
WHERE contact_id = ?1 AND status = 'waiting';

-- name: no_nudge_there*!
-- No nudge is due to who used this chat last; their next word brings it back.
UPDATE learner SET next_nudge_at = NULL WHERE contact_id = ?1
  AND learner_id IN (SELECT learner_id FROM contact_learner WHERE contact_id = ?1);

-- name: lost_nudges
-- The nudges (priority 2) among these rows.
SELECT o.outbox_id, o.learner_id, o.turn
FROM json_each(:outbox_ids) ids JOIN outbox o ON o.outbox_id = ids.value
WHERE o.priority = 2;

-- name: mark_reachable*!
-- The chat wrote again.
UPDATE contact SET unreachable_at = NULL WHERE contact_id = ?;

-- name: move_contact*!
-- The channel gave a chat a new id; one that is there already keeps its own learner.
UPDATE OR IGNORE contact SET external_id = ?2 WHERE contact_id = ?1;

-- name: cancel_unasked*!
-- Nudges and announcements that wait for a learner are not sent.
UPDATE outbox SET status = 'cancelled', reason = 'stopped', sent_at = ?2
WHERE contact_id IN (SELECT contact_id FROM contact_learner WHERE learner_id = ?1)
  AND learner_id = ?1 AND status = 'waiting' AND priority >= 2;

-- name: keep_file*!
-- What the channel calls an uploaded file.
INSERT INTO media_file (account, media, file_id) VALUES (?, ?, ?)
ON CONFLICT (account, media) DO UPDATE SET file_id = excluded.file_id;
