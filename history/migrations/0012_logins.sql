-- Logins at a desk and what it refused are events without a token. SQLite has no
-- ALTER TABLE that loosens a column without writing each row anew, so the text of the
-- table is edited, as https://sqlite.org/lang_altertable.html describes for changes that
-- no row has to follow: what is allowed beside is only more than before.

-- Other connections read the schema anew because these are changes of it, too.
DROP TRIGGER events_kept;
DROP TRIGGER events_same;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
		'entry_id INTEGER NOT NULL REFERENCES entries,',
		'entry_id INTEGER REFERENCES entries CHECK ((entry_id IS NULL) = (action IN (''login'', ''denied''))),'),
		'''drift_cleared'', ''purged''))',
		'''drift_cleared'', ''purged'', ''login'', ''denied''))')
	WHERE type = 'table' AND name = 'events';
PRAGMA writable_schema = RESET;

CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN
	SELECT raise(ABORT, 'the history never forgets an event');
END;
CREATE TRIGGER events_same BEFORE UPDATE ON events BEGIN
	SELECT raise(ABORT, 'the history never changes an event');
END;

-- The edit took both places, or this step fails as a whole.
CREATE TEMP TABLE edited (n INTEGER CHECK (n = 1));
INSERT INTO edited SELECT count(*) FROM sqlite_schema WHERE name = 'events'
	AND sql LIKE '%INTEGER REFERENCES entries CHECK%' AND sql LIKE '%''purged'', ''login'', ''denied''))%';
DROP TABLE edited;
