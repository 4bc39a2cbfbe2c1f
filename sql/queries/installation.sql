-- name: migration_list
SELECT number, name, sha256 FROM schema_version ORDER BY number

-- name: migration_record
INSERT INTO schema_version (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)

-- name: migration_last
SELECT MAX(number) FROM schema_version

-- name: installation_create
INSERT INTO installation (id, secret, created_at, touched_at) VALUES (1, $1, $2, $2)

-- name: installation_count
SELECT COUNT(*) FROM installation

-- name: installation_get
SELECT secret, touched_at FROM installation WHERE id = 1

-- name: installation_touch
UPDATE installation SET touched_at = $1 WHERE id = 1 AND touched_at < $1

-- name: answer_find
SELECT request_sha, status, body FROM answer WHERE owner = $1 AND key = $2

-- name: answer_keep
INSERT INTO answer (owner, key, request_sha, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)

-- Stops at the first answer that is still good.
-- name: answer_first_since
SELECT id FROM answer WHERE at >= $1 ORDER BY id LIMIT 1

-- name: answer_expire
DELETE FROM answer WHERE id < $1
