-- name: calendar_add
INSERT INTO calendar (person, no, name, url, shown, category, competencies, everything, user_agent, etag, last_modified,
	body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events, added_at, login)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
RETURNING id

-- name: calendar_set_removed
UPDATE calendar SET removed = $2 WHERE id = $1 AND removed <> $2

-- name: calendar_withdraw_all
UPDATE proposal SET state = 1, state_before = state, by_feed = 0 WHERE calendar = $1 AND state IN (0, 4)

-- Only a removed calendar withdraws without its feed, so these are the ones that went with it.
-- name: calendar_return_all
UPDATE proposal SET state = state_before, state_before = 0 WHERE calendar = $1 AND state = 1 AND by_feed = 0

-- name: calendar_get
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, login, etag, last_modified,
	body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, failing_since, paused,
	producer, unstable, accepted, events, added_at, removed
FROM calendar WHERE person = $1 AND no = $2

-- name: calendar_by_id
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, login, etag, last_modified,
	body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, failing_since, paused,
	producer, unstable, accepted, events, added_at, removed
FROM calendar WHERE id = $1

-- name: calendar_of
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, login, etag, last_modified,
	body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, failing_since, paused,
	producer, unstable, accepted, events, added_at, removed
FROM calendar WHERE person = $1 AND removed = 0 ORDER BY no

-- name: calendar_due
SELECT calendar.id, person, no, calendar.name, url, shown, category, competencies, everything, user_agent, calendar.login,
	etag, last_modified, body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures,
	failing_since, paused, producer, unstable, accepted, events, added_at, removed
FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND paused = 0 AND next_poll_at <= $1 AND disabled = 0 ORDER BY next_poll_at LIMIT $2

-- Whoever asks for all of them means paused ones, too.
-- name: calendar_due_all
SELECT calendar.id, person, no, calendar.name, url, shown, category, competencies, everything, user_agent, calendar.login,
	etag, last_modified, body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures,
	failing_since, paused, producer, unstable, accepted, events, added_at, removed
FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND disabled = 0 ORDER BY next_poll_at LIMIT $1

-- name: calendar_next_due
SELECT next_poll_at FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND paused = 0 AND disabled = 0 ORDER BY next_poll_at LIMIT 1

-- name: calendar_same_url
SELECT calendar.id, person, no, calendar.name, url, shown, category, competencies, everything, user_agent, calendar.login,
	etag, last_modified, body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures,
	failing_since, paused, producer, unstable, accepted, events, added_at, removed
FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND url = $1 AND disabled = 0 ORDER BY calendar.id

-- name: calendar_counts
SELECT COUNT(CASE WHEN state = 0 AND end_at <= $2 THEN 1 END), COUNT(CASE WHEN state = 0 AND end_at > $2 THEN 1 END),
	COUNT(CASE state WHEN 1 THEN 1 END), COUNT(CASE state WHEN 2 THEN 1 END), COUNT(CASE state WHEN 3 THEN 1 END),
	COUNT(CASE state WHEN 4 THEN 1 END)
FROM proposal WHERE calendar = $1 AND (twin IS NULL OR state = 3)

-- name: calendar_accept
UPDATE calendar SET accepted = 1 WHERE id = $1 AND removed = 0

-- name: calendar_fetched
UPDATE calendar SET etag = $2, last_modified = $3, body_hash = $4, state = $5, error_code = $6, error_text = $7,
	last_poll_at = $8, last_good_at = $9, next_poll_at = $10, failures = $11, events = $12, url = $13, shown = $14,
	failing_since = $15, paused = $16, producer = $17, unstable = $18, accepted = $19
WHERE id = $1 AND removed = 0

-- The next fetch is read whole, whether or not the server says that nothing changed.
-- name: calendar_forget_validators
UPDATE calendar SET etag = '', last_modified = '', body_hash = '' WHERE id = $1

-- The same of all of a person: her zone or address, which they are read with, is another one.
-- name: calendar_forget_of_person
UPDATE calendar SET etag = '', last_modified = '', body_hash = '' WHERE person = $1
