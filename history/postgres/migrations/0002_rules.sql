-- What keeps the rows true whoever writes them, and the functions that SQLite has and
-- PostgreSQL has not, for the statements that both engines share.

CREATE FUNCTION iif(cond boolean, yes bigint, no bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT CASE WHEN cond THEN yes ELSE no END';
CREATE FUNCTION max(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT greatest(a, b)';
CREATE FUNCTION max(a bigint, b bigint, VARIADIC more bigint[]) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT greatest(a, b, (SELECT pg_catalog.max(v) FROM unnest(more) v))';
CREATE FUNCTION min(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT least(a, b)';
CREATE FUNCTION min(a bigint, b bigint, VARIADIC more bigint[]) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT least(a, b, (SELECT pg_catalog.min(v) FROM unnest(more) v))';
CREATE FUNCTION instr(whole text, part text) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT strpos(whole, part)::bigint';
-- part_of is the pattern of LIKE for texts that hold a part, whatever is in it.
CREATE FUNCTION part_of(part text) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$SELECT '%' || replace(replace(replace(part, '\', '\\'), '%', '\%'), '_', '\_') || '%'$$;
CREATE FUNCTION group_concat_add(done text, n bigint) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$SELECT coalesce(done || ',' || n::text, done, n::text)$$;
CREATE AGGREGATE group_concat(bigint) (SFUNC = group_concat_add, STYPE = text);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the history never % %', TG_ARGV[0], TG_ARGV[1] USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse('forgets', 'a row');
CREATE TRIGGER entries_whole BEFORE TRUNCATE ON entries EXECUTE FUNCTION refuse('forgets', 'a row');
CREATE TRIGGER events_kept BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse('forgets', 'an event');
CREATE TRIGGER events_whole BEFORE TRUNCATE ON events EXECUTE FUNCTION refuse('forgets', 'an event');
CREATE TRIGGER events_same BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse('changes', 'an event');
CREATE TRIGGER seals_kept BEFORE DELETE ON seals FOR EACH ROW EXECUTE FUNCTION refuse('forgets', 'a seal');
CREATE TRIGGER seals_whole BEFORE TRUNCATE ON seals EXECUTE FUNCTION refuse('forgets', 'a seal');
CREATE TRIGGER seals_same BEFORE UPDATE ON seals FOR EACH ROW EXECUTE FUNCTION refuse('changes', 'a seal');

-- count_entry refuses rows that say two things at once, and counts the others. (Whether the
-- class is another one is asked here, since a condition of the trigger is read from its text
-- by each statement. The server of a row is never changed.)
CREATE FUNCTION count_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF ((NEW.drifted | NEW.unit_proven | NEW.forked) BETWEEN 0 AND 1 AND CASE NEW.class
			WHEN 1 THEN NEW.outcome IN ('pending', 'unknown')
			WHEN 3 THEN NEW.outcome = 'rejected'
			ELSE NEW.class IN (0, 2) AND NEW.outcome = 'issued' END) IS NOT TRUE THEN
		RAISE EXCEPTION 'row % says two things at once', NEW.id USING ERRCODE = 'check_violation';
	END IF;
	IF TG_OP = 'INSERT' THEN
		INSERT INTO tally_deltas VALUES (NEW.server_id, NEW.class);
	ELSIF NEW.class <> OLD.class THEN
		INSERT INTO tally_deltas VALUES (NEW.server_id, NEW.class, OLD.class);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER entries_added AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION count_entry();
CREATE TRIGGER entries_moved AFTER UPDATE OF class, outcome, drifted, unit_proven, forked ON entries FOR EACH ROW EXECUTE FUNCTION count_entry();

-- fold_tally adds the differences up, unless somebody else is doing it, and returns how
-- many there were.
CREATE FUNCTION fold_tally() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	folded bigint;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtextextended('patdesk tally', 0)) THEN
		RETURN 0;
	END IF;
	WITH gone AS (DELETE FROM tally_deltas RETURNING server_id, class, was),
		added AS (
			INSERT INTO tally_base SELECT server_id, class, sum(d) FROM (
					SELECT server_id, class, 1 AS d FROM gone UNION ALL SELECT server_id, was, -1 FROM gone WHERE was IS NOT NULL) moved GROUP BY 1, 2
			ON CONFLICT (server_id, class) DO UPDATE SET n = tally_base.n + excluded.n)
	SELECT count(*) INTO folded FROM gone;
	RETURN folded;
END
$$;

-- settled_events is the newest event before which none can come any more: numbers are
-- given out before their rows are committed. It waits for whoever is writing.
CREATE FUNCTION settled_events() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
	LOCK TABLE events IN SHARE MODE;
	RETURN (SELECT coalesce(max(id), 0) FROM events);
END
$$;

-- adopt makes an empty history that of another database whose rows it will take over:
-- tokens are sealed for the identity of their database.
CREATE FUNCTION adopt(identity text, since text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM entries) THEN
		RETURN EXISTS (SELECT 1 FROM meta WHERE key = 'uuid' AND value = identity);
	END IF;
	UPDATE meta SET value = CASE key WHEN 'uuid' THEN identity ELSE since END WHERE key IN ('uuid', 'created');
	RETURN true;
END
$$;

-- follow_ids lets new rows be numbered behind those that were taken over with their numbers.
CREATE FUNCTION follow_ids() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['profiles', 'users', 'apps', 'issuers', 'roles', 'hosts', 'notes', 'servers', 'entries', 'events', 'plans', 'handovers'] LOOP
		EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), greatest(1, max(id)), max(id) IS NOT NULL) FROM %I', t, t);
	END LOOP;
END
$$;
