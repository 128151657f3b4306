-- Places that hold the snippet of a token for whose pair there is a newer one, until
-- a person says that they hold that one. Times are by the local clock.

CREATE TABLE handovers (
	id       INTEGER PRIMARY KEY,
	entry_id INTEGER NOT NULL REFERENCES entries, -- the token that the place shall hold
	old_id   INTEGER NOT NULL REFERENCES entries, -- the one that it holds
	since    INTEGER NOT NULL,
	done     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX handovers_open ON handovers (entry_id) WHERE done = 0;
