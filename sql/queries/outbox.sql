-- States: 0 held, 1 ready, 2 sending, 3 sent, 4 failed, 5 unknown, 6 cancelled. due_at is set while a mail is ready.

-- name: outbox_plan
INSERT INTO outbox (dedup_key, kind, priority, person, team, rcpt, rcpt_name, not_before, expires_at, state,
	attempts, doubts, next_try, due_at, created_at, reason, subject, message_id, rendered_at, code, enhanced, phase, server_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11, $12, $13, $14, $15, $16, $17, 0, '', '', '')
ON CONFLICT (dedup_key) DO NOTHING
RETURNING id

-- name: outbox_due
SELECT id, dedup_key, kind, priority, person, team, rcpt, rcpt_name, subject, not_before, expires_at, state, attempts, doubts,
	next_try, lease_until, rendered_at, done_at, created_at, message_id, reason, enhanced, phase, server_id, code
FROM outbox
WHERE due_at IS NOT NULL AND due_at <= $1 AND priority IN (0, 1, 2, 3) AND not_before <= $1
ORDER BY priority, not_before LIMIT $2

-- name: outbox_claim
UPDATE outbox SET state = 2, due_at = NULL, subject = $2, message_id = $3, rendered_at = $4, lease_until = $5, rcpt = $6
WHERE id = $1 AND state = 1

-- As it was frozen.
-- name: outbox_claim_again
UPDATE outbox SET state = 2, due_at = NULL, lease_until = $2 WHERE id = $1 AND state = 1

-- name: outbox_bytes_get
SELECT bytes FROM outbox_bytes WHERE mail = $1

-- name: outbox_bytes_there
SELECT 1 FROM outbox_bytes WHERE mail = $1

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

-- Failed, unknown, or ready for later.
-- name: outbox_retry
UPDATE outbox SET state = 1, attempts = 0, next_try = $2, due_at = CASE WHEN not_before > $2 THEN not_before ELSE $2 END,
	done_at = NULL, expires_at = CASE WHEN expires_at > $3 THEN expires_at ELSE $3 END
WHERE id = $1 AND state IN (1, 4, 5)

-- How many there are of one mail but the first.
-- name: outbox_copies
SELECT COUNT(*) FROM outbox WHERE dedup_key > $1 AND dedup_key < $2

-- $2 is the first key of a mail, $3 follows the keys of all its copies.
-- name: outbox_other
SELECT id FROM outbox WHERE dedup_key >= $2 AND dedup_key < $3
	AND CASE WHEN id = $1 THEN 0 WHEN state IN (0, 1, 2) THEN 1 WHEN state = 3 AND id > $1 THEN 1 ELSE 0 END = 1
ORDER BY id DESC LIMIT 1

-- One that waits is called off when a later one goes first.
-- name: outbox_recent
SELECT CASE WHEN state = 3 THEN COALESCE(done_at, not_before) ELSE not_before END AS goes_at
FROM outbox WHERE person = $1 AND kind IN ('reminder', 'nudge') AND state NOT IN (4, 6)
	AND (state NOT IN (0, 1) OR expires_at > $2)
	AND (state NOT IN (0, 1) OR kind <> 'reminder' OR doubts > 0 OR NOT EXISTS (SELECT 1 FROM outbox AS later
		WHERE later.person = $1 AND later.kind IN ('reminder', 'nudge') AND later.kind = 'reminder' AND later.id > outbox.id
		AND (later.state IN (2, 3) OR (later.state = 1 AND later.not_before <= outbox.not_before))))
ORDER BY goes_at DESC LIMIT $3

-- One that waits and was not tried: it leaves at another time.
-- name: outbox_retime
UPDATE outbox SET not_before = $2, expires_at = $3, due_at = CASE state WHEN 1 THEN $2 END
WHERE id = $1 AND state IN (0, 1) AND attempts = 0 AND doubts = 0 AND next_try IS NULL

-- Her mails that wait; one that may have arrived keeps its recipient.
-- name: outbox_readdress
UPDATE outbox SET rcpt = $2 WHERE person = $1 AND kind IN ('reminder', 'nudge') AND state IN (0, 1) AND doubts = 0

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

-- What a change of its state looks at.
-- name: outbox_standing
SELECT state, doubts, not_before, rendered_at, subject, message_id FROM outbox WHERE id = $1

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

-- All but those that were sent, which are nearly all: they are what is left of the total, which costs a tenth of counting them.
-- name: outbox_count
SELECT state, COUNT(*) FROM outbox WHERE state IN (0, 1, 2, 4, 5, 6) GROUP BY state ORDER BY state

-- name: outbox_total
SELECT COUNT(*) FROM outbox

-- name: outbox_oldest_ready
SELECT MIN(not_before) FROM outbox WHERE due_at IS NOT NULL

-- The last of the next few that have bytes.
-- name: outbox_bytes_next
SELECT MAX(mail) FROM (SELECT mail FROM outbox_bytes WHERE mail > $1 ORDER BY mail LIMIT $2) AS few

-- name: outbox_created
SELECT created_at FROM outbox WHERE id = $1

-- name: outbox_shrink
DELETE FROM outbox_bytes WHERE mail > $1 AND mail <= $2 AND EXISTS (SELECT 1 FROM outbox
	WHERE outbox.id = outbox_bytes.mail AND state IN (3, 4, 6) AND done_at < $3)

-- name: attempt_add
INSERT INTO attempt (mail, no, at, phase, text, curlcode, code, reused, ms)
VALUES ($1, (SELECT COALESCE(MAX(no), 0) + 1 FROM attempt WHERE mail = $1), $2, $3, $4, $5, $6, $7, $8)
RETURNING no

-- name: attempt_forget
DELETE FROM attempt WHERE mail = $1 AND no <= $2

-- name: attempt_of
SELECT mail, at, phase, text, curlcode, code, reused, ms FROM attempt WHERE mail = $1 ORDER BY no

-- name: rung_take
INSERT INTO rung (cycle, rung, person, outcome, mail, at, because) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (cycle, rung) DO NOTHING

-- The words first, then the tightest.
-- name: rung_taken
SELECT rung FROM rung WHERE cycle = $1 ORDER BY CASE WHEN rung >= 10000 THEN 0 ELSE 1 END, rung LIMIT $2

-- name: rung_list_of
SELECT rung.person, cycle, rung, outcome, mail, at, because, outbox.state, outbox.done_at, outbox.not_before
FROM rung LEFT JOIN outbox ON outbox.id = rung.mail
WHERE cycle = $1 ORDER BY at, rung DESC

-- What she was not told, for there was no address that worked.
-- name: rung_forget_unsent
DELETE FROM rung WHERE cycle IN (SELECT id FROM cycle WHERE cycle.person = $1 AND closed_at IS NULL AND removed = 0)
	AND (outcome = 6 OR EXISTS (SELECT 1 FROM outbox WHERE outbox.id = rung.mail AND (state = 4 OR (state = 6
		AND EXISTS (SELECT 1 FROM bounce WHERE address = rcpt AND suppressed_at IS NOT NULL)))))

-- name: rung_note
UPDATE rung SET because = $2 WHERE mail IS NOT NULL AND mail = $1

-- name: rung_follow
UPDATE rung SET mail = $2, because = $3 WHERE mail IS NOT NULL AND mail = $1

-- name: channel_get
SELECT state, until, reason, faults, tokens_milli, refilled_at FROM channel WHERE name = 'mail'

-- name: channel_put
INSERT INTO channel (name, state, until, reason, faults, tokens_milli, refilled_at) VALUES ('mail', $1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason,
	faults = excluded.faults, tokens_milli = excluded.tokens_milli, refilled_at = excluded.refilled_at
WHERE channel.state <> excluded.state OR channel.until <> excluded.until OR channel.reason <> excluded.reason
	OR channel.faults <> excluded.faults OR channel.tokens_milli <> excluded.tokens_milli
	OR channel.refilled_at <> excluded.refilled_at

-- name: bounce_hard
INSERT INTO bounce (address, hard, suppressed_at, reason) VALUES ($1, 1, NULL, $3)
ON CONFLICT (address) DO UPDATE SET hard = bounce.hard + 1, suppressed_at = COALESCE(bounce.suppressed_at, $2),
	reason = excluded.reason
RETURNING suppressed_at

-- name: bounce_clear
DELETE FROM bounce WHERE address = $1

-- name: bounce_get
SELECT address, hard, suppressed_at, reason FROM bounce WHERE address = $1

-- name: bounce_suppressed
SELECT address, hard, suppressed_at, reason FROM bounce WHERE suppressed_at IS NOT NULL
ORDER BY suppressed_at DESC, address DESC LIMIT $1

-- name: bounce_count
SELECT COUNT(*) FROM bounce WHERE suppressed_at IS NOT NULL

-- name: deadline_mail_get
SELECT cycle, mail, end_on, sequence, CASE WHEN state IN (4, 6) THEN 0 ELSE 1 END
FROM deadline_mail JOIN outbox ON outbox.id = deadline_mail.mail WHERE cycle = $1

-- name: deadline_mail_put
INSERT INTO deadline_mail (cycle, mail, end_on, sequence) VALUES ($1, $2, $3, $4)
ON CONFLICT (cycle) DO UPDATE SET mail = excluded.mail, end_on = excluded.end_on, sequence = excluded.sequence

-- name: digest_off_get
SELECT at FROM digest_off WHERE person = $1 AND team = $2

-- name: digest_off_put
INSERT INTO digest_off (person, team, at) VALUES ($1, $2, $3)
ON CONFLICT (person, team) DO UPDATE SET at = excluded.at

-- name: digest_off_clear
DELETE FROM digest_off WHERE person = $1 AND team = $2

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

-- What no digest to come is compared with: all but the newest that was sent and those after it.
-- name: digest_forget
DELETE FROM digest_person WHERE mail IN (SELECT mail FROM digest WHERE team = $1 AND mail < $2)

-- name: digest_people
SELECT person, state, counted FROM digest_person WHERE mail = $1 ORDER BY person

-- name: job_get
SELECT last_at, next_at FROM job WHERE name = $1

-- name: job_put
INSERT INTO job (name, last_at, next_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at, next_at = excluded.next_at
