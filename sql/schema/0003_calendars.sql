-- Calendars in full: what is learned of a feed, events that no rule proposes, rules, news of confirmed events, and the
-- calendar that goes out.

-- ---- calendars

ALTER TABLE calendar ADD COLUMN login TEXT NOT NULL DEFAULT '';		-- user:password, kept apart from the url
ALTER TABLE calendar ADD COLUMN producer TEXT NOT NULL DEFAULT '';	-- PRODID at the last good fetch
ALTER TABLE calendar ADD COLUMN unstable INTEGER NOT NULL DEFAULT 0 CHECK (unstable IN (0, 1));	-- gives events new UIDs
ALTER TABLE calendar ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1));	-- take the next fetch as it is
ALTER TABLE calendar ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;	-- instant of the first failure in a row, 0 = none
ALTER TABLE calendar ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));	-- failed for 14 days: no polls
DROP INDEX calendar_due;
CREATE INDEX calendar_due ON calendar (next_poll_at) WHERE removed = 0 AND url <> '' AND paused = 0;
CREATE INDEX calendar_url ON calendar (url) WHERE removed = 0 AND url <> '';

-- ---- proposals: made anew, for they have one more state

CREATE TABLE proposal_made_anew (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	no INTEGER NOT NULL,
	calendar INTEGER NOT NULL REFERENCES calendar (id),
	uid TEXT NOT NULL,			-- with rid: which occurrence of which event
	rid TEXT NOT NULL,
	series_key TEXT NOT NULL,		-- what all events of a series share; '' of a single event
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),	-- waiting withdrawn skipped confirmed ignored
	by_feed INTEGER NOT NULL CHECK (by_feed IN (0, 1)),	-- withdrawn by the feed, not with its calendar
	state_before INTEGER NOT NULL,		-- of a withdrawn one; 1: it never was anything else
	changed INTEGER NOT NULL CHECK (changed IN (0, 1)),	-- by the feed, after confirm or skip
	missing_since INTEGER NOT NULL,		-- instant of the first good fetch that lacked it, 0 = none
	entry INTEGER REFERENCES entry (id),	-- of a confirmed one
	twin INTEGER REFERENCES proposal (id),	-- the same event came from another calendar first: that one is shown
	start_at INTEGER NOT NULL,
	end_at INTEGER NOT NULL,
	day_on INTEGER NOT NULL,
	minutes INTEGER NOT NULL,		-- the length, as the feed says it
	all_day INTEGER NOT NULL CHECK (all_day IN (0, 1)),
	cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
	series INTEGER NOT NULL CHECK (series IN (0, 1)),
	flags INTEGER NOT NULL,			-- enum event_flag
	zone TEXT NOT NULL,
	title TEXT NOT NULL,
	location TEXT NOT NULL,
	url TEXT NOT NULL,
	organizer TEXT NOT NULL,
	categories TEXT NOT NULL,
	description TEXT NOT NULL,
	credit TEXT NOT NULL,
	domain TEXT NOT NULL,
	extras TEXT NOT NULL,
	content TEXT NOT NULL,			-- hash as last seen; '' = take the feed's fields at the next fetch
	detail TEXT NOT NULL,
	-- what the event is taken for: struct match_guess
	category TEXT NOT NULL,
	competencies TEXT NOT NULL,
	provider TEXT NOT NULL,
	suggested INTEGER NOT NULL,		-- minutes to suggest, breaks taken off; 0 = none
	breaks INTEGER NOT NULL,
	why TEXT NOT NULL,
	UNIQUE (person, no),
	UNIQUE (calendar, uid, rid),
	CHECK ((state = 3) = (entry IS NOT NULL)),
	CHECK (by_feed = 0 OR state = 1),
	-- IN with more than two values would build a table for each row.
	CHECK (state_before = 0 OR state_before = 1 OR state_before = 4)
) STRICT;
-- The key of a series is its UID without the revision that Google puts before the @.
INSERT INTO proposal_made_anew (id, person, no, calendar, uid, rid, series_key, state, by_feed, state_before, changed,
	missing_since, entry, twin, start_at, end_at, day_on, minutes, all_day, cancelled, series, flags, zone, title,
	location, url, organizer, categories, description, credit, domain, extras, content, detail, category, competencies,
	provider, suggested, breaks, why)
SELECT id, person, no, calendar, uid, rid,
	CASE WHEN series = 0 AND rid = '' THEN ''
		WHEN substr(uid, instr(uid, '_R')) GLOB '_R[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]@*'
			OR substr(uid, instr(uid, '_R'))
			GLOB '_R[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]@*'
		THEN substr(uid, 1, instr(uid, '_R') - 1) || substr(uid, instr(uid, '@'))
		ELSE uid END,
	state, by_feed, CASE WHEN state = 1 AND by_feed = 1 AND cancelled = 1 THEN 1 ELSE 0 END, changed, missing_since,
	entry, NULL, start_at, end_at, day_on, minutes, all_day, cancelled, series, flags, zone, title, location, url,
	organizer, '', '', '', '', '', content, '', category, competencies, '', minutes, 0, ''
FROM proposal;
DROP TABLE proposal;
ALTER TABLE proposal_made_anew RENAME TO proposal;
CREATE INDEX proposal_waiting ON proposal (person, start_at, no, end_at, state, twin) WHERE state = 0 AND twin IS NULL;
CREATE INDEX proposal_set_aside ON proposal (person, start_at, no) WHERE state IN (1, 2);
CREATE INDEX proposal_confirmed ON proposal (person, start_at, no, end_at) WHERE state = 3;
CREATE INDEX proposal_changed ON proposal (person, start_at, no) WHERE changed = 1;
CREATE INDEX proposal_twin ON proposal (twin) WHERE twin IS NOT NULL;
CREATE INDEX proposal_series ON proposal (calendar, series_key) WHERE series_key <> '';
CREATE INDEX proposal_day ON proposal (person, day_on);

-- What a feed says of a confirmed event now; gone once its person took it over or dismissed it.
CREATE TABLE proposal_news (
	proposal INTEGER PRIMARY KEY REFERENCES proposal (id),
	at INTEGER NOT NULL,
	start_at INTEGER NOT NULL,
	end_at INTEGER NOT NULL,
	day_on INTEGER NOT NULL,
	minutes INTEGER NOT NULL,
	all_day INTEGER NOT NULL CHECK (all_day IN (0, 1)),
	cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
	zone TEXT NOT NULL,
	title TEXT NOT NULL,
	location TEXT NOT NULL,
	url TEXT NOT NULL,
	organizer TEXT NOT NULL
) STRICT;

-- What events are taken for: a person's own rules, and those of admins for everybody.
CREATE TABLE feed_rule (
	id INTEGER PRIMARY KEY,
	person INTEGER REFERENCES person (id),	-- NULL: for everybody
	no INTEGER NOT NULL,			-- numbers are never given twice
	field TEXT NOT NULL,			-- a word of match_field_name(); of an X-property its name
	test TEXT NOT NULL,
	value TEXT NOT NULL CHECK (value <> ''),
	calendar INTEGER REFERENCES calendar (id),	-- NULL: of all
	category TEXT NOT NULL,
	competencies TEXT NOT NULL,
	provider TEXT NOT NULL,
	break_minutes INTEGER NOT NULL CHECK (break_minutes BETWEEN -1 AND 600),	-- -1 = not set
	per_day INTEGER NOT NULL CHECK (per_day BETWEEN 0 AND 600),	-- minutes for a day without hours, 0 = not set
	verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),	-- silent propose ignore
	added_at INTEGER NOT NULL,
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX feed_rule_no ON feed_rule (COALESCE(person, 0), no);
CREATE TRIGGER feed_rule_is_kept BEFORE DELETE ON feed_rule
BEGIN
	SELECT RAISE(ABORT, 'rules are removed by their mark, not deleted');
END;

-- ---- the calendar that goes out

-- Secret addresses: only hashes. An old one answers that it is gone.
CREATE TABLE deadline_token (
	sha BLOB PRIMARY KEY CHECK (length(sha) = 32),
	person INTEGER NOT NULL REFERENCES person (id),
	made_at INTEGER NOT NULL,
	revoked_at INTEGER NOT NULL DEFAULT 0	-- 0 = in use
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX deadline_token_person ON deadline_token (person) WHERE revoked_at = 0;

-- What was published of a person: so that an event keeps its DTSTAMP until it changes, and is cancelled when it goes.
CREATE TABLE deadline_item (
	person INTEGER NOT NULL REFERENCES person (id),
	key TEXT NOT NULL,
	day_on INTEGER NOT NULL,
	start_at INTEGER NOT NULL,		-- 0 = all day, likewise end_at
	end_at INTEGER NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,
	categories TEXT NOT NULL,
	location TEXT NOT NULL,
	digest TEXT NOT NULL CHECK (length(digest) = 64),
	sequence INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	cancelled_at INTEGER NOT NULL,		-- 0 = it stands
	PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
