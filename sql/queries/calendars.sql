-- name: calendar_add
INSERT INTO calendar (person, no, name, url, shown, category, competencies, everything, user_agent, etag, last_modified,
	body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
RETURNING id

-- name: calendar_set_removed
UPDATE calendar SET removed = $2 WHERE id = $1 AND removed <> $2

-- name: calendar_withdraw_waiting
UPDATE proposal SET state = 1, by_feed = 0 WHERE calendar = $1 AND state = 0

-- Only a removed calendar withdraws without its feed, so these are the ones that went with it.
-- name: calendar_return_waiting
UPDATE proposal SET state = 0 WHERE calendar = $1 AND state = 1 AND by_feed = 0

-- name: calendar_get
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, etag, last_modified, body_hash,
	state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events, added_at, removed
FROM calendar WHERE person = $1 AND no = $2

-- name: calendar_by_id
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, etag, last_modified, body_hash,
	state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events, added_at, removed
FROM calendar WHERE id = $1

-- name: calendar_of
SELECT id, person, no, name, url, shown, category, competencies, everything, user_agent, etag, last_modified, body_hash,
	state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events, added_at, removed
FROM calendar WHERE person = $1 AND removed = 0 ORDER BY no

-- name: calendar_due
SELECT calendar.id, person, no, calendar.name, url, shown, category, competencies, everything, user_agent, etag,
	last_modified, body_hash, state, error_code, error_text, last_poll_at, last_good_at, next_poll_at, failures, events,
	added_at, removed
FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND next_poll_at <= $1 AND disabled = 0 ORDER BY next_poll_at LIMIT $2

-- name: calendar_next_due
SELECT next_poll_at FROM calendar JOIN person ON person.id = calendar.person
WHERE removed = 0 AND url <> '' AND disabled = 0 ORDER BY next_poll_at LIMIT 1

-- name: calendar_fetched
UPDATE calendar SET etag = $2, last_modified = $3, body_hash = $4, state = $5, error_code = $6, error_text = $7,
	last_poll_at = $8, last_good_at = $9, next_poll_at = $10, failures = $11, events = $12
WHERE id = $1 AND removed = 0

-- The next fetch is read whole, whether or not the server says that nothing changed.
-- name: calendar_forget_validators
UPDATE calendar SET etag = '', last_modified = '', body_hash = '' WHERE id = $1

-- name: proposal_known
SELECT id, uid, rid, state, content, start_at, end_at, missing_since, changed, by_feed
FROM proposal WHERE calendar = $1 ORDER BY uid, rid

-- name: proposal_add
INSERT INTO proposal (person, no, calendar, uid, rid, state, by_feed, changed, missing_since, start_at, end_at, day_on,
	minutes, all_day, cancelled, series, flags, zone, title, location, url, organizer, content, category, competencies)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)

-- name: proposal_follow
UPDATE proposal SET start_at = $2, end_at = $3, day_on = $4, minutes = $5, all_day = $6, cancelled = $7, series = $8,
	flags = $9, zone = $10, title = $11, location = $12, url = $13, organizer = $14, content = $15, missing_since = 0
WHERE id = $1 AND state = 0

-- name: proposal_return
UPDATE proposal SET start_at = $2, end_at = $3, day_on = $4, minutes = $5, all_day = $6, cancelled = $7, series = $8,
	flags = $9, zone = $10, title = $11, location = $12, url = $13, organizer = $14, content = $15, missing_since = 0,
	state = 0, by_feed = 0
WHERE id = $1 AND state = 1 AND by_feed = 1

-- name: proposal_mark_changed
UPDATE proposal SET changed = 1, content = $2 WHERE id = $1 AND state IN (2, 3)

-- name: proposal_withdraw
UPDATE proposal SET state = 1, by_feed = 1 WHERE id = $1 AND state = 0

-- name: proposal_withdraw_cancelled
UPDATE proposal SET state = 1, by_feed = 1, cancelled = 1, content = $2 WHERE id = $1 AND state = 0

-- name: proposal_missing
UPDATE proposal SET missing_since = $2 WHERE id = $1

-- name: proposal_waiting_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, title, location,
	proposal.url, organizer, start_at, end_at, zone, all_day, day_on, minutes, cancelled, series, flags, content,
	proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state = 0 AND end_at <= $2 AND (start_at, proposal.no) > ($3, $4)
ORDER BY start_at, proposal.no LIMIT $5

-- $2 and $3: the least and the greatest state wanted.
-- name: proposal_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, proposal.title,
	location, proposal.url, organizer, start_at, end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series,
	flags, content, proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, entry.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.state >= $2 AND proposal.state <= $3 AND (start_at, proposal.no) > ($4, $5)
ORDER BY start_at, proposal.no LIMIT $6

-- name: proposal_get
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, proposal.title,
	location, proposal.url, organizer, start_at, end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series,
	flags, content, proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, entry.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.no = $2

-- name: proposal_by_id
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, proposal.title,
	location, proposal.url, organizer, start_at, end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series,
	flags, content, proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, entry.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
WHERE proposal.id = $1

-- What takes place then and waits, or was confirmed and still stands.
-- name: proposal_around
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, proposal.title,
	location, proposal.url, organizer, start_at, end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series,
	flags, content, proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state = 0 AND all_day = 0 AND start_at < $3 AND end_at > $2
UNION ALL
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, proposal.title,
	location, proposal.url, organizer, start_at, end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series,
	flags, content, proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, entry.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.state = 3 AND all_day = 0 AND start_at < $3 AND end_at > $2 AND is_void = 0
ORDER BY start_at, 3

-- name: proposal_series
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, rid, title, location,
	proposal.url, organizer, start_at, end_at, zone, all_day, day_on, minutes, cancelled, series, flags, content,
	proposal.category, proposal.competencies, proposal.state, changed, missing_since, by_feed, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.calendar = $1 AND proposal.uid = $2 AND proposal.state = 0 ORDER BY start_at, proposal.no

-- name: proposal_standing
SELECT proposal.person, proposal.no, proposal.state, changed, entry, by_feed, calendar, removed
FROM proposal JOIN calendar ON calendar.id = proposal.calendar WHERE proposal.id = $1

-- name: proposal_decide
UPDATE proposal SET state = $3, entry = $4, by_feed = $5 WHERE id = $1 AND state = $2

-- The person wants it back: what the feed changed meanwhile is taken over at the next fetch.
-- name: proposal_forget_content
UPDATE proposal SET changed = 0, content = '' WHERE id = $1

-- name: proposal_count
SELECT COUNT(*) FROM proposal WHERE person = $1 AND state = 0 AND end_at <= $2
