-- What finishes a cycle: more facts about an entry, its evidence, what was submitted, the cycle after it; and what undo
-- needs to set aside what was made.

-- ---- entries

ALTER TABLE entry ADD COLUMN tags TEXT NOT NULL DEFAULT '';		-- ids joined by ','
ALTER TABLE entry ADD COLUMN kind TEXT NOT NULL DEFAULT '';		-- as which it earns
ALTER TABLE entry ADD COLUMN quantity INTEGER NOT NULL DEFAULT 0 CHECK (quantity >= 0);	-- hundredths of such items
ALTER TABLE entry ADD COLUMN is_planned INTEGER NOT NULL DEFAULT 0 CHECK (is_planned IN (0, 1));

-- Those of days to come wait for their person's word from now on. What has counted stays counted, and in no zone is it
-- more than a day later than in UTC.
UPDATE entry SET is_planned = 1 WHERE day_on > 1 + (SELECT MAX(at) FROM (
	SELECT touched_at AS at FROM installation UNION ALL SELECT at FROM ledger)) / 86400000;

-- Which file proves an entry: the bytes lie in the state folder under their hash.
CREATE TABLE evidence (
	id INTEGER PRIMARY KEY,
	entry INTEGER NOT NULL REFERENCES entry (id),
	name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 120),
	type TEXT NOT NULL,
	sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
	bytes INTEGER NOT NULL CHECK (bytes > 0),
	added_at INTEGER NOT NULL,
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX evidence_entry ON evidence (entry, name) WHERE removed = 0;
CREATE INDEX evidence_sha256 ON evidence (sha256);
CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
BEGIN
	SELECT RAISE(ABORT, 'evidence is withdrawn, not deleted');
END;

-- ---- cycles: made anew, for what they have more has no value that could be left out

CREATE TABLE cycle_made_anew (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	program_text INTEGER NOT NULL REFERENCES program_text (id),
	start_on INTEGER NOT NULL,
	end_on INTEGER NOT NULL,		-- the last day of the cycle
	anchor_on INTEGER NOT NULL,		-- the end from which all ends of the chain are counted
	counts_from_on INTEGER NOT NULL,	-- entries of these days belong to it
	counts_until_on INTEGER NOT NULL,
	is_first INTEGER NOT NULL CHECK (is_first IN (0, 1)),	-- the person's first of its program; follows from the rows
	carried INTEGER NOT NULL CHECK (carried >= 0),	-- hundredths brought from the cycle before
	enrolled_on INTEGER NOT NULL,		-- opened or last moved
	submitted_at INTEGER,
	submission INTEGER REFERENCES submission (id),
	closed_at INTEGER,
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),	-- its opening was undone
	-- what rules/ found: kept for speed, never truth
	counted INTEGER NOT NULL,		-- hundredths of a unit
	required INTEGER NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),	-- done on-track at-risk off-track submitted lapsed
	chance INTEGER NOT NULL CHECK (chance BETWEEN 0 AND 1000),	-- per mille
	next_check_on INTEGER,
	next_rung_on INTEGER,
	due_on INTEGER,				-- the earlier of both; NULL while its person is disabled
	rev INTEGER NOT NULL,			-- rises with every change of the cycle or its entries
	CHECK (start_on <= end_on),
	CHECK (counts_from_on <= counts_until_on),
	CHECK (submission IS NULL OR submitted_at IS NOT NULL),
	CHECK (removed = 0 OR due_on IS NULL)
) STRICT;

-- The states of open ones mean something else from now on, so all of them are looked at once; until then a chance is the
-- least of its state.
INSERT INTO cycle_made_anew (id, person, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on,
	is_first, carried, enrolled_on, submitted_at, closed_at, counted, required, state, chance, next_check_on,
	next_rung_on, due_on, rev)
SELECT id, person, program_text, start_on, end_on, anchor_on, start_on, end_on,
	NOT EXISTS (SELECT 1 FROM cycle AS earlier JOIN program_text AS its ON its.id = earlier.program_text
		WHERE earlier.person = cycle.person AND earlier.start_on < cycle.start_on
		AND its.program = (SELECT program FROM program_text WHERE program_text.id = cycle.program_text)),
	0, enrolled_on, submitted_at, closed_at, counted, required, state,
	CASE state WHEN 1 THEN 750 WHEN 2 THEN 250 WHEN 3 THEN 0 WHEN 5 THEN 0 ELSE 1000 END,
	CASE WHEN closed_at IS NULL THEN MIN(COALESCE(next_check_on, today), today) END,
	next_rung_on,
	CASE WHEN closed_at IS NULL AND (SELECT disabled FROM person WHERE person.id = cycle.person) = 0
		THEN MIN(COALESCE(due_on, today), today) END,
	rev
FROM cycle, (SELECT MAX(at) / 86400000 AS today FROM (
	SELECT touched_at AS at FROM installation UNION ALL SELECT at FROM ledger));

DROP TABLE cycle;
ALTER TABLE cycle_made_anew RENAME TO cycle;
CREATE INDEX cycle_person ON cycle (person, start_on);
CREATE INDEX cycle_due ON cycle (due_on) WHERE due_on IS NOT NULL;

-- What was sent in, frozen.
CREATE TABLE submission (
	id INTEGER PRIMARY KEY,
	cycle INTEGER NOT NULL REFERENCES cycle (id),
	at INTEGER NOT NULL,
	day_on INTEGER NOT NULL,
	counted INTEGER NOT NULL,		-- hundredths of a unit
	required INTEGER NOT NULL,
	body TEXT NOT NULL			-- JSON: the entries and the verdict
) STRICT;
CREATE TRIGGER submission_is_append_only BEFORE INSERT ON submission
WHEN NEW.id <= (SELECT id FROM submission ORDER BY id DESC LIMIT 1)
BEGIN
	SELECT RAISE(ABORT, 'what was submitted is never changed');
END;
CREATE TRIGGER submission_is_not_changed BEFORE UPDATE ON submission
BEGIN
	SELECT RAISE(ABORT, 'what was submitted is never changed');
END;
CREATE TRIGGER submission_is_kept BEFORE DELETE ON submission
BEGIN
	SELECT RAISE(ABORT, 'what was submitted is never changed');
END;

-- What was confirmed, by its time: which events took place in the same hours.
CREATE INDEX proposal_confirmed ON proposal (person, start_at, end_at) WHERE state = 3;

-- The texts that an admin put on offer for new cycles.
CREATE TABLE program_installed (
	program TEXT PRIMARY KEY,
	program_text INTEGER NOT NULL REFERENCES program_text (id)
) STRICT, WITHOUT ROWID;

-- ---- undo

-- A team whose making was undone leaves its name to others.
CREATE TABLE team_made_anew (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL CHECK (name_key <> ''),	-- folded by text_fold()
	lead INTEGER REFERENCES person (id),
	every TEXT NOT NULL CHECK (every IN ('monday', 'month', 'change')),	-- when its digest goes
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
INSERT INTO team_made_anew (id, name, name_key, lead, every) SELECT id, name, name_key, lead, every FROM team;
DROP TABLE team;
ALTER TABLE team_made_anew RENAME TO team;
CREATE UNIQUE INDEX team_name ON team (name_key) WHERE removed = 0;
CREATE INDEX team_lead ON team (lead) WHERE lead IS NOT NULL;

-- What is about no person.
CREATE INDEX ledger_general ON ledger (seq) WHERE subject IS NULL;
