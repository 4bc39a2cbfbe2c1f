-- name: person_add
INSERT INTO person (email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id

-- name: person_update
UPDATE person SET name = $2, login = $3, uid = $4, program = $5, zone = $6, role = $7, disabled = $8, muted_until_on = $9,
	reminder_days = $10
WHERE id = $1

-- name: person_set_email
UPDATE person SET email = $2 WHERE id = $1

-- name: person_get
SELECT id, email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days
FROM person WHERE id = $1

-- name: person_by_email
SELECT id, email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days
FROM person WHERE email = $1

-- name: person_by_uid
SELECT id, email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days
FROM person WHERE uid = $1

-- name: person_between
SELECT id, email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days
FROM person WHERE email >= $1 AND email < $2 ORDER BY email LIMIT $3

-- name: person_page
SELECT id, email, name, login, uid, program, zone, role, disabled, created_at, muted_until_on, reminder_days
FROM person WHERE email > $1 ORDER BY email LIMIT $2

-- name: person_with_login
SELECT email FROM person WHERE login <> '' AND login = $1 AND id <> $2

-- name: person_with_uid
SELECT email FROM person WHERE uid = $1 AND id <> $2

-- name: person_count
SELECT COUNT(*) FROM person WHERE disabled = 0

-- name: person_count_to
SELECT COUNT(*) FROM (SELECT id FROM person WHERE disabled = 0 LIMIT $1) AS counted

-- name: person_next_entry
UPDATE person SET last_entry = last_entry + $2 WHERE id = $1 RETURNING last_entry

-- name: person_next_proposal
UPDATE person SET last_proposal = last_proposal + $2 WHERE id = $1 RETURNING last_proposal

-- name: person_next_calendar
UPDATE person SET last_calendar = last_calendar + $2 WHERE id = $1 RETURNING last_calendar

-- name: team_add
INSERT INTO team (name, name_key, lead, every, csv) VALUES ($1, $2, $3, $4, $5) RETURNING id

-- name: team_update
UPDATE team SET name = $2, name_key = $3, lead = $4, every = $5, csv = $6, removed = $7 WHERE id = $1

-- A removed team is one whose making was undone: only undo sees it.
-- name: team_ever
SELECT id, name, lead, every, csv, removed FROM team WHERE id = $1

-- name: team_get
SELECT id, name, lead, every, csv FROM team WHERE id = $1 AND removed = 0

-- name: team_by_key
SELECT id, name, lead, every, csv FROM team WHERE name_key = $1 AND removed = 0

-- name: team_between
SELECT id, name, lead, every, csv FROM team WHERE name_key >= $1 AND name_key < $2 AND removed = 0 ORDER BY name_key LIMIT $3

-- name: team_page
SELECT id, name, lead, every, csv FROM team WHERE name_key > $1 AND removed = 0 ORDER BY name_key LIMIT $2

-- name: team_size
SELECT COUNT(*) FROM member WHERE team = $1

-- name: team_join
INSERT INTO member (team, person) VALUES ($1, $2) ON CONFLICT (team, person) DO NOTHING

-- name: team_leave
DELETE FROM member WHERE team = $1 AND person = $2

-- name: team_of_person
SELECT team.id, team.name, team.lead, team.every, team.csv
FROM member JOIN team ON team.id = member.team WHERE member.person = $1 ORDER BY team.name_key

-- name: team_led_by
SELECT id, name, lead, every, csv FROM team WHERE lead IS NOT NULL AND lead = $1 AND removed = 0 ORDER BY name_key

-- name: team_people
SELECT person.id, person.email, person.name, person.login, person.uid, person.program, person.zone, person.role,
	person.disabled, person.created_at, person.muted_until_on, person.reminder_days
FROM member JOIN person ON person.id = member.person
WHERE member.team = $1 AND person.disabled = 0 ORDER BY person.email

-- Each with her newest open cycle. Events count as they do in the inbox, entries as what could lack evidence.
-- name: team_member_page
SELECT person.id, person.email, person.name, person.login, person.uid, person.program, person.zone, person.role,
	person.disabled, person.created_at, person.muted_until_on, person.reminder_days,
	(SELECT COUNT(*) FROM proposal
		WHERE proposal.person = member.person AND proposal.state = 0 AND twin IS NULL AND end_at <= $3),
	(SELECT COUNT(*) FROM entry WHERE entry.person = member.person AND is_void = 0 AND is_planned = 0
		AND day_on >= counts_from_on AND day_on <= counts_until_on
		AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.entry = entry.id AND evidence.removed = 0)),
	cycle.id, cycle.person, hash, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, carried, enrolled_on,
	submitted_at, submission, closed_at, counted, required, state, chance, next_check_on, next_rung_on, rev
FROM member JOIN person ON person.id = member.person
	LEFT JOIN cycle ON cycle.id = (SELECT newest.id FROM cycle AS newest WHERE newest.person = member.person
		AND newest.closed_at IS NULL AND newest.removed = 0 ORDER BY newest.start_on DESC LIMIT 1)
	LEFT JOIN program_text ON program_text.id = cycle.program_text
WHERE member.team = $1 AND member.person > $2 AND person.disabled = 0 ORDER BY member.person LIMIT $4

-- name: team_leads
SELECT COUNT(*) FROM member JOIN team ON team.id = member.team WHERE member.person = $2 AND team.lead = $1

-- name: program_text_find
SELECT id FROM program_text WHERE hash = $1

-- name: program_text_put
INSERT INTO program_text (hash, program, text, added_at) VALUES ($1, $2, $3, $4)

-- name: program_text_get
SELECT hash, program, text FROM program_text WHERE hash = $1

-- name: program_text_program
SELECT program FROM program_text WHERE hash = $1

-- name: program_install
INSERT INTO program_installed (program, program_text) SELECT program, id FROM program_text WHERE hash = $1
ON CONFLICT (program) DO UPDATE SET program_text = excluded.program_text

-- name: program_uninstall
DELETE FROM program_installed WHERE program = $1

-- name: program_installed_hash
SELECT hash FROM program_installed JOIN program_text ON program_text.id = program_installed.program_text
WHERE program_installed.program = $1

-- name: program_installed
SELECT hash, program_text.program, text
FROM program_installed JOIN program_text ON program_text.id = program_installed.program_text
ORDER BY program_installed.program

-- Open cycles of a program, of one text of it or ('') of any.
-- name: cycle_bound
SELECT COUNT(*) FROM cycle JOIN program_text ON program_text.id = cycle.program_text
WHERE program = $1 AND ($2 = '' OR hash = $2) AND closed_at IS NULL AND cycle.removed = 0
