-- Times are unix milliseconds, 0 = none. Columns "ends", "soon_at" and
-- "urgent_at" and all others of a token's life are by the server's clock.

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Processes that have written and have not ended in order. A row whose process
-- is gone shows that it died.
CREATE TABLE runs (
	id    INTEGER PRIMARY KEY,
	run   TEXT NOT NULL UNIQUE,
	pid   INTEGER NOT NULL,
	start TEXT NOT NULL,
	boot  TEXT NOT NULL,
	since INTEGER NOT NULL
) STRICT;

-- Distinct values, so that a text is searched once and not once per token.
-- "search" is everything a person may type, in lower case.
CREATE TABLE profiles (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE users (
	id     INTEGER PRIMARY KEY,
	uid    TEXT NOT NULL,
	email  TEXT NOT NULL,
	name   TEXT NOT NULL,
	folded TEXT NOT NULL, -- e-mail in lower case: the same person in any spelling
	search TEXT NOT NULL,
	UNIQUE (uid, email, name)
) STRICT;
CREATE INDEX users_folded ON users (folded);

CREATE TABLE apps (
	id           INTEGER PRIMARY KEY,
	uid          TEXT NOT NULL,
	slug         TEXT NOT NULL,
	name         TEXT NOT NULL,
	workspace_id TEXT NOT NULL,
	workspace    TEXT NOT NULL,
	folded       TEXT NOT NULL, -- what it is sorted by, in lower case
	search       TEXT NOT NULL,
	places       TEXT NOT NULL, -- the workspace, in lower case
	UNIQUE (uid, slug, name, workspace_id, workspace)
) STRICT;
CREATE INDEX apps_slug ON apps (slug);
CREATE INDEX apps_folded ON apps (folded);

-- Who issued, on which machine, as which role, on which host: few values each.
CREATE TABLE issuers (
	id      INTEGER PRIMARY KEY,
	name    TEXT NOT NULL,
	machine TEXT NOT NULL,
	search  TEXT NOT NULL,
	UNIQUE (name, machine)
) STRICT;

CREATE TABLE roles (
	id     INTEGER PRIMARY KEY,
	name   TEXT NOT NULL UNIQUE,
	search TEXT NOT NULL
) STRICT;

CREATE TABLE hosts (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE notes (
	id     INTEGER PRIMARY KEY,
	text   TEXT NOT NULL UNIQUE,
	search TEXT NOT NULL
) STRICT;

-- Rows are never deleted, so ids are never used again.
CREATE TABLE entries (
	id         INTEGER PRIMARY KEY,
	profile_id INTEGER NOT NULL REFERENCES profiles,
	class      INTEGER NOT NULL CHECK (class BETWEEN 0 AND 3), -- 0 live, 1 unsure, 2 older, 3 failed
	ends       INTEGER NOT NULL, -- worst case while the outcome is open
	soon_at    INTEGER NOT NULL,
	urgent_at  INTEGER NOT NULL,
	drifted    INTEGER NOT NULL DEFAULT 0 CHECK (drifted IN (0, 1)),
	user_id    INTEGER NOT NULL REFERENCES users,
	app_id     INTEGER NOT NULL REFERENCES apps,
	issuer_id  INTEGER NOT NULL REFERENCES issuers,
	role_id    INTEGER NOT NULL REFERENCES roles,
	host_id    INTEGER NOT NULL REFERENCES hosts,
	note_id    INTEGER NOT NULL REFERENCES notes,
	run_id     INTEGER NOT NULL DEFAULT 0, -- of the run that will finish a pending row

	outcome     TEXT NOT NULL CHECK (outcome IN ('pending', 'issued', 'rejected', 'unknown')),
	request_id  TEXT NOT NULL,
	begun       INTEGER NOT NULL, -- local clock
	issued      INTEGER NOT NULL DEFAULT 0,
	worst_ends  INTEGER NOT NULL DEFAULT 0,
	life        INTEGER NOT NULL, -- milliseconds
	idle        INTEGER NOT NULL, -- minutes
	sent        INTEGER NOT NULL,
	unit        TEXT NOT NULL,
	unit_proven INTEGER NOT NULL CHECK (unit_proven IN (0, 1)),
	clock       INTEGER NOT NULL, -- nanoseconds, server - local
	clock_error INTEGER NOT NULL, -- nanoseconds

	older_id INTEGER NOT NULL DEFAULT 0,
	newer_id INTEGER NOT NULL DEFAULT 0,

	last4       TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	fingerprint TEXT NOT NULL DEFAULT '',
	key_id      TEXT NOT NULL DEFAULT '',
	url_warning TEXT NOT NULL DEFAULT '',

	error_id    TEXT NOT NULL DEFAULT '',
	error_title TEXT NOT NULL DEFAULT '',
	error_text  TEXT NOT NULL DEFAULT '',
	status      INTEGER NOT NULL DEFAULT 0,

	copied        INTEGER NOT NULL DEFAULT 0, -- local clock
	verified      INTEGER NOT NULL DEFAULT 0, -- local clock
	verify_result TEXT NOT NULL DEFAULT '',
	drift         TEXT NOT NULL DEFAULT '',

	CHECK ((class = 3) = (outcome = 'rejected')),
	CHECK ((class = 1) = (outcome IN ('pending', 'unknown')))
) STRICT;

-- The order by time left and every count, without touching the rows: the
-- columns after "id" are what filters ask for.
CREATE INDEX entries_left ON entries
	(profile_id, class, ends, id, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, note_id);
CREATE INDEX entries_profile ON entries (profile_id);
CREATE INDEX entries_pair ON entries (user_id, app_id, ends, profile_id, class);
CREATE INDEX entries_app ON entries (app_id, ends, profile_id, class, user_id);
CREATE INDEX entries_issuer ON entries (issuer_id);
CREATE INDEX entries_note ON entries (note_id) WHERE note_id > 1; -- 1 is the empty note
CREATE INDEX entries_last4 ON entries (last4) WHERE last4 <> '';
CREATE INDEX entries_head ON entries (user_id, app_id, profile_id) WHERE class = 0;
CREATE INDEX entries_drift ON entries (ends) WHERE drifted = 1;
CREATE INDEX entries_pending ON entries (run_id) WHERE outcome = 'pending';

-- What opens a door, apart from the rest and always sealed.
CREATE TABLE sealed (
	entry_id INTEGER PRIMARY KEY REFERENCES entries,
	token    BLOB NOT NULL,
	url      BLOB NOT NULL -- empty when there was none
) STRICT;

-- How many rows of each class a profile has: the rest of a count is a short range.
CREATE TABLE tally (
	profile_id INTEGER NOT NULL,
	class      INTEGER NOT NULL,
	n          INTEGER NOT NULL,
	PRIMARY KEY (profile_id, class)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
	INSERT INTO tally VALUES (new.profile_id, new.class, 1)
		ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER entries_moved AFTER UPDATE OF class ON entries WHEN new.class <> old.class BEGIN
	UPDATE tally SET n = n - 1 WHERE profile_id = old.profile_id AND class = old.class;
	INSERT INTO tally VALUES (new.profile_id, new.class, 1)
		ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN
	SELECT raise(ABORT, 'the history never forgets a row');
END;

INSERT INTO notes (id, text, search) VALUES (1, '', '');
INSERT INTO meta (key, value) VALUES ('created', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
