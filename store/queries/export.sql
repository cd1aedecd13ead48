-- name: export_learner
-- The learner's document and what is searched beside it.
SELECT document, ward, status, next_nudge_at, last_seen_at
FROM learner WHERE learner_id = :learner_id;

-- name: export_contacts
-- The chats that the learner uses.
SELECT c.channel, c.account, c.external_id, c.last_used_at, c.unreachable_at
FROM contact_learner s JOIN contact c ON c.contact_id = s.contact_id
WHERE s.learner_id = :learner_id ORDER BY c.last_used_at;

-- name: export_facts
-- What happened to the learner, in order.
SELECT kind, body, at FROM fact WHERE learner_id = :learner_id ORDER BY fact_id;

-- name: export_history
-- The learner's lines of web chats.
SELECT h.sender, h.body, h.at
FROM contact_learner s JOIN history h ON h.contact_id = s.contact_id
WHERE s.learner_id = :learner_id AND h.learner_id = :learner_id ORDER BY h.history_id;

-- name: export_outbox
-- Replies to the learner that are not forgotten yet.
SELECT o.account, o.body, o.status, o.at, o.sent_at
FROM contact_learner s JOIN outbox o ON o.contact_id = s.contact_id
WHERE s.learner_id = :learner_id AND o.learner_id = :learner_id ORDER BY o.outbox_id;

-- name: export_inbox
-- What others' turns said and the learner was not told yet.
SELECT body, at FROM inbox WHERE learner_id = :learner_id ORDER BY inbox_id;

-- name: export_quarantine
-- The learner's updates that raised.
SELECT kind, body, at FROM quarantine WHERE learner_id = :learner_id ORDER BY quarantine_id;

-- name: export_tickets
-- Links that the learner made; never by whom they were used.
SELECT purpose, role, ward, hamlet, course, expires_at, used_at FROM ticket WHERE made_by = :learner_id ORDER BY expires_at;

-- name: export_roles
-- What the learner may or might do for others.
SELECT role, ward, hamlet, given_at, taken_at FROM role WHERE learner_id = :learner_id
ORDER BY role_id;

-- name: export_broadcast_answers
-- What the learner answered to announcements.
SELECT broadcast_id, answer, at FROM broadcast_answer WHERE learner_id = :learner_id
ORDER BY broadcast_id;

-- name: export_broadcasts
-- Announcements that the learner made.
SELECT broadcast_id, ward, hamlet, audience, body, status, made_at, send_at FROM broadcast
WHERE made_by = :learner_id ORDER BY broadcast_id;

-- name: export_calls
-- The learner's calls for a person; never who came.
SELECT about, urgent, lesson, card, tried, opened_at, taken_at, done_at, closed_at, helped
FROM help_call WHERE learner_id = :learner_id ORDER BY call_id;

-- name: export_told
-- When the learner, as a volunteer, was told of calls; never whose.
SELECT at FROM help_told WHERE learner_id = :learner_id ORDER BY at;

-- name: export_duty
-- The learner's hours as a volunteer.
SELECT weekday, from_minute, to_minute FROM duty
WHERE learner_id = :learner_id ORDER BY weekday, from_minute;

-- name: export_notices
-- What the volunteers of the learner's area see.
SELECT kind, what, at FROM notice WHERE learner_id = :learner_id ORDER BY at;

-- name: export_family
-- Who follows the learner, or whom the learner follows; never who it is.
SELECT iif(learner_id = :learner_id, 'followed', 'follows') AS side, asked_at, agreed_at, praised_at
FROM family WHERE learner_id = :learner_id OR helper_id = :learner_id ORDER BY asked_at;
