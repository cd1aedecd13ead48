-- name: open_call^
-- The call of a learner that is not closed.
SELECT * FROM help_call WHERE learner_id = :learner_id AND closed_at IS NULL;

-- name: call^
-- A call by its number, while it is open.
SELECT * FROM help_call WHERE call_id = :call_id AND closed_at IS NULL;

-- name: add_call^
-- A learner calls for a person.
INSERT INTO help_call (
  learner_id, ward, hamlet, about, urgent, lesson, card, tried, opened_at, rise_at)
VALUES (:learner_id, :ward, :hamlet, :about, :urgent, :lesson, :card, :tried, :at, :rise_at)
RETURNING *;

-- name: hasten_call^
-- It has become urgent: free again for whoever is there, and the clock starts anew.
UPDATE help_call SET urgent = 1, about = :about, rise_at = :rise_at
WHERE call_id = :call_id
RETURNING *;

-- name: on_duty
-- Who is on duty for an area at a minute of a weekday and can be told, the hamlet's own
-- first; never who asks.
SELECT h.learner_id, max(d.to_minute) AS to_minute
FROM present_helper h JOIN duty d ON d.learner_id = h.learner_id
WHERE h.ward IN ('', :ward) AND h.hamlet IN ('', :hamlet) AND h.learner_id <> :learner_id
  AND d.weekday = :weekday AND d.from_minute <= :minute AND d.to_minute > :minute
GROUP BY h.learner_id ORDER BY max(h.hamlet) DESC, min(h.role_id);

-- name: duty_starts
-- When in the week somebody's duty for an area begins; never of who asks.
SELECT DISTINCT d.weekday, d.from_minute
FROM present_helper h JOIN duty d ON d.learner_id = h.learner_id
WHERE h.ward IN ('', :ward) AND h.hamlet IN ('', :hamlet) AND h.learner_id <> :learner_id;

-- name: next_helper
-- Who is told next of a call: a volunteer of the area, then its coordinators, then those of
-- everywhere; nobody twice, and never who asks.
SELECT h.learner_id
FROM help_call c
JOIN present_helper h ON h.ward IN ('', c.ward) AND h.hamlet IN ('', c.hamlet)
  AND h.learner_id <> c.learner_id
WHERE c.call_id = :call_id AND NOT EXISTS (
  SELECT 1 FROM help_told t WHERE t.call_id = c.call_id AND t.learner_id = h.learner_id)
ORDER BY h.role = 'coordinator', h.ward = '', h.hamlet = '', h.role_id LIMIT 1;

-- name: told_of_call*!
-- Who was told.
INSERT OR IGNORE INTO help_told (call_id, learner_id, at) VALUES (?, ?, ?);

-- name: told_of
-- Everybody who was told of a call.
SELECT learner_id FROM help_told WHERE call_id = :call_id;

-- name: forget_told!
-- Whoever could not help may be told again, but not by whom it was just given back.
DELETE FROM help_told WHERE call_id = :call_id AND learner_id <> :but;

-- name: set_rise!
-- When the next person is told.
UPDATE help_call SET rise_at = :rise_at WHERE call_id = :call_id;

-- name: take_call^
-- Win a free call: one row for the winner, none for the others, nor for who has no role there.
UPDATE help_call SET taken_by = :learner_id, taken_at = :at, done_at = NULL, written_at = NULL,
  rise_at = :at + iif(urgent, :urgent_within, :within)
WHERE call_id = :call_id AND taken_by IS NULL AND closed_at IS NULL AND learner_id <> :learner_id
  AND EXISTS (
    SELECT 1 FROM helper h WHERE h.learner_id = :learner_id
      AND h.ward IN ('', help_call.ward) AND h.hamlet IN ('', help_call.hamlet))
RETURNING *;

-- name: release_call^
-- Whoever took it gives it back.
UPDATE help_call SET taken_by = NULL, taken_at = NULL, done_at = NULL, rise_at = :at
WHERE call_id = :call_id AND taken_by = :learner_id AND closed_at IS NULL
RETURNING *;

-- name: write_call*!
-- The helper wrote: whoever took it is there, and it rises no more.
UPDATE help_call SET written_at = :at, rise_at = NULL
WHERE call_id = :call_id AND written_at IS NULL;

-- name: finish_call^
-- Whoever took it says that it is done; the learner has the last word.
UPDATE help_call SET done_at = :at, rise_at = NULL
WHERE call_id = :call_id AND taken_by = :learner_id AND closed_at IS NULL AND done_at IS NULL
RETURNING *;

-- name: close_call
-- The learner's own word on it: closed, with who had it.
UPDATE help_call SET closed_at = :at, helped = :helped, rise_at = NULL
WHERE learner_id = :learner_id AND closed_at IS NULL
RETURNING *;

-- name: answer_call*!
-- The learner wrote back.
UPDATE help_call SET answered_at = :at WHERE call_id = :call_id AND answered_at IS NULL;

-- name: reopen_call
-- Not helped yet: free again, and the next person is told.
UPDATE help_call SET taken_by = NULL, taken_at = NULL, done_at = NULL, rise_at = :at
WHERE learner_id = :learner_id AND closed_at IS NULL
RETURNING call_id;

-- name: rising_calls
-- Calls whose time has come, free or taken without a word since, the urgent ones first.
SELECT * FROM help_call
WHERE rise_at <= :at AND closed_at IS NULL
ORDER BY urgent DESC, rise_at LIMIT :limit;

-- name: free_calls_of
-- A role ended: what its holder had taken is free again, unless another role still holds it.
UPDATE help_call SET taken_by = NULL, taken_at = NULL, done_at = NULL, rise_at = :at
WHERE taken_by = :learner_id AND closed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM helper h WHERE h.learner_id = :learner_id
      AND h.ward IN ('', help_call.ward) AND h.hamlet IN ('', help_call.hamlet))
RETURNING *;

-- name: keep_duty*!
-- Hours of one weekday, in place of those that begin at the same minute.
INSERT INTO duty (learner_id, weekday, from_minute, to_minute) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET to_minute = excluded.to_minute;

-- name: end_duty!
-- No hours on that weekday.
DELETE FROM duty WHERE learner_id = :learner_id AND weekday = :weekday;

-- name: end_all_duty!
-- No hours at all, for who may take no calls.
DELETE FROM duty WHERE learner_id = :learner_id
  AND NOT EXISTS (SELECT 1 FROM helper WHERE learner_id = :learner_id);

-- name: find_duty
-- The hours of each of these volunteers, through the week.
SELECT p.value AS parameter, d.weekday, d.from_minute, d.to_minute
FROM json_each(:parameters) p JOIN duty d ON d.learner_id = p.value
ORDER BY d.weekday, d.from_minute;

-- name: find_calls
-- For each of these volunteers: their own open calls, then the free ones of their areas, the
-- urgent first, then the oldest; each with the document of who asks. At most 60.
SELECT * FROM (
  SELECT p.value AS parameter, c.call_id, c.ward, c.hamlet, c.about, c.urgent, c.lesson, c.card,
    c.tried, c.opened_at, c.taken_by, c.done_at, c.answered_at, c.learner_id, l.document,
    row_number() OVER (
      PARTITION BY p.value
      ORDER BY c.taken_by IS NULL, c.urgent DESC, c.opened_at, c.call_id) AS place
  FROM json_each(:parameters) p
  JOIN helper h ON h.learner_id = p.value
  -- A range, so that the index serves one ward and every ward alike.
  JOIN help_call c ON c.closed_at IS NULL AND c.learner_id <> p.value
    AND c.ward >= h.ward AND c.ward <= iif(h.ward = '', '~', h.ward)
    AND h.hamlet IN ('', c.hamlet) AND (c.taken_by IS NULL OR c.taken_by = p.value)
  JOIN learner l ON l.learner_id = c.learner_id
  GROUP BY p.value, c.call_id
) WHERE place <= 60 ORDER BY parameter, place;

-- name: find_my_call
-- The open call of each of these learners, with the document of who took it.
SELECT p.value AS parameter, c.call_id, c.about, c.urgent, c.taken_by, c.done_at, l.document
FROM json_each(:parameters) p
JOIN help_call c ON c.learner_id = p.value AND c.closed_at IS NULL
LEFT JOIN learner l ON l.learner_id = c.taken_by;
