-- Mail in full: rungs that are no days, reminders as a person wants them, addresses that do not work, digests as a team wants
-- them, and the deadline as a calendar.

-- ---- people

ALTER TABLE person ADD COLUMN muted_until_on INTEGER;	-- no reminders up to that day; NULL = on
ALTER TABLE person ADD COLUMN reminder_days TEXT NOT NULL DEFAULT '';	-- numbers joined by ',', '' = the program's

-- ---- teams: made anew, for when a digest goes is said by other words; what was the default is the default

CREATE TABLE team_made_anew (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL CHECK (name_key <> ''),	-- folded by text_fold()
	lead INTEGER REFERENCES person (id),
	every TEXT NOT NULL CHECK (every IN ('', 'week', 'month', 'change')),	-- when its digest goes; '' as ceud.conf says
	csv INTEGER NOT NULL DEFAULT 0 CHECK (csv IN (0, 1)),	-- it carries the numbers as CSV
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
INSERT INTO team_made_anew (id, name, name_key, lead, every, removed)
SELECT id, name, name_key, lead, CASE every WHEN 'monday' THEN '' ELSE every END, removed FROM team;
DROP TABLE team;
ALTER TABLE team_made_anew RENAME TO team;
CREATE UNIQUE INDEX team_name ON team (name_key) WHERE removed = 0;
CREATE INDEX team_lead ON team (lead) WHERE lead IS NOT NULL;

-- Whose lead wants no digest of it any more.
CREATE TABLE digest_off (
	person INTEGER NOT NULL REFERENCES person (id),
	team INTEGER NOT NULL REFERENCES team (id),
	at INTEGER NOT NULL,
	PRIMARY KEY (person, team)
) STRICT, WITHOUT ROWID;

-- ---- rungs: made anew, for not all are days before the end, and more can become of them

CREATE TABLE rung_made_anew (
	cycle INTEGER NOT NULL REFERENCES cycle (id),
	rung INTEGER NOT NULL,			-- days before the end, negative after it; from 10000 on no days
	person INTEGER NOT NULL REFERENCES person (id),
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 6),
		-- mailed superseded before-enrolment not-needed muted too-soon no-address
	mail INTEGER REFERENCES outbox (id),
	at INTEGER NOT NULL,
	because TEXT NOT NULL,
	PRIMARY KEY (cycle, rung)
) STRICT, WITHOUT ROWID;
INSERT INTO rung_made_anew (cycle, rung, person, outcome, mail, at, because)
SELECT cycle, days, person, outcome, mail, at, because FROM rung;
DROP TABLE rung;
ALTER TABLE rung_made_anew RENAME TO rung;
CREATE INDEX rung_mail ON rung (mail) WHERE mail IS NOT NULL;

-- What came to pass before there were rungs for it is not told now: all rules met, the window open, events that wait, days
-- after the end.
INSERT INTO rung (cycle, rung, person, outcome, mail, at, because)
SELECT cycle.id, news.rung, person, 2, NULL, now, 'it was so before ceud told of it'
FROM cycle, (SELECT MAX(at) AS now, MAX(at) / 86400000 AS today FROM (
		SELECT touched_at AS at FROM installation UNION ALL SELECT at FROM ledger)),
	(SELECT 20000 AS rung UNION ALL SELECT 15001 UNION ALL SELECT 10000 UNION ALL SELECT -1 UNION ALL SELECT -8
		UNION ALL SELECT -15 UNION ALL SELECT -22 UNION ALL SELECT -29) AS news
WHERE closed_at IS NULL AND removed = 0 AND CASE news.rung
	WHEN 20000 THEN state = 0
	WHEN 15001 THEN EXISTS (SELECT 1 FROM proposal
		WHERE proposal.person = cycle.person AND proposal.state = 0 AND twin IS NULL)
	WHEN 10000 THEN end_on - today <= 365
	ELSE end_on - today < news.rung END;

-- The ladders are others, so all open cycles are looked at once.
UPDATE cycle SET next_rung_on = MIN(COALESCE(next_rung_on, today), today), due_on = CASE
	WHEN (SELECT disabled FROM person WHERE person.id = cycle.person) = 0 THEN MIN(COALESCE(due_on, today), today) END
FROM (SELECT MAX(at) / 86400000 AS today FROM (
	SELECT touched_at AS at FROM installation UNION ALL SELECT at FROM ledger))
WHERE closed_at IS NULL AND removed = 0;

-- ---- mails

-- When somebody last had one.
CREATE INDEX outbox_person ON outbox (person) WHERE person IS NOT NULL AND kind IN ('reminder', 'nudge');

-- Addresses that refused mail for good.
CREATE TABLE bounce (
	address TEXT PRIMARY KEY,
	hard INTEGER NOT NULL CHECK (hard > 0),	-- in a row
	suppressed_at INTEGER,			-- nothing is sent there since; NULL = it still is
	reason TEXT NOT NULL			-- what the server said last
) STRICT, WITHOUT ROWID;
CREATE INDEX bounce_suppressed ON bounce (suppressed_at, address) WHERE suppressed_at IS NOT NULL;

-- The last mail that carried the deadline of a cycle as a calendar.
CREATE TABLE deadline_mail (
	cycle INTEGER PRIMARY KEY REFERENCES cycle (id),
	mail INTEGER NOT NULL REFERENCES outbox (id),
	end_on INTEGER NOT NULL,		-- what it said
	sequence INTEGER NOT NULL CHECK (sequence >= 0)
) STRICT;
