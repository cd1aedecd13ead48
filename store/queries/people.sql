-- name: give_role*!
-- A role in an area; one that is held already is left as it is.
INSERT INTO role (learner_id, role, ward, hamlet, given_by, given_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (
  SELECT 1 FROM role WHERE learner_id = ?1 AND role = ?2 AND ward = ?3 AND hamlet = ?4
    AND taken_at IS NULL);

-- name: end_role
-- Take a role away: a row when it was held.
UPDATE role SET taken_by = :taken_by, taken_at = :at
WHERE learner_id = :learner_id AND role = :role AND ward = :ward AND hamlet = :hamlet
  AND taken_at IS NULL
RETURNING role_id;

-- name: void_tickets!
-- Links that somebody made by right of a role, and that nobody used.
UPDATE ticket SET expires_at = :at
WHERE made_by = :learner_id AND used_by IS NULL AND purpose IN ('role', 'guide', 'own')
  AND expires_at > :at;

-- name: find_roles
-- The roles that each of these learners holds now.
SELECT p.value AS parameter, r.role, r.ward, r.hamlet
FROM json_each(:parameters) p
JOIN role r ON r.learner_id = p.value AND r.taken_at IS NULL
ORDER BY r.role_id;

-- name: find_ticket
-- Tickets that are still free, by hash, each with the documents of whoever made it and of
-- whose place it hands over.
SELECT p.value AS parameter, t.purpose, t.made_by, t.role, t.ward, t.hamlet, t.expires_at,
  t.course, t.for_learner_id, l.document, k.document AS for_document
FROM json_each(:parameters) p
JOIN ticket t ON t.hash = p.value AND t.used_by IS NULL
LEFT JOIN learner l ON l.learner_id = t.made_by
LEFT JOIN learner k ON k.learner_id = t.for_learner_id AND k.status = 'kept'
WHERE t.for_learner_id = '' OR k.learner_id IS NOT NULL;

-- name: find_team
-- Who holds a role within the areas of each of these coordinators or administrators.
SELECT DISTINCT p.value AS parameter, r.role_id, r.learner_id, r.role, r.ward, r.hamlet,
  l.document
FROM json_each(:parameters) p
JOIN role mine ON mine.learner_id = p.value AND mine.taken_at IS NULL
  AND mine.role IN ('coordinator', 'administrator')
JOIN role r ON r.taken_at IS NULL AND r.learner_id <> p.value
  AND (mine.ward = '' OR r.ward = mine.ward AND mine.hamlet IN ('', r.hamlet))
JOIN learner l ON l.learner_id = r.learner_id
ORDER BY r.role_id;

-- name: held_roles
-- Every role that is held.
SELECT learner_id, role, ward, hamlet, given_by, given_at FROM role
WHERE taken_at IS NULL ORDER BY role_id;

-- name: note*!
-- The newest of its kind of a learner.
INSERT INTO notice (learner_id, kind, what, ward, hamlet, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (learner_id, kind) DO UPDATE SET
  what = excluded.what, ward = excluded.ward, hamlet = excluded.hamlet, at = excluded.at;

-- name: unnote*!
-- A learner is stuck no more.
DELETE FROM notice WHERE learner_id = ? AND kind = 'stuck';

-- name: forget_notices!
-- Notices past their time.
DELETE FROM notice WHERE (learner_id, kind) IN (
  SELECT learner_id, kind FROM notice WHERE at < :before LIMIT :limit);

-- name: find_noticed
-- For each of these volunteers: learners of their areas of whom there is something to see,
-- the newest of each kind first, with their documents; at most 30 of a kind.
SELECT parameter, kind, what, at, learner_id, ward, hamlet, document FROM (
  SELECT p.value AS parameter, n.kind, n.what, n.at, n.learner_id, l.ward, l.hamlet, l.document,
    row_number() OVER (PARTITION BY p.value, n.kind ORDER BY n.at DESC, n.learner_id) AS place
  FROM json_each(:parameters) p
  JOIN (SELECT DISTINCT learner_id, ward, hamlet FROM helper WHERE ward <> '') h
    ON h.learner_id = p.value
  JOIN notice n ON n.ward = h.ward
  JOIN learner l ON l.learner_id = n.learner_id AND l.ward = h.ward AND l.status = 'active'
    AND h.hamlet IN ('', l.hamlet) AND l.learner_id <> p.value
) WHERE place <= 30 ORDER BY parameter, kind, place;

-- name: find_quiet
-- For each of these [volunteer, moment]: learners of their areas who have not been seen since,
-- the last to go first, with their documents; at most 30.
SELECT parameter, learner_id, ward, hamlet, last_seen_at, document FROM (
  SELECT p.value AS parameter, l.learner_id, l.ward, l.hamlet, l.last_seen_at, l.document,
    row_number() OVER (PARTITION BY p.value ORDER BY l.last_seen_at DESC, l.learner_id) AS place
  FROM json_each(:parameters) p
  JOIN (SELECT DISTINCT learner_id, ward, hamlet FROM helper WHERE ward <> '') h
    ON h.learner_id = json_extract(p.value, '$[0]')
  JOIN learner l ON l.ward = h.ward AND l.status = 'active'
    AND l.last_seen_at < json_extract(p.value, '$[1]')
    AND h.hamlet IN ('', l.hamlet) AND l.learner_id <> h.learner_id
) WHERE place <= 30 ORDER BY parameter, place;

-- name: find_kept
-- For each of these volunteers: the learners without a chat of their areas.
SELECT p.value AS parameter, l.learner_id, l.ward, l.hamlet, l.document
FROM json_each(:parameters) p
JOIN (SELECT DISTINCT learner_id, ward, hamlet FROM helper WHERE ward <> '') h
  ON h.learner_id = p.value
JOIN learner l ON l.ward = h.ward AND l.status = 'kept' AND h.hamlet IN ('', l.hamlet)
GROUP BY p.value, l.learner_id ORDER BY l.learner_id;

-- name: is_near
-- Is a learner within an area in which somebody may help? A row when so.
SELECT l.status, l.document FROM learner l JOIN helper h ON h.learner_id = :helper_id
WHERE l.learner_id = :learner_id AND h.ward IN ('', l.ward) AND h.hamlet IN ('', l.hamlet);

-- name: keep_learner!
-- A learner without a chat.
INSERT INTO learner (
  learner_id, document, ward, hamlet, status, next_nudge_at, last_seen_at, contact_id)
VALUES (:learner_id, :document, :ward, :hamlet, 'kept', NULL, :at, 0);

-- name: keep_learner_by!
-- Who keeps them.
INSERT INTO kept_learner (learner_id, kept_by) VALUES (:learner_id, :kept_by);

-- name: save_kept!
-- The document of a learner without a chat.
UPDATE learner SET document = :document, last_seen_at = :at
WHERE learner_id = :learner_id AND status = 'kept';

-- name: kept_document
-- The document of a learner without a chat.
SELECT document FROM learner WHERE learner_id = :learner_id AND status = 'kept';

-- name: ask_family!
-- Somebody took a learner's invitation; the learner has not said yes yet.
INSERT OR IGNORE INTO family (learner_id, helper_id, asked_at)
VALUES (:learner_id, :helper_id, :at);

-- name: agree_family
-- The learner says yes to that person, once.
UPDATE family SET agreed_at = :at
WHERE learner_id = :learner_id AND helper_id = :helper_id AND agreed_at IS NULL
RETURNING helper_id;

-- name: end_family
-- Either of the two ends it.
DELETE FROM family WHERE learner_id = :learner_id AND helper_id = :helper_id RETURNING helper_id;

-- name: praise_family
-- One word of praise a week, from who may.
UPDATE family SET praised_at = :at
WHERE learner_id = :learner_id AND helper_id = :helper_id AND agreed_at IS NOT NULL
  AND (praised_at IS NULL OR praised_at <= :before)
RETURNING helper_id;

-- name: family_of
-- Who follows a learner with their yes.
SELECT helper_id FROM family WHERE learner_id = :learner_id AND agreed_at IS NOT NULL;

-- name: find_family
-- Both ways for each of these people: who follows them ("mine"), whom they follow
-- ("theirs"), each with the other's document.
SELECT p.value AS parameter, 'mine' AS side, f.helper_id AS other, f.agreed_at, f.praised_at,
  l.document
FROM json_each(:parameters) p JOIN family f ON f.learner_id = p.value
JOIN learner l ON l.learner_id = f.helper_id
UNION ALL
SELECT p.value, 'theirs', f.learner_id, f.agreed_at, f.praised_at, l.document
FROM json_each(:parameters) p JOIN family f ON f.helper_id = p.value
JOIN learner l ON l.learner_id = f.learner_id
ORDER BY 1, 2, 3;
