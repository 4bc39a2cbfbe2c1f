-- The calendar that goes out: secret addresses by their hash, and what was published.

-- name: deadline_token_add
INSERT INTO deadline_token (sha, person, made_at, revoked_at) VALUES ($1, $2, $3, 0)

-- name: deadline_token_revoke
UPDATE deadline_token SET revoked_at = $2 WHERE person = $1 AND revoked_at = 0

-- name: deadline_token_find
SELECT person, made_at, revoked_at FROM deadline_token WHERE sha = $1

-- name: deadline_token_of
SELECT person, made_at, revoked_at FROM deadline_token WHERE person = $1 AND revoked_at = 0

-- name: deadline_items
SELECT key, title, text, categories, location, day_on, start_at, end_at, digest, sequence, changed_at, cancelled_at
FROM deadline_item WHERE person = $1 ORDER BY key

-- name: deadline_item_put
INSERT INTO deadline_item (person, key, day_on, start_at, end_at, title, text, categories, location, digest, sequence,
	changed_at, cancelled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (person, key) DO UPDATE SET day_on = excluded.day_on, start_at = excluded.start_at, end_at = excluded.end_at,
	title = excluded.title, text = excluded.text, categories = excluded.categories, location = excluded.location,
	digest = excluded.digest, sequence = excluded.sequence, changed_at = excluded.changed_at,
	cancelled_at = excluded.cancelled_at

-- name: deadline_item_drop
DELETE FROM deadline_item WHERE person = $1 AND key = $2
