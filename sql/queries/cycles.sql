-- due_on is the earlier of next_check_on and next_rung_on while the person is not disabled.

-- name: cycle_open
INSERT INTO cycle (person, program_text, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted,
	required, state, next_check_on, next_rung_on, due_on, rev)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, CASE WHEN disabled = 0 THEN $14 END, 1
FROM person WHERE id = $1
RETURNING id

-- name: cycle_move
UPDATE cycle SET start_on = $2, end_on = $3, anchor_on = $4, enrolled_on = $5, rev = rev + 1
WHERE id = $1 AND closed_at IS NULL

-- name: cycle_overlap
SELECT start_on, end_on FROM cycle WHERE person = $1 AND id <> $2 AND start_on <= $4 AND end_on >= $3 LIMIT 1

-- name: cycle_keep
UPDATE cycle SET counted = $2, required = $3, state = $4, next_check_on = $5, next_rung_on = $6,
	due_on = CASE WHEN (SELECT disabled FROM person WHERE person.id = cycle.person) = 0 THEN $7 END
WHERE id = $1

-- name: cycle_lock
UPDATE cycle SET rev = rev + 1 WHERE id = $1

-- name: cycle_person_disabled
UPDATE cycle SET due_on = NULL WHERE person = $1

-- name: cycle_person_enabled
UPDATE cycle SET due_on = CASE
	WHEN next_rung_on IS NULL OR next_check_on < next_rung_on THEN next_check_on
	ELSE next_rung_on END
WHERE person = $1

-- name: cycle_get
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted, required, state,
	next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE cycle.id = $1

-- name: cycle_current
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted, required, state,
	next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 AND closed_at IS NULL ORDER BY start_on DESC LIMIT 1

-- name: cycle_at
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted, required, state,
	next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 AND start_on <= $2 AND end_on >= $2 ORDER BY start_on DESC LIMIT 1

-- name: cycle_list_of
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted, required, state,
	next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 ORDER BY start_on

-- name: cycle_due
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, enrolled_on, submitted_at, closed_at, counted, required, state,
	next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE due_on IS NOT NULL AND due_on <= $1 ORDER BY due_on LIMIT $2

-- name: cycle_next_due
SELECT MIN(due_on) FROM cycle WHERE due_on IS NOT NULL
