-- A token whose unit is not proven has two ends: "ends" as documented, and
-- "last" if the server reads the longer unit. "forked" is 1 where they differ.

ALTER TABLE entries ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN forked INTEGER NOT NULL DEFAULT 0 CHECK (forked IN (0, 1));

DROP INDEX entries_left;
DROP INDEX entries_pair;
DROP INDEX entries_drift;

UPDATE entries SET
	last = iif(outcome = 'issued' AND unit_proven = 0, max(ends, worst_ends), ends),
	forked = outcome = 'issued' AND unit_proven = 0 AND worst_ends > ends,
	urgent_at = ends - max(min(life / 10, 86400000), iif(life > 600000, 300000, 0)),
	soon_at = ends - max(min(life / 4, 604800000), min(life / 10, 86400000), iif(life > 7200000, 3600000, iif(life > 600000, 300000, 0)));

-- The order by time left and every count, without touching the rows: the
-- columns after "id" are what filters ask for.
CREATE INDEX entries_left ON entries
	(profile_id, class, forked, ends, id, last, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, note_id);
-- The same for rows with two ends, by the later one.
CREATE INDEX entries_last ON entries
	(profile_id, class, last, id, ends, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, note_id) WHERE forked = 1;
CREATE INDEX entries_pair ON entries (user_id, app_id, last, profile_id, class, ends);
CREATE INDEX entries_drift ON entries (last, id, profile_id, class, ends) WHERE drifted = 1;
