-- name: add_broadcast*!
-- An announcement under the id given.
INSERT INTO broadcast (broadcast_id, root, made_by, ward, hamlet, audience, body, digest, urgent,
  status, recipients, second, approved_by, approved_digest, made_at, send_at, after, expanded, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_broadcast_id
-- The newest announcement.
SELECT coalesce(max(broadcast_id), 0) FROM broadcast;

-- name: broadcast
-- One announcement.
SELECT * FROM broadcast WHERE broadcast_id = :number;

-- name: save_broadcast
-- What changes of an announcement, when it still stands as it was read.
UPDATE broadcast SET audience = :audience, body = :body, digest = :digest, ward = :ward,
  hamlet = :hamlet, urgent = :urgent, status = :status, recipients = :recipients,
  second = :second, approved_by = :approved_by, approved_digest = :approved_digest,
  send_at = :send_at, after = :after, expanded = :expanded, told = :told
WHERE broadcast_id = :broadcast_id AND status = :was
RETURNING broadcast_id;

-- name: broadcasts_at_work
-- Announcements whose time has come, oldest first.
SELECT * FROM broadcast
WHERE status IN ('held', 'running') AND send_at <= :at ORDER BY broadcast_id;

-- name: urgent_since
-- Urgent announcements since a moment that reach somebody of that area.
SELECT count(*) FROM broadcast
WHERE made_at > :since AND urgent = 1 AND status IN ('held', 'running', 'paused', 'done')
  AND broadcast_id <> :number
  AND (ward = '' OR :ward = '' OR ward = :ward AND (hamlet = '' OR :hamlet = '' OR hamlet = :hamlet));

-- name: scan_ward
-- The next learners of a ward, whoever they are: few fit, and nothing is sorted.
SELECT learner_id FROM learner WHERE ward = :ward AND learner_id > :after
ORDER BY learner_id LIMIT :scan;

-- name: scan_everywhere
-- The same of every ward.
SELECT learner_id FROM learner WHERE learner_id > :after ORDER BY learner_id LIMIT :scan;

-- name: scan_recipients
-- The next recipients of one announcement.
SELECT learner_id FROM outbox WHERE broadcast_id = :number AND learner_id > :after
ORDER BY learner_id LIMIT :scan;

-- name: broadcasts_of_root
-- An announcement with its repetitions and corrections.
SELECT broadcast_id FROM broadcast WHERE root = :root;

-- name: willing
-- Who of these may be told something unasked, with their channel.
SELECT l.learner_id, c.channel
FROM json_each(:among) s
JOIN learner l ON l.learner_id = s.value
JOIN contact c ON c.contact_id = l.contact_id
WHERE l.status = 'active' AND c.unreachable_at IS NULL AND l.learner_id <> :made_by
  AND (:hamlet = '' OR l.hamlet = :hamlet)
  AND (:seen_before = 0 OR l.last_seen_at < :seen_before)
  AND (:course = '' OR coalesce(json_extract(CAST(l.document AS TEXT), '$.course'), '') = :course)
  AND (NOT :not_started OR json_extract(CAST(l.document AS TEXT), '$.done') IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.broadcast_id = :number AND o.learner_id = l.learner_id)
ORDER BY l.learner_id LIMIT :limit;

-- name: willing_missed
-- Whom of these an announcement and its repetitions did not reach, and who can be reached now.
SELECT l.learner_id, c.channel
FROM json_each(:among) s
JOIN learner l ON l.learner_id = s.value AND l.status = 'active'
JOIN contact c ON c.contact_id = l.contact_id AND c.unreachable_at IS NULL
WHERE EXISTS (
    SELECT 1 FROM broadcast b JOIN outbox o ON o.broadcast_id = b.broadcast_id
    WHERE b.root = :root AND o.learner_id = l.learner_id AND o.status IN ('failed', 'cancelled'))
  AND NOT EXISTS (
    SELECT 1 FROM broadcast b JOIN outbox o ON o.broadcast_id = b.broadcast_id
    WHERE b.root = :root AND o.learner_id = l.learner_id
      AND o.status IN ('sent', 'waiting', 'later'))
ORDER BY l.learner_id LIMIT :limit;

-- name: willing_reached
-- Whom of these an announcement and its repetitions reached, and who still wants to hear of it.
SELECT l.learner_id, c.channel
FROM json_each(:among) s
JOIN learner l ON l.learner_id = s.value AND l.status = 'active'
JOIN contact c ON c.contact_id = l.contact_id AND c.unreachable_at IS NULL
WHERE EXISTS (
    SELECT 1 FROM broadcast b JOIN outbox o ON o.broadcast_id = b.broadcast_id
    WHERE b.root = :root AND b.broadcast_id <> :number AND o.learner_id = l.learner_id
      AND o.status = 'sent')
  AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.broadcast_id = :number AND o.learner_id = l.learner_id)
ORDER BY l.learner_id LIMIT :limit;

-- name: outstanding^
-- Rows of an announcement that wait to be sent, and those for a later moment: each counted
-- as far as it matters.
SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox
    WHERE broadcast_id = :number AND status = 'waiting' LIMIT :enough)),
  (SELECT count(*) FROM (SELECT 1 FROM outbox
    WHERE broadcast_id = :number AND status = 'later' LIMIT 1));

-- name: recipients_beyond
-- How many recipients there are, counted a little beyond the limit.
SELECT count(*) FROM (SELECT 1 FROM outbox WHERE broadcast_id = :number LIMIT :limit + 1);

-- name: cancel_waiting!
-- What waits of an announcement is not sent.
UPDATE outbox SET status = 'cancelled', reason = 'cancelled', sent_at = :at
WHERE broadcast_id = :number AND status = 'waiting';

-- name: cancel_later!
-- Nor are so many of those for a later moment.
UPDATE outbox SET status = 'cancelled', reason = 'cancelled', sent_at = :at
WHERE outbox_id IN (
  SELECT outbox_id FROM outbox WHERE broadcast_id = :number AND status = 'later' LIMIT :limit);

-- name: cancelled_halfway
-- Cancelled announcements of which there still are rows for a later moment.
SELECT broadcast_id FROM broadcast b WHERE status = 'cancelled' AND EXISTS (
  SELECT 1 FROM outbox o WHERE o.broadcast_id = b.broadcast_id AND o.status = 'later');

-- name: pause_rows!
-- What waits of an announcement waits on disk alone.
UPDATE outbox SET status = 'later', later_at = :later_at, reason = 'paused'
WHERE broadcast_id = :number AND status = 'waiting';

-- name: take_later
-- Rows whose later moment has come, taken out to be written anew.
DELETE FROM outbox WHERE outbox_id IN (
  SELECT outbox_id FROM outbox
  WHERE broadcast_id = :number AND status = 'later' AND coalesce(later_at, 0) <= :at LIMIT :limit)
RETURNING learner_id, iif(reason IN ('paused', 'overnight'), at, 0);

-- name: answer_broadcast
-- The last answer of a recipient; none for who is no recipient.
INSERT INTO broadcast_answer (broadcast_id, learner_id, answer, at)
SELECT :number, :learner_id, :answer, :at WHERE EXISTS (
  SELECT 1 FROM outbox WHERE broadcast_id = :number AND learner_id = :learner_id)
ON CONFLICT (broadcast_id, learner_id) DO UPDATE SET answer = excluded.answer, at = excluded.at
RETURNING broadcast_id;

-- name: may_approve
-- Who holds a role in an area: asked of the policy before they are told.
SELECT learner_id, role, ward, hamlet FROM role
WHERE taken_at IS NULL AND (ward = '' OR ward = :ward AND hamlet IN ('', :hamlet))
ORDER BY role_id LIMIT :limit;

-- name: find_broadcast
-- Announcements by number, each with the document of whoever made it.
SELECT p.value AS parameter, b.*, l.document
FROM json_each(:parameters) p
JOIN broadcast b ON b.broadcast_id = CAST(p.value AS INTEGER)
LEFT JOIN learner l ON l.learner_id = b.made_by;

-- name: recipient_counts
-- How many recipients of one announcement stand where, and why.
SELECT status, reason, count(*) FROM outbox WHERE broadcast_id = :number GROUP BY status, reason;

-- name: answer_counts
-- How many recipients answered what.
SELECT answer, count(*) FROM broadcast_answer WHERE broadcast_id = :number GROUP BY answer;

-- name: answers_beyond
-- How many answered, counted a little beyond the limit.
SELECT count(*) FROM (SELECT 1 FROM broadcast_answer WHERE broadcast_id = :number LIMIT :limit + 1);

-- name: find_broadcast_coming
-- Who said that they come, with their documents.
SELECT p.value AS parameter, l.document
FROM json_each(:parameters) p
JOIN broadcast_answer a ON a.broadcast_id = CAST(p.value AS INTEGER) AND a.answer = 'come'
JOIN learner l ON l.learner_id = a.learner_id ORDER BY a.at LIMIT 40;

-- name: find_broadcasts
-- The newest announcements of the areas in which each of these people holds a role.
SELECT DISTINCT p.value AS parameter, b.broadcast_id, b.made_by, b.ward, b.hamlet, b.status,
  b.recipients, b.body
FROM json_each(:parameters) p
JOIN role mine ON mine.learner_id = p.value AND mine.taken_at IS NULL
JOIN broadcast b ON mine.ward = '' OR b.ward = mine.ward AND mine.hamlet IN ('', b.hamlet)
WHERE b.status <> 'draft' ORDER BY b.broadcast_id DESC LIMIT 40;

-- name: every_broadcast
-- Announcements, newest first, with how many of each outcome.
SELECT b.broadcast_id, b.ward, b.hamlet, b.status, b.recipients, b.urgent, b.send_at,
  (SELECT count(*) FROM outbox o WHERE o.broadcast_id = b.broadcast_id AND o.status = 'sent'),
  (SELECT count(*) FROM outbox o
    WHERE o.broadcast_id = b.broadcast_id AND o.status IN ('failed', 'cancelled')),
  (SELECT count(*) FROM broadcast_answer a WHERE a.broadcast_id = b.broadcast_id)
FROM broadcast b ORDER BY b.broadcast_id DESC LIMIT 100;

-- name: keep_attachment*!
-- A picture or a recording of an announcement; the first one under a name stays.
INSERT INTO attachment (name, content, at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING;

-- name: attachment
-- What was kept under a name.
SELECT content FROM attachment WHERE name = :name;
