-- name: proposal_known
SELECT id, uid, rid, state, content, detail, title, url, start_at, end_at, zone, missing_since, changed, by_feed
FROM proposal WHERE calendar = $1 ORDER BY uid, rid

-- name: proposal_add
INSERT INTO proposal (person, no, calendar, uid, rid, series_key, state, by_feed, state_before, changed, missing_since,
	twin, start_at, end_at, day_on, minutes, all_day, cancelled, series, flags, zone, title, location, url, organizer,
	categories, description, credit, domain, extras, content, detail, category, competencies, provider, suggested, breaks,
	why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
	$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)

-- name: proposal_follow
UPDATE proposal SET state = $2, series_key = $3, start_at = $4, end_at = $5, day_on = $6, minutes = $7, all_day = $8,
	cancelled = $9, series = $10, flags = $11, zone = $12, title = $13, location = $14, url = $15, organizer = $16,
	categories = $17, description = $18, credit = $19, domain = $20, extras = $21, content = $22, detail = $23,
	category = $24, competencies = $25, provider = $26, suggested = $27, breaks = $28, why = $29, missing_since = 0
WHERE id = $1 AND state IN (0, 4)

-- name: proposal_return
UPDATE proposal SET state = $2, series_key = $3, start_at = $4, end_at = $5, day_on = $6, minutes = $7, all_day = $8,
	cancelled = $9, series = $10, flags = $11, zone = $12, title = $13, location = $14, url = $15, organizer = $16,
	categories = $17, description = $18, credit = $19, domain = $20, extras = $21, content = $22, detail = $23,
	category = $24, competencies = $25, provider = $26, suggested = $27, breaks = $28, why = $29, missing_since = 0,
	by_feed = 0, state_before = 0
WHERE id = $1 AND state = 1 AND by_feed = 1

-- What is said again of a confirmed event is no news if it is what was confirmed. Answers 2 of a skipped one, 3 of a
-- confirmed one without news, 4 with news.
-- name: proposal_mark_changed
UPDATE proposal SET content = $2, detail = CASE state WHEN 2 THEN '' ELSE $3 END,
	changed = CASE WHEN state = 3 AND start_at = $4 AND end_at = $5
	AND all_day = $6 AND cancelled = $7 AND zone = $8 AND title = $9 AND location = $10 AND url = $11 AND organizer = $12
	THEN 0 ELSE 1 END
WHERE id = $1 AND state IN (2, 3)
RETURNING CASE WHEN state = 2 THEN 2 ELSE 3 + changed END

-- Without a detail: its fields are not those of its content any more.
-- name: proposal_adopt
UPDATE proposal SET content = $2, detail = '' WHERE id = $1 AND state IN (2, 3)

-- name: proposal_withdraw
UPDATE proposal SET state = 1, state_before = state, by_feed = 1 WHERE id = $1 AND state IN (0, 4)

-- name: proposal_withdraw_cancelled
UPDATE proposal SET state = 1, state_before = state, by_feed = 1, cancelled = 1, content = $2, detail = $3
WHERE id = $1 AND state IN (0, 4)

-- name: proposal_missing
UPDATE proposal SET missing_since = $2 WHERE id = $1

-- Whoever has the key without being meant gives it up, too: it gets one that no feed can have.
-- name: proposal_free_key
UPDATE proposal SET uid = $4 || id WHERE calendar = $1 AND uid = $2 AND rid = $3

-- name: proposal_rekey
UPDATE proposal SET uid = $2, rid = $3, series_key = $4 WHERE id = $1

-- name: proposal_waiting_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state = 0 AND twin IS NULL AND end_at <= $2
	AND (start_at, proposal.no) > ($3, $4)
ORDER BY start_at, proposal.no LIMIT $5

-- Skipped ones, and those that were to be seen until their feed withdrew them; $2: ended since.
-- name: proposal_skipped_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state IN (1, 2) AND twin IS NULL
	AND (proposal.state = 2 OR by_feed = 1 AND state_before = 0 AND end_at > $2 AND removed = 0)
	AND (start_at, proposal.no) > ($3, $4)
ORDER BY start_at, proposal.no LIMIT $5

-- name: proposal_changed_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	entry.no, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.changed = 1 AND proposal.state = 3 AND is_void = 0
	AND (start_at, proposal.no) > ($2, $3)
ORDER BY start_at, proposal.no LIMIT $4

-- name: proposal_page
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state = 0 AND twin IS NULL AND (start_at, proposal.no) > ($2, $3)
UNION ALL
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state IN (1, 2) AND twin IS NULL AND state_before <> 1
	AND (start_at, proposal.no) > ($2, $3)
UNION ALL
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	entry.no, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.state = 3 AND (start_at, proposal.no) > ($2, $3)
ORDER BY start_at, 3 LIMIT $4

-- name: proposal_get
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid,
	proposal.series_key, proposal.title, proposal.location, proposal.url, proposal.organizer, proposal.categories,
	proposal.description, proposal.credit, proposal.domain, proposal.extras, proposal.start_at, proposal.end_at,
	proposal.zone, proposal.all_day, proposal.day_on, proposal.minutes, proposal.cancelled, proposal.series,
	proposal.flags, proposal.content, proposal.detail, proposal.category, proposal.competencies, proposal.provider,
	proposal.suggested, proposal.breaks, proposal.why, proposal.state, proposal.changed, proposal.missing_since,
	proposal.by_feed, entry.no, shown.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
	LEFT JOIN proposal AS shown ON shown.id = proposal.twin
WHERE proposal.person = $1 AND proposal.no = $2

-- name: proposal_by_id
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid,
	proposal.series_key, proposal.title, proposal.location, proposal.url, proposal.organizer, proposal.categories,
	proposal.description, proposal.credit, proposal.domain, proposal.extras, proposal.start_at, proposal.end_at,
	proposal.zone, proposal.all_day, proposal.day_on, proposal.minutes, proposal.cancelled, proposal.series,
	proposal.flags, proposal.content, proposal.detail, proposal.category, proposal.competencies, proposal.provider,
	proposal.suggested, proposal.breaks, proposal.why, proposal.state, proposal.changed, proposal.missing_since,
	proposal.by_feed, entry.no, shown.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
	LEFT JOIN proposal AS shown ON shown.id = proposal.twin
WHERE proposal.id = $1

-- What takes place then and waits, or was confirmed and still stands.
-- name: proposal_around
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.person = $1 AND proposal.state = 0 AND twin IS NULL AND all_day = 0 AND start_at < $3 AND end_at > $2
UNION ALL
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	entry.no, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND proposal.state = 3 AND all_day = 0 AND start_at < $3 AND end_at > $2 AND is_void = 0
ORDER BY start_at, 3

-- name: proposal_others
SELECT no, calendar, start_at, uid, rid, title, url, all_day, day_on FROM proposal
WHERE person = $1 AND calendar <> $2 AND state <> 1 AND day_on >= $3 AND day_on <= $4
ORDER BY day_on, id

-- name: proposal_twins
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid,
	proposal.series_key, proposal.title, proposal.location, proposal.url, proposal.organizer, proposal.categories,
	proposal.description, proposal.credit, proposal.domain, proposal.extras, proposal.start_at, proposal.end_at,
	proposal.zone, proposal.all_day, proposal.day_on, proposal.minutes, proposal.cancelled, proposal.series,
	proposal.flags, proposal.content, proposal.detail, proposal.category, proposal.competencies, proposal.provider,
	proposal.suggested, proposal.breaks, proposal.why, proposal.state, proposal.changed, proposal.missing_since,
	proposal.by_feed, entry.no, shown.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
	LEFT JOIN proposal AS shown ON shown.id = proposal.twin
WHERE proposal.twin IS NOT NULL AND proposal.twin = $1 AND proposal.state <> 1 ORDER BY proposal.id

-- name: proposal_series
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.calendar = $1 AND series_key = $2 AND series_key <> '' AND proposal.state = 0 AND twin IS NULL
ORDER BY start_at, proposal.no

-- A single event is its own series.
-- name: proposal_single
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	0, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar
WHERE proposal.id = $1 AND proposal.state = 0 AND twin IS NULL

-- Numbers of a person rise with ids.
-- name: proposal_matchable
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid,
	proposal.series_key, proposal.title, proposal.location, proposal.url, proposal.organizer, proposal.categories,
	proposal.description, proposal.credit, proposal.domain, proposal.extras, proposal.start_at, proposal.end_at,
	proposal.zone, proposal.all_day, proposal.day_on, proposal.minutes, proposal.cancelled, proposal.series,
	proposal.flags, proposal.content, proposal.detail, proposal.category, proposal.competencies, proposal.provider,
	proposal.suggested, proposal.breaks, proposal.why, proposal.state, proposal.changed, proposal.missing_since,
	proposal.by_feed, entry.no, shown.no
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
	LEFT JOIN proposal AS shown ON shown.id = proposal.twin
WHERE proposal.person = $1 AND proposal.no > COALESCE((SELECT no FROM proposal WHERE id = $2), 0)
	AND proposal.state IN (0, 4)
ORDER BY proposal.no LIMIT $3

-- $2: of that calendar alone; 0 = of all.
-- name: proposal_recent
SELECT proposal.id, proposal.person, proposal.no, proposal.calendar, calendar.name, proposal.uid, proposal.rid, series_key,
	proposal.title, proposal.location, proposal.url, organizer, categories, description, credit, domain, extras, start_at,
	end_at, zone, all_day, proposal.day_on, proposal.minutes, cancelled, series, flags, content, detail, proposal.category,
	proposal.competencies, proposal.provider, suggested, breaks, why, proposal.state, changed, missing_since, by_feed,
	entry.no, 0
FROM proposal JOIN calendar ON calendar.id = proposal.calendar LEFT JOIN entry ON entry.id = proposal.entry
WHERE proposal.person = $1 AND ($2 = 0 OR proposal.calendar = $2) AND twin IS NULL AND removed = 0
ORDER BY proposal.day_on DESC, start_at DESC, proposal.id DESC LIMIT $3

-- name: proposal_rematch
UPDATE proposal SET state = $2, category = $3, competencies = $4, provider = $5, suggested = $6, breaks = $7, why = $8
WHERE id = $1 AND state IN (0, 4) AND (state <> $2 OR category <> $3 OR competencies <> $4 OR provider <> $5
	OR suggested <> $6 OR breaks <> $7 OR why <> $8)

-- name: proposal_count
SELECT COUNT(*) FROM proposal WHERE person = $1 AND state = 0 AND twin IS NULL AND end_at <= $2

-- ---- deciding

-- name: proposal_standing
SELECT proposal.person, proposal.no, proposal.state, changed, entry, by_feed, state_before, calendar, removed
FROM proposal JOIN calendar ON calendar.id = proposal.calendar WHERE proposal.id = $1

-- name: proposal_decide
UPDATE proposal SET state = $3, entry = $4, by_feed = $5, state_before = $6 WHERE id = $1 AND state = $2

-- The person wants it back: what the feed changed meanwhile is taken over at the next fetch.
-- name: proposal_forget_content
UPDATE proposal SET changed = 0, content = '' WHERE id = $1

-- The same where nobody was told, or the mark was put away.
-- name: proposal_forget_adopted
UPDATE proposal SET content = '' WHERE id = $1 AND detail = ''

-- name: proposal_set_changed
UPDATE proposal SET changed = $2 WHERE id = $1

-- name: proposal_take_over
UPDATE proposal SET start_at = $2, end_at = $3, day_on = $4, minutes = $5, all_day = $6, cancelled = $7, zone = $8,
	title = $9, location = $10, url = $11, organizer = $12
WHERE id = $1

-- ---- news

-- name: proposal_news_get
SELECT at, start_at, end_at, day_on, minutes, all_day, cancelled, zone, title, location, url, organizer
FROM proposal_news WHERE proposal = $1

-- name: proposal_news_put
INSERT INTO proposal_news (proposal, at, start_at, end_at, day_on, minutes, all_day, cancelled, zone, title, location, url,
	organizer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (proposal) DO UPDATE SET at = excluded.at, start_at = excluded.start_at, end_at = excluded.end_at,
	day_on = excluded.day_on, minutes = excluded.minutes, all_day = excluded.all_day, cancelled = excluded.cancelled,
	zone = excluded.zone, title = excluded.title, location = excluded.location, url = excluded.url,
	organizer = excluded.organizer

-- name: proposal_news_drop
DELETE FROM proposal_news WHERE proposal = $1

-- ---- twins: all of a group point to the one that is shown

-- The order of proposal_group_first.
-- name: proposal_shown
SELECT shown.id, CASE shown.state WHEN 3 THEN 0 WHEN 2 THEN 1 WHEN 4 THEN 5
	WHEN 0 THEN CASE shown.missing_since WHEN 0 THEN 2 ELSE 3 END
	ELSE CASE WHEN shown.by_feed = 1 AND shown.state_before = 0 THEN 4 ELSE 6 END END
FROM proposal JOIN proposal AS shown ON shown.id = COALESCE(proposal.twin, proposal.id)
WHERE proposal.person = $1 AND proposal.no = $2

-- name: proposal_twin_no
SELECT shown.no FROM proposal JOIN proposal AS shown ON shown.id = proposal.twin WHERE proposal.id = $1

-- Only of one that has twins or is one.
-- name: proposal_group
SELECT COALESCE(twin, id) FROM proposal
WHERE id = $1 AND (twin IS NOT NULL OR EXISTS (SELECT 1 FROM proposal AS other WHERE other.twin = $1))

-- name: proposal_groups_of
SELECT DISTINCT COALESCE(twin, id) FROM proposal
WHERE calendar = $1 AND (twin IS NOT NULL OR EXISTS (SELECT 1 FROM proposal AS other WHERE other.twin = proposal.id))

-- What a person decided comes first, then what waits, and of that what its feed still has, or had last; then what her feed
-- withdrew; of equals the oldest.
-- name: proposal_group_first
SELECT id FROM proposal WHERE id = $1 OR twin = $1
ORDER BY CASE state WHEN 3 THEN 0 WHEN 2 THEN 1 WHEN 4 THEN 5 WHEN 0 THEN CASE missing_since WHEN 0 THEN 2 ELSE 3 END
	ELSE CASE WHEN by_feed = 1 AND state_before = 0 THEN 4 ELSE 6 END END,
	CASE state WHEN 0 THEN missing_since ELSE 0 END DESC, id LIMIT 1

-- name: proposal_group_move
UPDATE proposal SET twin = $2 WHERE (id = $1 OR twin = $1) AND id <> $2

-- Why one that starts at $3 now stays with its group.
-- name: proposal_group_holds
SELECT id FROM proposal WHERE (id = $1 OR twin = $1) AND (state IN (2, 3) OR id <> $2 AND start_at = $3) LIMIT 1

-- name: proposal_group_next
SELECT id FROM proposal WHERE twin = $1 ORDER BY id LIMIT 1

-- name: proposal_group_join
UPDATE proposal SET twin = $2 WHERE id = $1

-- name: proposal_group_show
UPDATE proposal SET twin = NULL WHERE id = $1
