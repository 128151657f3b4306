-- In which role of a team something was done; empty for who works alone.

ALTER TABLE events ADD COLUMN role TEXT NOT NULL DEFAULT '';

-- Seals over the events, one over each run of them, in order. A change of an
-- event, of its order or of an earlier seal shows in every later one.

CREATE TABLE seals (
	last  INTEGER PRIMARY KEY, -- event that it ends with; it begins after that of the seal before
	root  BLOB NOT NULL,       -- over the root of the seal before and the events
	at    INTEGER NOT NULL,    -- local clock
	note  TEXT NOT NULL        -- what was signed, with the signature
) STRICT;

CREATE TRIGGER seals_kept BEFORE DELETE ON seals BEGIN
	SELECT raise(ABORT, 'the history never forgets a seal');
END;
CREATE TRIGGER seals_same BEFORE UPDATE ON seals BEGIN
	SELECT raise(ABORT, 'the history never changes a seal');
END;
