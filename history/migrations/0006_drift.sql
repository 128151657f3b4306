-- What kind of thing differs, and since when, by the local clock. What was written
-- before names no kind but that ToolJet refused the token.

ALTER TABLE entries ADD COLUMN drift_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN drift_at INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET drift_kind = iif(drift LIKE 'ToolJet %', 'refused', ''), drift_at = verified WHERE drifted = 1;

-- The public address that a server said it has, each time it was another one.

CREATE TABLE server_hosts (
	server TEXT NOT NULL,
	seen   INTEGER NOT NULL,
	host   TEXT NOT NULL,
	PRIMARY KEY (server, seen)
) STRICT, WITHOUT ROWID;
