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
WHERE made_by = :learner_id AND used_by IS NULL AND purpose IN ('role', 'guide')
  AND expires_at > :at;

-- name: find_roles
-- The roles that each of these learners holds now.
SELECT p.value AS parameter, r.role, r.ward, r.hamlet
FROM json_each(:parameters) p
JOIN role r ON r.learner_id = p.value AND r.taken_at IS NULL
ORDER BY r.role_id;

-- name: find_ticket
-- Tickets that are still free, by hash, each with the document of whoever made it.
SELECT p.value AS parameter, t.purpose, t.made_by, t.role, t.ward, t.hamlet, t.expires_at,
  l.document
FROM json_each(:parameters) p
JOIN ticket t ON t.hash = p.value AND t.used_by IS NULL
LEFT JOIN learner l ON l.learner_id = t.made_by;

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
