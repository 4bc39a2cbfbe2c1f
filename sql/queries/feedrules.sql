-- name: feed_rule_last_no
SELECT MAX(no) FROM feed_rule WHERE COALESCE(person, 0) = $1

-- name: feed_rule_count
SELECT COUNT(*) FROM feed_rule WHERE COALESCE(person, 0) = $1 AND removed = 0

-- name: feed_rule_add
INSERT INTO feed_rule (person, no, field, test, value, calendar, category, competencies, provider, break_minutes, per_day,
	verdict, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
RETURNING id

-- name: feed_rule_set_removed
UPDATE feed_rule SET removed = $2 WHERE id = $1 AND removed <> $2

-- name: feed_rule_by_id
SELECT feed_rule.id, feed_rule.person, feed_rule.no, field, test, value, calendar, calendar.no, feed_rule.category,
	feed_rule.competencies, provider, break_minutes, per_day, verdict, feed_rule.added_at, feed_rule.removed
FROM feed_rule LEFT JOIN calendar ON calendar.id = feed_rule.calendar WHERE feed_rule.id = $1

-- name: feed_rule_get
SELECT feed_rule.id, feed_rule.person, feed_rule.no, field, test, value, calendar, calendar.no, feed_rule.category,
	feed_rule.competencies, provider, break_minutes, per_day, verdict, feed_rule.added_at, feed_rule.removed
FROM feed_rule LEFT JOIN calendar ON calendar.id = feed_rule.calendar
WHERE COALESCE(feed_rule.person, 0) = $1 AND feed_rule.no = $2 AND feed_rule.removed = 0

-- name: feed_rule_of
SELECT feed_rule.id, feed_rule.person, feed_rule.no, field, test, value, calendar, calendar.no, feed_rule.category,
	feed_rule.competencies, provider, break_minutes, per_day, verdict, feed_rule.added_at, feed_rule.removed
FROM feed_rule LEFT JOIN calendar ON calendar.id = feed_rule.calendar
WHERE COALESCE(feed_rule.person, 0) = $1 AND feed_rule.removed = 0 ORDER BY feed_rule.no

-- What became entries that stand: the newest entries.
-- name: feed_lessons
SELECT entry.no, entry.day_on, proposal.calendar, series_key, proposal.title, proposal.url, domain, entry.category,
	entry.competencies, entry.provider
FROM entry JOIN proposal ON proposal.id = entry.proposal
WHERE entry.person = $1 AND is_void = 0 ORDER BY entry.no DESC LIMIT $2
