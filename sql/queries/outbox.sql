-- States: 0 held, 1 ready, 2 sending, 3 sent, 4 failed, 5 unknown, 6 cancelled. due_at is set while a mail is ready.

-- name: outbox_plan
INSERT INTO outbox (dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state,
	attempts, doubts, next_try, due_at, created_at, reason, code, enhanced, phase, server_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, 0, 0, $11, $12, $13, $14, 0, '', '', '')
ON CONFLICT (dedup_key) DO NOTHING
RETURNING id

-- name: outbox_due
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY priority, not_before LIMIT $2

-- name: outbox_claim
UPDATE outbox SET state = 2, due_at = NULL, subject = $2, message_id = $3, rendered_at = $4, lease_until = $5
WHERE id = $1 AND state = 1

-- name: outbox_bytes_get
SELECT bytes FROM outbox_bytes WHERE mail = $1

-- name: outbox_bytes_put
INSERT INTO outbox_bytes (mail, bytes) VALUES ($1, $2) ON CONFLICT (mail) DO UPDATE SET bytes = excluded.bytes

-- name: outbox_settle
UPDATE outbox SET state = $3, attempts = $4, doubts = $5, next_try = $6, due_at = $7, reason = $8, code = $9,
	enhanced = $10, phase = $11, server_id = $12, done_at = $13, lease_until = NULL
WHERE id = $1 AND state = $2

-- name: outbox_recover
UPDATE outbox SET state = CASE WHEN doubts >= 1 THEN 5 ELSE 1 END, doubts = doubts + 1,
	next_try = CASE WHEN doubts >= 1 THEN NULL ELSE $2 END, due_at = CASE WHEN doubts >= 1 THEN NULL ELSE $2 END,
	done_at = CASE WHEN doubts >= 1 THEN $1 END, lease_until = NULL, reason = $3
WHERE state = 2

-- name: outbox_release
UPDATE outbox SET state = 1, due_at = CASE
	WHEN not_before >= $1 AND not_before >= COALESCE(next_try, 0) THEN not_before
	WHEN next_try > $1 THEN next_try
	ELSE $1 END
WHERE state = 0

-- name: outbox_get
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox WHERE id = $1

-- name: outbox_page_all
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox WHERE id < $1 ORDER BY id DESC LIMIT $2

-- name: outbox_page_open
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox WHERE state IN (0, 1, 2, 4, 5) AND id < $1 ORDER BY id DESC LIMIT $2

-- name: outbox_page_state
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: outbox_next_due
SELECT MIN(due_at) FROM outbox WHERE due_at IS NOT NULL

-- name: outbox_count
SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state

-- name: outbox_oldest_ready
SELECT MIN(not_before) FROM outbox WHERE due_at IS NOT NULL

-- name: outbox_shrink
DELETE FROM outbox_bytes WHERE EXISTS (SELECT 1 FROM outbox
	WHERE outbox.id = outbox_bytes.mail AND state = 3 AND done_at < $1)

-- name: attempt_add
INSERT INTO attempt (mail, no, at, phase, text, curlcode, code, reused, ms)
VALUES ($1, (SELECT COALESCE(MAX(no), 0) + 1 FROM attempt WHERE mail = $1), $2, $3, $4, $5, $6, $7, $8)

-- name: attempt_of
SELECT mail, at, phase, text, curlcode, code, reused, ms FROM attempt WHERE mail = $1 ORDER BY no

-- name: rung_take
INSERT INTO rung (cycle, days, person, outcome, mail, at, because) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (cycle, days) DO NOTHING

-- name: rung_taken
SELECT days FROM rung WHERE cycle = $1 ORDER BY days DESC

-- name: rung_note
UPDATE rung SET because = $2 WHERE mail IS NOT NULL AND mail = $1

-- name: channel_get
SELECT state, until, reason, faults, tokens_milli, refilled_at FROM channel WHERE name = 'mail'

-- name: channel_put
INSERT INTO channel (name, state, until, reason, faults, tokens_milli, refilled_at) VALUES ('mail', $1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason,
	faults = excluded.faults, tokens_milli = excluded.tokens_milli, refilled_at = excluded.refilled_at

-- name: digest_put
INSERT INTO digest (mail, team, day_on) VALUES ($1, $2, $3)
ON CONFLICT (mail) DO UPDATE SET team = excluded.team, day_on = excluded.day_on

-- name: digest_clear
DELETE FROM digest_person WHERE mail = $1

-- name: digest_person_put
INSERT INTO digest_person (mail, person, state, counted) VALUES ($1, $2, $3, $4)

-- name: digest_last_sent
SELECT digest.mail, day_on FROM digest JOIN outbox ON outbox.id = digest.mail
WHERE digest.team = $1 AND outbox.state = 3 ORDER BY digest.mail DESC LIMIT 1

-- name: digest_people
SELECT person, state, counted FROM digest_person WHERE mail = $1 ORDER BY person

-- name: job_get
SELECT last_at, next_at FROM job WHERE name = $1

-- name: job_put
INSERT INTO job (name, last_at, next_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at, next_at = excluded.next_at
