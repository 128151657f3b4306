-- What was done with tokens: one row for each fact, written in the commit of
-- what it tells, and never changed. Facts of before this step are not in it.

CREATE TABLE events (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL, -- local clock
	actor_id INTEGER NOT NULL REFERENCES issuers,
	via      TEXT NOT NULL, -- the face of the program it was done with
	action   TEXT NOT NULL CHECK (action IN ('begun', 'issued', 'rejected', 'unknown', 'copied', 'revealed',
		'verified', 'noted', 'drift', 'drift_cleared', 'purged')),
	entry_id INTEGER NOT NULL REFERENCES entries,
	detail   TEXT NOT NULL
) STRICT;
CREATE INDEX events_entry ON events (entry_id);

CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN
	SELECT raise(ABORT, 'the history never forgets an event');
END;
CREATE TRIGGER events_same BEFORE UPDATE ON events BEGIN
	SELECT raise(ABORT, 'the history never changes an event');
END;

-- The run that asked for a token, of those that ask for many.

ALTER TABLE entries ADD COLUMN run TEXT;
CREATE INDEX entries_run ON entries (run) WHERE run IS NOT NULL;
