-- name: ledger_tail
SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1

-- name: ledger_add
INSERT INTO ledger (seq, at, step, actor, actor_person, subject, action, object, undoes, digest, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: ledger_text_add
INSERT INTO ledger_text (seq, salt, body, text) VALUES ($1, $2, $3, $4)

-- name: ledger_last_at
SELECT at FROM ledger ORDER BY seq DESC LIMIT 1

-- name: ledger_of
SELECT ledger.seq, at, step, COALESCE(person.email, actor), action, object, COALESCE(text, ''), undoes
FROM ledger LEFT JOIN ledger_text ON ledger_text.seq = ledger.seq LEFT JOIN person ON person.id = actor_person
WHERE subject IS NOT NULL AND subject = $1 AND ledger.seq < $2 ORDER BY ledger.seq DESC LIMIT $3

-- What one command wrote, in order; the caller stops at the first row of another step.
-- name: ledger_since
SELECT ledger.seq, at, step, COALESCE(person.email, actor), action, object, COALESCE(text, ''), undoes
FROM ledger LEFT JOIN ledger_text ON ledger_text.seq = ledger.seq LEFT JOIN person ON person.id = actor_person
WHERE ledger.seq >= $1 ORDER BY ledger.seq

-- What undo looks through: everything about a person or about nobody, newest first. A feed is no person's act.
-- name: ledger_walk
SELECT seq, step, actor, actor_person, action, object, undoes, subject
FROM ledger WHERE subject IS NOT NULL AND subject = $1 AND action <> 'feed'
UNION ALL
SELECT seq, step, actor, actor_person, action, object, undoes, subject
FROM ledger WHERE subject IS NULL AND action <> 'feed' ORDER BY seq DESC

-- name: ledger_concerned
SELECT DISTINCT subject FROM ledger WHERE seq >= $1 AND step = $1 AND subject IS NOT NULL AND subject <> $2
ORDER BY subject

-- Others may have written between the rows of a step that took several turns.
-- name: ledger_step_rows
SELECT ledger.seq, step, subject, object, body, text
FROM ledger LEFT JOIN ledger_text ON ledger_text.seq = ledger.seq WHERE ledger.seq >= $1 AND step = $1
ORDER BY ledger.seq

-- name: ledger_step_objects
SELECT seq, at, subject, object FROM ledger WHERE seq >= $1 AND step = $1 ORDER BY seq

-- The way back into a person's past.
-- name: ledger_back
SELECT at, object, body
FROM ledger LEFT JOIN ledger_text ON ledger_text.seq = ledger.seq
WHERE subject IS NOT NULL AND subject = $1 ORDER BY ledger.seq DESC

-- name: ledger_all
SELECT ledger.seq, at, step, actor, actor_person, subject, action, object, undoes, digest, hash, salt, body, text
FROM ledger LEFT JOIN ledger_text ON ledger_text.seq = ledger.seq ORDER BY ledger.seq

-- A text without its row would be erased history brought back.
-- name: ledger_text_orphan
SELECT ledger_text.seq FROM ledger_text LEFT JOIN ledger ON ledger.seq = ledger_text.seq
WHERE ledger.seq IS NULL ORDER BY ledger_text.seq LIMIT 1
