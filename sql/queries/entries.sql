-- name: entry_add
INSERT INTO entry (person, no, day_on, minutes, category, title, title_key, provider, note, competencies, source,
	calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, 1)
RETURNING id

-- name: entry_update
UPDATE entry SET day_on = $2, minutes = $3, category = $4, title = $5, title_key = $6, provider = $7, note = $8,
	competencies = $9, is_void = $10, void_reason = $11, is_late = $12, changed_at = $13, rev = rev + 1
WHERE id = $1

-- name: entry_by_id
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, source,
	calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev
FROM entry WHERE id = $1

-- name: entry_get
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, source,
	calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev
FROM entry WHERE person = $1 AND no = $2

-- name: entry_between
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, source,
	calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev
FROM entry WHERE person = $1 AND day_on >= $2 AND day_on <= $3 AND is_void <= $4 ORDER BY day_on, no

-- name: entry_day_minutes
SELECT COALESCE(SUM(minutes), 0) FROM entry WHERE person = $1 AND day_on = $2 AND is_void = 0 AND id <> $3

-- name: entry_same
SELECT no FROM entry
WHERE person = $1 AND day_on = $2 AND is_void = 0 AND title_key = $3 AND id <> $4 ORDER BY no LIMIT 1
