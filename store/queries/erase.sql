-- name: whom_to_erase
-- The learner who is erased.
SELECT document, ward FROM learner WHERE learner_id = :learner_id;

-- name: lines_about
-- Lines in the chats of people near a learner that hold the learner's words (passed on in a
-- talk: 1) or name (0): who helped or was told of a call, whom the learner helped, who works
-- in that ward, family, keeper, who shares a chat, whose link was opened.
WITH call(call_id) AS (
  SELECT call_id FROM help_call WHERE learner_id = :learner_id
  UNION SELECT call_id FROM help_call WHERE taken_by = :learner_id
  UNION SELECT call_id FROM help_told WHERE learner_id = :learner_id
), near(learner_id) AS (
  SELECT h.taken_by FROM call JOIN help_call h USING (call_id)
  UNION SELECT h.learner_id FROM call JOIN help_call h USING (call_id)
  UNION SELECT t.learner_id FROM call JOIN help_told t USING (call_id)
  UNION SELECT learner_id FROM role WHERE ward IN ('', :ward)
  UNION SELECT helper_id FROM family WHERE learner_id = :learner_id
  UNION SELECT learner_id FROM family WHERE helper_id = :learner_id
  UNION SELECT kept_by FROM kept_learner WHERE learner_id = :learner_id
  UNION SELECT made_by FROM ticket WHERE used_by = :learner_id
  UNION SELECT used_by FROM ticket WHERE made_by = :learner_id
  UNION SELECT o.learner_id FROM contact_learner s JOIN contact_learner o USING (contact_id)
    WHERE s.learner_id = :learner_id
), line(place, number, body) AS (
  SELECT 'history', h.history_id, CAST(h.body AS TEXT)
  FROM near JOIN contact_learner s USING (learner_id) JOIN history h USING (contact_id)
  WHERE h.learner_id = near.learner_id AND near.learner_id <> :learner_id
  UNION SELECT 'outbox', o.outbox_id, CAST(o.body AS TEXT)
  FROM near JOIN contact_learner s USING (learner_id) JOIN outbox o USING (contact_id)
  WHERE o.learner_id = near.learner_id AND near.learner_id <> :learner_id
)
SELECT place, iif(json_valid(body), body ->> 'talk', NULL) IN (SELECT call_id FROM call) AS passed,
  number, body
FROM line
WHERE passed OR :name <> '' AND (instr(body, :name) OR instr(body, :spoken));

-- name: drop_from_history*!
-- A line.
DELETE FROM history WHERE history_id = ?;

-- name: drop_from_outbox*!
-- A reply.
DELETE FROM outbox WHERE outbox_id = ?;

-- name: rewrite_history*!
-- A line without a name.
UPDATE history SET body = ?2 WHERE history_id = ?1;

-- name: rewrite_outbox*!
-- A reply without a name.
UPDATE outbox SET body = ?2 WHERE outbox_id = ?1;

-- name: erase_outbox!
-- Replies to the learner, sent or not.
DELETE FROM outbox
WHERE contact_id IN (SELECT contact_id FROM contact_learner WHERE learner_id = :learner_id)
  AND learner_id = :learner_id;

-- name: erase_history!
-- Lines of web chats that are the learner's.
DELETE FROM history
WHERE contact_id IN (SELECT contact_id FROM contact_learner WHERE learner_id = :learner_id)
  AND learner_id = :learner_id;

-- name: erase_inbox!
-- Events that wait for the learner.
DELETE FROM inbox WHERE learner_id = :learner_id;

-- name: erase_facts!
-- What happened to the learner.
DELETE FROM fact WHERE learner_id = :learner_id;

-- name: erase_quarantine!
-- The learner's updates that raised.
DELETE FROM quarantine WHERE learner_id = :learner_id;

-- name: erase_unread!
-- Updates that could not even be read, and name one of the learner's chats.
DELETE FROM quarantine WHERE learner_id = '' AND EXISTS (
  SELECT 1 FROM contact_learner s JOIN contact c ON c.contact_id = s.contact_id
  WHERE s.learner_id = :learner_id AND instr(body, CAST(c.external_id AS BLOB)) > 0);

-- name: erase_seen!
-- Dedupe keys of what the learner's turns said to others, and of what the program said unasked.
DELETE FROM seen
WHERE key >= 'turn:' || :learner_id || ':' AND key < 'turn:' || :learner_id || ';'
  OR key >= 'nudge:' || :learner_id || ':' AND key < 'nudge:' || :learner_id || ';';

-- name: erase_tickets!
-- Tickets that the learner made, and their name on those they used.
DELETE FROM ticket WHERE made_by = :learner_id;

-- name: erase_tickets_for!
-- Tickets that would hand over the learner's place.
DELETE FROM ticket WHERE for_learner_id = :learner_id;

-- name: erase_used_tickets!
-- A used ticket stays used by nobody known.
UPDATE ticket SET used_by = '' WHERE used_by = :learner_id;

-- name: erase_notices!
-- What volunteers saw of the learner.
DELETE FROM notice WHERE learner_id = :learner_id;

-- name: erase_kept!
-- That the learner is kept by somebody.
DELETE FROM kept_learner WHERE learner_id = :learner_id;

-- name: erase_keepers!
-- The learner's name on those whom they keep; other volunteers of the area go on.
UPDATE kept_learner SET kept_by = '' WHERE kept_by = :learner_id;

-- name: erase_family!
-- Whom the learner follows, and who follows them.
DELETE FROM family WHERE learner_id = :learner_id OR helper_id = :learner_id;

-- name: erase_calls!
-- The learner's calls for a person.
DELETE FROM help_call WHERE learner_id = :learner_id;

-- name: erase_taken_calls!
-- Calls that the learner took: open ones are free again, closed ones lose the name.
UPDATE help_call SET taken_by = iif(closed_at IS NULL, NULL, ''),
  rise_at = iif(closed_at IS NULL, coalesce(done_at, taken_at), NULL), done_at = NULL
WHERE taken_by = :learner_id;

-- name: erase_told!
-- That the learner was told of calls.
DELETE FROM help_told WHERE learner_id = :learner_id;

-- name: erase_duty!
-- The learner's hours.
DELETE FROM duty WHERE learner_id = :learner_id;

-- name: erase_roles!
-- Roles that the learner held.
DELETE FROM role WHERE learner_id = :learner_id;

-- name: erase_role_givers!
-- The learner's name on roles that they gave or took.
UPDATE role SET given_by = iif(given_by = :learner_id, '', given_by),
  taken_by = iif(taken_by = :learner_id, '', taken_by)
WHERE given_by = :learner_id OR taken_by = :learner_id;

-- name: erase_broadcast_answers!
-- What the learner answered to announcements.
DELETE FROM broadcast_answer WHERE learner_id = :learner_id;

-- name: erase_broadcast_makers!
-- The learner's name on announcements that they made or approved; one that is held is then
-- refused when its minute is over: nobody made it.
UPDATE broadcast SET made_by = iif(made_by = :learner_id, '', made_by),
  approved_by = iif(approved_by = :learner_id, '', approved_by)
WHERE made_by = :learner_id OR approved_by = :learner_id;

-- name: erase_shared!
-- The learner among those who share a chat.
DELETE FROM contact_learner WHERE learner_id = :learner_id;

-- name: pass_on_contacts!
-- A chat that others share goes on with one of them.
UPDATE contact SET active_learner_id = (
  SELECT min(s.learner_id) FROM contact_learner s WHERE s.contact_id = contact.contact_id)
WHERE active_learner_id = :learner_id
  AND EXISTS (SELECT 1 FROM contact_learner s WHERE s.contact_id = contact.contact_id);

-- name: erase_contacts!
-- Chats that are the learner's alone.
DELETE FROM contact WHERE active_learner_id = :learner_id;

-- name: erase_document!
-- The learner.
DELETE FROM learner WHERE learner_id = :learner_id;

-- name: remember_erased*!
-- A hash of who was erased.
INSERT OR IGNORE INTO erased (learner_hash, at) VALUES (:learner_hash, :at);

-- name: erased_hashes
-- Who was erased, as hashes.
SELECT learner_hash, at FROM erased;

-- name: learner_ids
-- Everybody.
SELECT learner_id FROM learner;

-- name: old_guests
-- People who did not agree and have been silent for long.
SELECT learner_id FROM learner WHERE status = 'guest' AND last_seen_at < :before LIMIT :limit;

-- name: forget_seen!
-- Dedupe keys past their time.
DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE at < :before LIMIT :limit);

-- name: forget_history!
-- Web chat lines past their time.
DELETE FROM history
WHERE history_id IN (SELECT history_id FROM history WHERE at < :before LIMIT :limit);

-- name: forget_quarantine!
-- Updates that raised, past their time.
DELETE FROM quarantine WHERE quarantine_id IN (
  SELECT quarantine_id FROM quarantine WHERE at < :before ORDER BY quarantine_id LIMIT :limit);

-- name: forget_tickets!
-- Links that nobody used in time.
DELETE FROM ticket WHERE hash IN (
  SELECT hash FROM ticket WHERE used_by IS NULL AND expires_at < :before LIMIT :limit);

-- name: forget_outbox!
-- Replies that are done with, past their time.
DELETE FROM outbox WHERE outbox_id IN (
  SELECT outbox_id FROM outbox WHERE at < :before AND status <> 'waiting' AND broadcast_id IS NULL
  ORDER BY outbox_id LIMIT :limit);

-- name: forget_recipients!
-- Who got an announcement, past its time.
DELETE FROM outbox WHERE outbox_id IN (
  SELECT o.outbox_id FROM broadcast b JOIN outbox o ON o.broadcast_id = b.broadcast_id
  WHERE b.made_at < :before AND b.status IN ('draft', 'done', 'cancelled') LIMIT :limit);

-- name: forget_broadcast_answers!
-- Answers to announcements past their time.
DELETE FROM broadcast_answer WHERE broadcast_id IN (
  SELECT broadcast_id FROM broadcast
  WHERE made_at < :before AND status IN ('draft', 'done', 'cancelled'));

-- name: forget_broadcasts!
-- Announcements past their time of which no recipient is left.
DELETE FROM broadcast WHERE made_at < :before AND status IN ('draft', 'done', 'cancelled')
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.broadcast_id = broadcast.broadcast_id);

-- name: forget_attachments!
-- Pictures and recordings past their time that no announcement bears any more.
DELETE FROM attachment WHERE at < :before
  AND NOT EXISTS (SELECT 1 FROM broadcast b WHERE instr(b.body, attachment.name));
