-- A token belongs to a server: scheme, host, port and path of its base URL. Rows
-- that were written before know no path ("whole" is 0).

CREATE TABLE servers (
	id    INTEGER PRIMARY KEY,
	name  TEXT NOT NULL,
	whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
	unit  TEXT NOT NULL DEFAULT '', -- of patExpiry, once it is proven
	UNIQUE (name, whole)
) STRICT;
INSERT INTO servers (name, whole) SELECT name, 0 FROM hosts;

ALTER TABLE entries ADD COLUMN server_id INTEGER NOT NULL DEFAULT 0;

-- A token whose unit is not proven has two ends: "ends" as documented, and
-- "last" if the server reads the longer unit. "forked" is 1 where they differ.

ALTER TABLE entries ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN forked INTEGER NOT NULL DEFAULT 0 CHECK (forked IN (0, 1));

DROP INDEX entries_left;
DROP INDEX entries_profile;
DROP INDEX entries_app;
DROP INDEX entries_head;
DROP INDEX entries_pair;
DROP INDEX entries_drift;

UPDATE entries SET
	server_id = (SELECT s.id FROM servers s JOIN hosts h ON h.name = s.name WHERE h.id = host_id),
	last = iif(outcome = 'issued' AND unit_proven = 0, max(ends, worst_ends), ends),
	forked = outcome = 'issued' AND unit_proven = 0 AND worst_ends > ends,
	urgent_at = ends - max(min(life / 10, 86400000), iif(life > 600000, 300000, 0)),
	soon_at = ends - max(min(life / 4, 604800000), min(life / 10, 86400000), iif(life > 7200000, 3600000, iif(life > 600000, 300000, 0)));

-- The order by time left and every count, without touching the rows: the
-- columns after "id" are what filters ask for.
CREATE INDEX entries_left ON entries
	(server_id, class, forked, ends, id, last, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, note_id);
-- The same for rows with two ends, by the later one.
CREATE INDEX entries_last ON entries
	(server_id, class, last, id, ends, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, note_id) WHERE forked = 1;
CREATE INDEX entries_pair ON entries (user_id, app_id, last, server_id, class, ends);
CREATE INDEX entries_drift ON entries (last, id, server_id, class, ends) WHERE drifted = 1;
CREATE INDEX entries_server ON entries (server_id);
CREATE INDEX entries_app ON entries (app_id, ends, server_id, class, user_id);
CREATE INDEX entries_head ON entries (user_id, app_id, server_id) WHERE class = 0;

-- Counts go by server, too.
DROP TRIGGER entries_added;
DROP TRIGGER entries_moved;
DROP TABLE tally;
CREATE TABLE tally (
	server_id INTEGER NOT NULL,
	class     INTEGER NOT NULL,
	n         INTEGER NOT NULL,
	PRIMARY KEY (server_id, class)
) STRICT, WITHOUT ROWID;
INSERT INTO tally SELECT server_id, class, count(*) FROM entries GROUP BY 1, 2;

CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
	INSERT INTO tally VALUES (new.server_id, new.class, 1)
		ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER entries_moved AFTER UPDATE OF class ON entries WHEN new.class <> old.class BEGIN
	UPDATE tally SET n = n - 1 WHERE server_id = old.server_id AND class = old.class;
	INSERT INTO tally VALUES (new.server_id, new.class, 1)
		ON CONFLICT DO UPDATE SET n = n + 1;
END;
