-- Plans of many requests, written down before the first of them is sent, so that
-- a run that was cut off can go on. What became of a request for a token is told
-- by the rows of entries that name plan and row; the other rows say it themselves.
-- (The table runs holds processes.)

CREATE TABLE plans (
	id        INTEGER PRIMARY KEY,
	run       TEXT NOT NULL UNIQUE, -- a UUID, as in entries.run
	kind      TEXT NOT NULL CHECK (kind IN ('role', 'reissue', 'bulk')),
	server_id INTEGER NOT NULL REFERENCES servers,
	issuer_id INTEGER NOT NULL REFERENCES issuers,
	begun     INTEGER NOT NULL, -- local clock
	over      INTEGER NOT NULL DEFAULT 0 -- 1 = nothing of it waits, or nobody wants the rest
) STRICT;

CREATE TABLE plan_rows (
	plan_id      INTEGER NOT NULL REFERENCES plans,
	row          INTEGER NOT NULL, -- from 1
	action       TEXT NOT NULL CHECK (action IN ('role', 'read_back', 'issue')),
	user         TEXT NOT NULL, -- as it is sent: e-mail address or id
	user_word    TEXT NOT NULL, -- as people know them
	app          TEXT NOT NULL, -- as it is sent: id or slug
	app_word     TEXT NOT NULL,
	app_id       TEXT NOT NULL,
	user_id      TEXT NOT NULL,
	workspace_id TEXT NOT NULL,
	workspace    TEXT NOT NULL,
	role         TEXT NOT NULL, -- that is asked for
	was_role     TEXT NOT NULL,
	life         INTEGER NOT NULL, -- ms
	idle         INTEGER NOT NULL, -- minutes
	note         TEXT NOT NULL,
	state        TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'unknown', 'ok', 'failed')), -- 'unknown' from before it is sent
	PRIMARY KEY (plan_id, row)
) STRICT, WITHOUT ROWID;

ALTER TABLE entries ADD COLUMN run_row INTEGER;
DROP INDEX entries_run;
CREATE INDEX entries_run ON entries (run, run_row, id, outcome) WHERE run IS NOT NULL;
