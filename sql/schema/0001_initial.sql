-- The first schema. A migration is never changed once released: its checksum is kept in every database.
-- *_at are instants (milliseconds UTC), *_on are civil days (days since 1970-01-01), minutes and hundredths of a unit are
-- whole numbers, flags are 0 or 1, texts that may be missing are '', references and times that may be missing are NULL.

PRAGMA application_id = 1667593572;	-- "ceud"

CREATE TABLE schema_version (
	number INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL,			-- of the migration's file
	applied_at INTEGER NOT NULL
) STRICT;

-- One row.
CREATE TABLE installation (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	secret BLOB NOT NULL CHECK (length(secret) = 32),	-- keys Message-IDs and tokens
	created_at INTEGER NOT NULL,
	touched_at INTEGER NOT NULL			-- latest instant that a job recorded
) STRICT;

-- ---- people

CREATE TABLE person (
	id INTEGER PRIMARY KEY,
	email TEXT NOT NULL UNIQUE CHECK (email <> '' AND email = lower(email)),
	name TEXT NOT NULL,
	login TEXT NOT NULL,
	uid INTEGER CHECK (uid >= 0),
	program TEXT NOT NULL,			-- id of the program, '' without one
	zone TEXT NOT NULL,			-- '' = the installation's
	role INTEGER NOT NULL CHECK (role IN (0, 1)),	-- professional, admin
	disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
	created_at INTEGER NOT NULL,
	-- the last number given to something of this person; numbers are never given twice
	last_entry INTEGER NOT NULL DEFAULT 0,
	last_proposal INTEGER NOT NULL DEFAULT 0,
	last_calendar INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX person_login ON person (login) WHERE login <> '';
CREATE UNIQUE INDEX person_uid ON person (uid) WHERE uid IS NOT NULL;

CREATE TABLE team (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL UNIQUE CHECK (name_key <> ''),	-- folded by text_fold()
	lead INTEGER REFERENCES person (id),
	every TEXT NOT NULL CHECK (every IN ('monday', 'month', 'change'))	-- when its digest goes
) STRICT;
CREATE INDEX team_lead ON team (lead) WHERE lead IS NOT NULL;

CREATE TABLE member (
	team INTEGER NOT NULL REFERENCES team (id),
	person INTEGER NOT NULL REFERENCES person (id),
	PRIMARY KEY (team, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_person ON member (person);

-- The texts that cycles are bound to, by content.
CREATE TABLE program_text (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
	program TEXT NOT NULL,
	text BLOB NOT NULL,
	added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cycle (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	program_text INTEGER NOT NULL REFERENCES program_text (id),
	start_on INTEGER NOT NULL,
	end_on INTEGER NOT NULL,		-- the last day that counts
	anchor_on INTEGER NOT NULL,		-- the end from which all ends of the chain are counted
	enrolled_on INTEGER NOT NULL,		-- opened or last moved
	submitted_at INTEGER,
	closed_at INTEGER,
	-- what rules/ found: kept for speed, never truth
	counted INTEGER NOT NULL,		-- hundredths of a unit
	required INTEGER NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),	-- done on-track at-risk off-track submitted lapsed
	next_check_on INTEGER,
	next_rung_on INTEGER,
	due_on INTEGER,				-- the earlier of both; NULL while its person is disabled
	rev INTEGER NOT NULL,			-- rises with every change of the cycle or its entries
	CHECK (start_on <= end_on)
) STRICT;
CREATE INDEX cycle_person ON cycle (person, start_on);
CREATE INDEX cycle_due ON cycle (due_on) WHERE due_on IS NOT NULL;

-- ---- calendars and what they propose

CREATE TABLE calendar (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	no INTEGER NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,			-- secret; '' for a file that was sent
	shown TEXT NOT NULL,			-- what may be shown of it
	category TEXT NOT NULL,
	competencies TEXT NOT NULL,		-- ids joined by ','
	everything INTEGER NOT NULL CHECK (everything IN (0, 1)),
	user_agent TEXT NOT NULL,
	etag TEXT NOT NULL,			-- this and the next two: of the last good fetch
	last_modified TEXT NOT NULL,
	body_hash TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('new', 'ok', 'partial', 'error', 'suspect')),
	error_code TEXT NOT NULL,
	error_text TEXT NOT NULL,
	last_poll_at INTEGER NOT NULL,		-- 0 = never, likewise below
	last_good_at INTEGER NOT NULL,
	next_poll_at INTEGER NOT NULL,
	failures INTEGER NOT NULL,		-- in a row
	events INTEGER NOT NULL,		-- in the last good fetch
	added_at INTEGER NOT NULL,
	removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
	UNIQUE (person, no)
) STRICT;
CREATE INDEX calendar_due ON calendar (next_poll_at) WHERE removed = 0 AND url <> '';

CREATE TABLE proposal (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	no INTEGER NOT NULL,
	calendar INTEGER NOT NULL REFERENCES calendar (id),
	uid TEXT NOT NULL,			-- with rid: which occurrence of which event
	rid TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),	-- waiting withdrawn skipped confirmed
	by_feed INTEGER NOT NULL CHECK (by_feed IN (0, 1)),	-- withdrawn by the feed, not with its calendar
	changed INTEGER NOT NULL CHECK (changed IN (0, 1)),	-- by the feed, after confirm or skip
	missing_since INTEGER NOT NULL,		-- instant of the first good fetch that lacked it, 0 = none
	entry INTEGER REFERENCES entry (id),	-- of a confirmed one
	start_at INTEGER NOT NULL,
	end_at INTEGER NOT NULL,
	day_on INTEGER NOT NULL,
	minutes INTEGER NOT NULL,
	all_day INTEGER NOT NULL CHECK (all_day IN (0, 1)),
	cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
	series INTEGER NOT NULL CHECK (series IN (0, 1)),
	flags INTEGER NOT NULL,			-- enum event_flag
	zone TEXT NOT NULL,
	title TEXT NOT NULL,
	location TEXT NOT NULL,
	url TEXT NOT NULL,
	organizer TEXT NOT NULL,
	content TEXT NOT NULL,			-- hash as last seen; '' = take the feed's fields at the next fetch
	category TEXT NOT NULL,			-- suggestion
	competencies TEXT NOT NULL,
	UNIQUE (person, no),
	UNIQUE (calendar, uid, rid),
	CHECK ((state = 3) = (entry IS NOT NULL)),
	CHECK (by_feed = 0 OR state = 1)
) STRICT;
CREATE INDEX proposal_waiting ON proposal (person, start_at, no, end_at) WHERE state = 0;

-- ---- entries

CREATE TABLE entry (
	id INTEGER PRIMARY KEY,
	person INTEGER NOT NULL REFERENCES person (id),
	no INTEGER NOT NULL,
	day_on INTEGER NOT NULL,
	minutes INTEGER NOT NULL CHECK (minutes > 0),
	category TEXT NOT NULL,
	title TEXT NOT NULL,
	title_key TEXT NOT NULL,		-- folded by text_fold()
	provider TEXT NOT NULL,
	note TEXT NOT NULL,
	competencies TEXT NOT NULL,		-- ids joined by ',', the main one first
	source INTEGER NOT NULL CHECK (source BETWEEN 0 AND 2),	-- hand calendar import
	calendar_name TEXT NOT NULL,		-- this and uid: where a confirmed event came from
	uid TEXT NOT NULL,
	proposal INTEGER REFERENCES proposal (id),
	is_void INTEGER NOT NULL CHECK (is_void IN (0, 1)),
	void_reason TEXT NOT NULL,
	is_late INTEGER NOT NULL CHECK (is_late IN (0, 1)),
	created_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	UNIQUE (person, no)
) STRICT;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry
BEGIN
	SELECT RAISE(ABORT, 'entries are voided, not deleted');
END;

-- ---- the ledger

CREATE TABLE ledger (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	step INTEGER NOT NULL,			-- seq of the command's first row
	actor TEXT NOT NULL,			-- who, when that was no person; '' otherwise
	actor_person INTEGER REFERENCES person (id),
	subject INTEGER REFERENCES person (id),	-- the person it is about
	action TEXT NOT NULL,
	object TEXT NOT NULL,			-- 'entry:ID', 'proposal:ID', ...
	undoes INTEGER,				-- the step that this row undid
	digest BLOB NOT NULL CHECK (length(digest) = 32),	-- SHA-256 over salt, body and text
	hash BLOB NOT NULL CHECK (length(hash) = 32)		-- SHA-256 over the hash before and this row
) STRICT;
CREATE INDEX ledger_subject ON ledger (subject, seq) WHERE subject IS NOT NULL;

-- What was changed, apart from the chain: a row may be deleted to erase a person, never changed.
CREATE TABLE ledger_text (
	seq INTEGER PRIMARY KEY REFERENCES ledger (seq),
	salt BLOB NOT NULL CHECK (length(salt) = 16),
	body TEXT NOT NULL,			-- {"before":..,"after":..}
	text TEXT NOT NULL			-- a sentence part for the history
) STRICT;

CREATE TRIGGER ledger_is_append_only BEFORE INSERT ON ledger
WHEN NEW.seq <= (SELECT seq FROM ledger ORDER BY seq DESC LIMIT 1)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_text_is_not_changed BEFORE UPDATE ON ledger_text
BEGIN
	SELECT RAISE(ABORT, 'the text of the ledger is erased, not changed');
END;

-- Answers kept for retries. Ids rise with time, so the old ones are the first ones.
CREATE TABLE answer (
	id INTEGER PRIMARY KEY,
	owner TEXT NOT NULL,
	key TEXT NOT NULL,
	request_sha TEXT NOT NULL,
	status INTEGER NOT NULL,
	body BLOB NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (owner, key)
) STRICT;

-- ---- mail

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY,
	dedup_key TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	priority INTEGER NOT NULL,		-- 1 reminder, 2 admin, 3 digest; the smaller goes first
	person INTEGER REFERENCES person (id),
	team INTEGER REFERENCES team (id),
	rcpt TEXT NOT NULL,
	rcpt_name TEXT NOT NULL,
	subject TEXT NOT NULL,			-- '' until rendered
	not_before INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 6),	-- held ready sending sent failed unknown cancelled
	attempts INTEGER NOT NULL,
	doubts INTEGER NOT NULL,		-- times it may have been delivered without our knowing
	next_try INTEGER,
	due_at INTEGER,				-- of a ready one: the later of not_before and next_try
	lease_until INTEGER,			-- of one being sent
	message_id TEXT UNIQUE,
	rendered_at INTEGER,
	created_at INTEGER NOT NULL,
	done_at INTEGER,
	reason TEXT NOT NULL,			-- this and below: the last outcome
	code INTEGER NOT NULL,
	enhanced TEXT NOT NULL,
	phase TEXT NOT NULL,
	server_id TEXT NOT NULL,
	CHECK ((state = 1) = (due_at IS NOT NULL)),
	CHECK ((state = 2) = (lease_until IS NOT NULL))
) STRICT;
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_ready ON outbox (priority, not_before, due_at) WHERE due_at IS NOT NULL;

-- The frozen mails, apart so that a change of state does not write them again.
CREATE TABLE outbox_bytes (
	mail INTEGER PRIMARY KEY REFERENCES outbox (id),
	bytes BLOB NOT NULL
) STRICT;

CREATE TABLE attempt (
	mail INTEGER NOT NULL REFERENCES outbox (id),
	no INTEGER NOT NULL,
	at INTEGER NOT NULL,
	phase TEXT NOT NULL,
	text TEXT NOT NULL,
	curlcode INTEGER NOT NULL,
	code INTEGER NOT NULL,
	reused INTEGER NOT NULL CHECK (reused IN (0, 1)),
	ms INTEGER NOT NULL,
	PRIMARY KEY (mail, no)
) STRICT, WITHOUT ROWID;

-- Each rung of the ladder once a cycle, mailed or not.
CREATE TABLE rung (
	cycle INTEGER NOT NULL REFERENCES cycle (id),
	days INTEGER NOT NULL CHECK (days >= 0),
	person INTEGER NOT NULL REFERENCES person (id),
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),	-- mailed superseded before-enrolment not-needed
	mail INTEGER REFERENCES outbox (id),
	at INTEGER NOT NULL,
	because TEXT NOT NULL,
	PRIMARY KEY (cycle, days)
) STRICT, WITHOUT ROWID;
CREATE INDEX rung_mail ON rung (mail) WHERE mail IS NOT NULL;

-- What each digest said of each person.
CREATE TABLE digest (
	mail INTEGER PRIMARY KEY REFERENCES outbox (id),
	team INTEGER NOT NULL REFERENCES team (id),
	day_on INTEGER NOT NULL
) STRICT;
CREATE INDEX digest_team ON digest (team, mail);

CREATE TABLE digest_person (
	mail INTEGER NOT NULL REFERENCES digest (mail),
	person INTEGER NOT NULL REFERENCES person (id),
	state INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	PRIMARY KEY (mail, person)
) STRICT, WITHOUT ROWID;

-- The way out for mail: breaker and rate.
CREATE TABLE channel (
	name TEXT PRIMARY KEY,
	state TEXT NOT NULL CHECK (state IN ('ok', 'closed')),
	until INTEGER NOT NULL,
	reason TEXT NOT NULL,
	faults INTEGER NOT NULL,
	tokens_milli INTEGER NOT NULL,
	refilled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
	name TEXT PRIMARY KEY,
	last_at INTEGER NOT NULL,
	next_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
