-- due_on is the earlier of next_check_on and next_rung_on while the person is not disabled. A removed cycle is one whose
-- opening was undone: nothing but undo and the past see it.

-- name: cycle_open
INSERT INTO cycle (person, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried,
	enrolled_on, submitted_at, closed_at, counted, required, state, chance, next_check_on, next_rung_on, due_on, rev)
SELECT $1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, CASE WHEN disabled = 0 THEN $18 END, 1
FROM person WHERE id = $1
RETURNING id

-- name: cycle_change
UPDATE cycle SET program_text = $2, start_on = $3, end_on = $4, anchor_on = $5, counts_from_on = $6, counts_until_on = $7,
	carried = $8, enrolled_on = $9, submitted_at = $10, submission = $11, closed_at = $12, removed = $13,
	next_check_on = $14, next_rung_on = $15, due_on = CASE
		WHEN $13 = 0 AND (SELECT disabled FROM person WHERE person.id = cycle.person) = 0 THEN $16 END,
	rev = rev + 1
WHERE id = $1

-- Which cycle of each program is the person's first.
-- name: cycle_mark_first
UPDATE cycle SET is_first = CASE WHEN EXISTS (
	SELECT 1 FROM cycle AS earlier JOIN program_text AS its ON its.id = earlier.program_text
	WHERE earlier.person = cycle.person AND earlier.removed = 0 AND earlier.start_on < cycle.start_on
	AND its.program = (SELECT program FROM program_text WHERE program_text.id = cycle.program_text)) THEN 0 ELSE 1 END
WHERE person = $1

-- name: cycle_overlap
SELECT start_on, end_on FROM cycle
WHERE person = $1 AND id <> $2 AND removed = 0
	AND ((start_on <= $4 AND end_on >= $3) OR (counts_from_on <= $6 AND counts_until_on >= $5))
ORDER BY start_on LIMIT 1

-- name: cycle_keep
UPDATE cycle SET counted = $2, required = $3, state = $4, chance = $5,
	next_check_on = CASE WHEN closed_at IS NULL THEN $6 END, next_rung_on = CASE WHEN closed_at IS NULL THEN $7 END,
	due_on = CASE WHEN removed = 0 AND closed_at IS NULL
		AND (SELECT disabled FROM person WHERE person.id = cycle.person) = 0 THEN $8 END
WHERE id = $1

-- name: cycle_lock
UPDATE cycle SET rev = rev + 1 WHERE id = $1

-- name: cycle_person_disabled
UPDATE cycle SET due_on = NULL WHERE person = $1

-- name: cycle_person_enabled
UPDATE cycle SET due_on = CASE
	WHEN next_rung_on IS NULL OR next_check_on < next_rung_on THEN next_check_on
	ELSE next_rung_on END
WHERE person = $1 AND removed = 0

-- name: cycle_get
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev, removed
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE cycle.id = $1

-- name: cycle_current
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 AND closed_at IS NULL AND removed = 0 ORDER BY start_on DESC LIMIT 1

-- name: cycle_at
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 AND removed = 0 AND counts_from_on <= $2 AND counts_until_on >= $2 ORDER BY start_on DESC LIMIT 1

-- name: cycle_list_of
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 AND removed = 0 ORDER BY start_on

-- name: cycle_list_ever
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev, removed
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE person = $1 ORDER BY start_on

-- name: cycle_due
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE due_on IS NOT NULL AND due_on <= $1 ORDER BY due_on LIMIT $2

-- name: cycle_next_due
SELECT MIN(due_on) FROM cycle WHERE due_on IS NOT NULL

-- name: cycle_page
SELECT cycle.id, person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE cycle.id > $2 AND closed_at IS NULL AND removed = 0 AND ($1 = '' OR program = $1) ORDER BY cycle.id LIMIT $3

-- The number of an entry that is one of the cycle's.
-- name: cycle_entry
SELECT no FROM entry JOIN cycle ON cycle.person = entry.person
WHERE cycle.id = $1 AND entry.id = $2 AND is_void = 0 AND day_on >= counts_from_on AND day_on <= counts_until_on

-- name: submission_add
INSERT INTO submission (id, cycle, at, day_on, counted, required, body)
VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM submission), $1, $2, $3, $4, $5, $6)
RETURNING id

-- name: submission_get
SELECT id, cycle, at, day_on, counted, required, body FROM submission WHERE id = $1
