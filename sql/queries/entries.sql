-- name: entry_add
INSERT INTO entry (person, no, day_on, minutes, category, title, title_key, provider, note, competencies, tags, kind,
	quantity, is_planned, source, calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22, 1)
RETURNING id

-- name: entry_update
UPDATE entry SET day_on = $2, minutes = $3, category = $4, title = $5, title_key = $6, provider = $7, note = $8,
	competencies = $9, tags = $10, kind = $11, quantity = $12, is_planned = $13, is_void = $14, void_reason = $15,
	is_late = $16, changed_at = $17, rev = rev + 1
WHERE id = $1

-- name: entry_by_id
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, tags, kind, quantity,
	is_planned, source, calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev,
	(SELECT COUNT(*) FROM evidence WHERE evidence.entry = entry.id AND evidence.removed = 0),
	(SELECT changed FROM proposal WHERE proposal.id = entry.proposal)
FROM entry WHERE id = $1

-- name: entry_get
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, tags, kind, quantity,
	is_planned, source, calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev,
	(SELECT COUNT(*) FROM evidence WHERE evidence.entry = entry.id AND evidence.removed = 0),
	(SELECT changed FROM proposal WHERE proposal.id = entry.proposal)
FROM entry WHERE person = $1 AND no = $2

-- name: entry_between
SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, tags, kind, quantity,
	is_planned, source, calendar_name, uid, proposal, is_void, void_reason, is_late, created_at, changed_at, rev,
	(SELECT COUNT(*) FROM evidence WHERE evidence.entry = entry.id AND evidence.removed = 0),
	(SELECT changed FROM proposal WHERE proposal.id = entry.proposal)
FROM entry WHERE person = $1 AND day_on >= $2 AND day_on <= $3 AND is_void <= $4 ORDER BY day_on, no

-- name: evidence_add
INSERT INTO evidence (entry, name, type, sha256, bytes, added_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: evidence_set_removed
UPDATE evidence SET removed = $2 WHERE id = $1

-- name: evidence_get
SELECT evidence.id, entry, no, name, type, sha256, bytes, added_at, removed, person
FROM evidence JOIN entry ON entry.id = evidence.entry WHERE evidence.id = $1

-- name: evidence_named
SELECT id FROM evidence WHERE entry = $1 AND name = $2 AND removed = 0

-- name: evidence_of
SELECT evidence.id, entry, no, name, type, sha256, bytes, added_at
FROM evidence JOIN entry ON entry.id = evidence.entry
WHERE evidence.entry = $1 AND evidence.removed = 0 ORDER BY name

-- name: evidence_between
SELECT evidence.id, entry, no, name, type, sha256, bytes, added_at
FROM entry JOIN evidence ON evidence.entry = entry.id AND evidence.removed = 0
WHERE person = $1 AND day_on >= $2 AND day_on <= $3 AND is_void = 0 ORDER BY entry.no, name

-- name: evidence_known
SELECT 1 FROM evidence WHERE sha256 = $1 LIMIT 1
