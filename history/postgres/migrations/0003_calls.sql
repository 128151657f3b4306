-- begin_entry and finish_entry: each is one round trip and one commit. They do to the rows
-- what Begin and Finish of package history do, statement by statement. Texts that are
-- folded come so from the caller, since only there the rules are those of Go.

-- The ids of distinct values, which are added where they are missing. What another one adds
-- at the same moment is found in the second turn.

CREATE FUNCTION profile_of(p_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM profiles WHERE name = p_name;
		EXIT WHEN FOUND;
		INSERT INTO profiles (name) VALUES (p_name) ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION server_of(p_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM servers WHERE name = p_name AND whole = 1;
		EXIT WHEN FOUND;
		INSERT INTO servers (name, whole) VALUES (p_name, 1) ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION user_of(d jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM users WHERE uid = d->>'uid' AND email = d->>'email' AND name = d->>'name' -- and by users_same
			AND hashtextextended(uid, 0) = hashtextextended(d->>'uid', 0) AND hashtextextended(email, 0) = hashtextextended(d->>'email', 0)
			AND hashtextextended(name, 0) = hashtextextended(d->>'name', 0);
		EXIT WHEN FOUND;
		INSERT INTO users (uid, email, name, folded, search)
			VALUES (d->>'uid', d->>'email', d->>'name', d->>'folded', d->>'search') ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION app_of(d jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM apps WHERE uid = d->>'uid' AND slug = d->>'slug' AND name = d->>'name'
			AND workspace_id = d->>'workspace_id' AND workspace = d->>'workspace' -- and by apps_same
			AND hashtextextended(uid, 0) = hashtextextended(d->>'uid', 0) AND hashtextextended(slug, 0) = hashtextextended(d->>'slug', 0)
			AND hashtextextended(name, 0) = hashtextextended(d->>'name', 0);
		EXIT WHEN FOUND;
		INSERT INTO apps (uid, slug, name, workspace_id, workspace, folded, search, places)
			VALUES (d->>'uid', d->>'slug', d->>'name', d->>'workspace_id', d->>'workspace', d->>'folded', d->>'search', d->>'places')
			ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION issuer_of(d jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM issuers WHERE name = d->>'name' AND machine = d->>'machine';
		EXIT WHEN FOUND;
		INSERT INTO issuers (name, machine, search) VALUES (d->>'name', d->>'machine', d->>'search')
			ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION role_of(p_name text, p_search text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM roles WHERE name = p_name;
		EXIT WHEN FOUND;
		INSERT INTO roles (name, search) VALUES (p_name, p_search) ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION host_of(p_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM hosts WHERE name = p_name;
		EXIT WHEN FOUND;
		INSERT INTO hosts (name) VALUES (p_name) ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

CREATE FUNCTION note_of(p_text text, p_search text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	FOR turn IN 1..3 LOOP
		SELECT id INTO n FROM notes WHERE text = p_text;
		EXIT WHEN FOUND;
		INSERT INTO notes (text, search) VALUES (p_text, p_search) ON CONFLICT DO NOTHING RETURNING id INTO n;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN n;
END
$$;

-- same_person and same_app are the values that mean one person or app, in two steps: those
-- that are named like it, and those that share a name with them. Each step asks indexes.
-- (Functions in PL/pgSQL are planned once in a session, those in SQL at each call.)

CREATE FUNCTION same_person(p_mail text, p_uid text) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
	mails text[];
	uids text[];
BEGIN
	SELECT array_agg(folded) FILTER (WHERE email <> ''), array_agg(uid) FILTER (WHERE uid <> '') INTO mails, uids FROM (
		SELECT uid, folded, email FROM users WHERE folded = p_mail AND p_mail <> '' AND email <> ''
		UNION ALL SELECT uid, folded, email FROM users WHERE uid = ANY (ARRAY[p_uid, lower(p_uid COLLATE "C")]) AND p_uid <> '') seed;
	RETURN ARRAY(SELECT id FROM users WHERE folded = ANY (mails) AND email <> '' UNION SELECT id FROM users WHERE uid = ANY (uids));
END
$$;

CREATE FUNCTION same_app(p_uid text, p_slug text, by_slug boolean) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
	uids text[];
	slugs text[];
BEGIN
	SELECT array_agg(uid) FILTER (WHERE uid <> ''), array_agg(slug) FILTER (WHERE slug <> '') INTO uids, slugs FROM (
		SELECT uid, slug FROM apps WHERE uid = ANY (ARRAY[p_uid, lower(p_uid COLLATE "C")]) AND p_uid <> ''
		UNION ALL SELECT uid, slug FROM apps WHERE slug = p_slug AND p_slug <> '' AND (uid = '' OR by_slug)) seed;
	RETURN ARRAY(SELECT id FROM apps WHERE uid = ANY (uids) UNION SELECT id FROM apps WHERE slug = ANY (slugs) AND uid = '');
END
$$;

-- named_pair are the values that mean a person and those that mean an app, where they have
-- no other names than the given ones: then the first step of same_person and of same_app
-- finds all that the second would. known: whether that is so.
CREATE FUNCTION named_pair(p_mail text, p_uid text, p_app text, p_slug text, OUT known boolean, OUT people bigint[], OUT products bigint[])
	LANGUAGE plpgsql STABLE AS $$
DECLARE
	uids text[] := ARRAY[p_uid, lower(p_uid COLLATE "C")];
	ids text[] := ARRAY[p_app, lower(p_app COLLATE "C")];
	by_slug boolean := p_app = '';
	n record;
BEGIN
	SELECT u.same AS users, u.mails, u.uids, a.same AS apps, a.uids AS ids, a.slugs INTO n
		FROM (SELECT array_agg(id) AS same, array_agg(folded) FILTER (WHERE email <> '') AS mails, array_agg(uid) FILTER (WHERE uid <> '') AS uids FROM (
				SELECT id, uid, folded, email FROM users WHERE folded = p_mail AND p_mail <> '' AND email <> ''
				UNION ALL SELECT id, uid, folded, email FROM users WHERE uid = ANY (uids) AND p_uid <> ''
					AND (folded <> p_mail OR p_mail = '' OR email = '')) seed) u, -- once
			(SELECT array_agg(id) AS same, array_agg(uid) FILTER (WHERE uid <> '') AS uids, array_agg(slug) FILTER (WHERE slug <> '') AS slugs FROM (
				SELECT id, uid, slug FROM apps WHERE uid = ANY (ids) AND p_app <> ''
				UNION ALL SELECT id, uid, slug FROM apps WHERE slug = p_slug AND p_slug <> '' AND (uid = '' OR by_slug)) seed) a;
	known := coalesce(n.mails, '{}') <@ ARRAY[p_mail] AND coalesce(n.uids, '{}') <@ uids
		AND coalesce(n.ids, '{}') <@ ids AND coalesce(n.slugs, '{}') <@ ARRAY[p_slug];
	people := coalesce(n.users, '{}');
	products := coalesce(n.apps, '{}');
END
$$;

-- lock_words keeps others away from each name of a person with each name of an app until
-- the end of the transaction, in order, so that nobody waits in a circle.
CREATE FUNCTION lock_words(people text[], products text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	keys bigint[] := '{}';
	person text;
	app text;
	k bigint;
	held boolean;
BEGIN
	FOREACH person IN ARRAY people LOOP
		FOREACH app IN ARRAY products LOOP
			keys := keys || hashtextextended('patdesk pair ' || person || ' ' || app, 0);
		END LOOP;
	END LOOP;
	IF cardinality(keys) = 2 THEN -- the usual number
		keys := ARRAY[least(keys[1], keys[2]), greatest(keys[1], keys[2])];
	ELSIF cardinality(keys) > 2 THEN
		keys := ARRAY(SELECT DISTINCT unnest(keys) AS key ORDER BY key LIMIT 100);
	END IF;
	FOREACH k IN ARRAY keys LOOP
		held := pg_advisory_xact_lock(k) IS NULL;
	END LOOP;
END
$$;

-- lock_pair keeps others away from a pair until the end of the transaction: one lock for
-- each name of the person with each name of the app, so that whoever knows the pair by any
-- name waits. It gives the values that mean the pair, as they are once the locks are had.
--
-- Usually a pair has no other names than those that the caller knows, and one look when
-- these are locked shows it. Locks on more names would come out of order, so the first ones
-- are given back before: that is what the block is for.
CREATE FUNCTION lock_pair(p_mail text, p_uid text, p_app text, p_slug text, OUT people bigint[], OUT products bigint[]) LANGUAGE plpgsql AS $$
DECLARE
	own_people text[] := array_remove(ARRAY[CASE WHEN p_mail <> '' THEN 'm' || p_mail END, CASE WHEN p_uid <> '' THEN 'u' || lower(p_uid COLLATE "C") END], NULL);
	own_products text[] := array_remove(ARRAY[CASE WHEN p_app <> '' THEN 'i' || lower(p_app COLLATE "C") END, CASE WHEN p_slug <> '' THEN 's' || p_slug END], NULL);
	done text;
	n record;
BEGIN
	BEGIN
		done := lock_words(own_people, own_products);
		n := named_pair(p_mail, p_uid, p_app, p_slug);
		IF NOT n.known THEN
			RAISE EXCEPTION SQLSTATE 'PD001';
		END IF;
		people := n.people;
		products := n.products;
		RETURN;
	EXCEPTION WHEN SQLSTATE 'PD001' THEN
		NULL;
	END;
	people := same_person(p_mail, p_uid);
	products := same_app(p_app, p_slug, p_app = '');
	done := lock_words(
		ARRAY(SELECT unnest(own_people) UNION SELECT 'm' || folded FROM users WHERE id = ANY (people) AND email <> ''
			UNION SELECT 'u' || lower(uid) FROM users WHERE id = ANY (people) AND uid <> ''),
		ARRAY(SELECT unnest(own_products) UNION SELECT 'i' || lower(uid) FROM apps WHERE id = ANY (products) AND uid <> ''
			UNION SELECT 's' || slug FROM apps WHERE id = ANY (products) AND slug <> ''));
	people := same_person(p_mail, p_uid);
	products := same_app(p_app, p_slug, p_app = '');
END
$$;

-- servers_of are all rows of servers that are the one of a name. roots are those that know
-- no path, as the caller compares them.
CREATE FUNCTION servers_of(p_name text, roots jsonb) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN ARRAY(SELECT id FROM servers WHERE whole = 1 AND name = p_name
		UNION ALL SELECT id FROM servers WHERE whole = 0 AND id = ANY (ARRAY(SELECT v::bigint FROM jsonb_array_elements_text(roots) v)));
END
$$;

-- marks are the moments at which a token changes its state: see marksOf of package history.
-- p_life is in nanoseconds.
CREATE FUNCTION marks(p_ends bigint, p_life bigint, OUT soon bigint, OUT urgent bigint) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	u bigint := greatest(least(p_life / 10, 86400000000000) / 1000000, CASE WHEN p_life > 600000000000 THEN 300000 END);
BEGIN
	soon := p_ends - greatest(u, least(p_life / 4, 604800000000000) / 1000000, CASE WHEN p_life > 7200000000000 THEN 3600000 END);
	urgent := p_ends - u;
END
$$;

-- tell writes an event. (Here and below, what a function gives is assigned and not asked for
-- by a statement, which costs several times as much. p_who: of whom the number is known.)
CREATE FUNCTION tell(p_entry bigint, p_action text, p_detail text, d jsonb, p_who bigint DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO events (at, actor_id, via, role, action, entry_id, detail)
		VALUES ((d->>'now')::bigint, coalesce(p_who, (SELECT id FROM issuers WHERE name = d#>>'{actor,name}' AND machine = d#>>'{actor,machine}'), issuer_of(d->'actor')),
			d#>>'{actor,via}', d#>>'{actor,role}', p_action, p_entry, p_detail);
END
$$;

-- tell_denied writes what somebody may not do, unless it was written since p_since or p_most
-- refusals of theirs were: see MarkDenied of package history. They take turns.
CREATE FUNCTION tell_denied(p_what text, p_last text, p_since bigint, p_most bigint, p_look bigint, d jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	who bigint := issuer_of(d->'actor');
	n record;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('patdesk denied ' || who, 0));
	SELECT count(*) AS written, count(*) FILTER (WHERE detail IN (p_what, p_what || p_last) AND via = d#>>'{actor,via}' AND role = d#>>'{actor,role}') AS same
		INTO n FROM (SELECT * FROM events WHERE entry_id IS NULL ORDER BY id DESC LIMIT p_look) v
		WHERE action = 'denied' AND actor_id = who AND at > p_since;
	IF n.same = 0 AND n.written < p_most THEN
		PERFORM tell(NULL, 'denied', p_what || CASE n.written WHEN p_most - 1 THEN p_last ELSE '' END, d);
	END IF;
END
$$;

-- begin_entry records a request before it is sent. status: ok, again (it was recorded before),
-- taken (the row of its run was sent), live (it was to be alone and is not), refused (it was
-- given up before). version is that of the row, and twin whether its server listed another app
-- of the name: the rest of the row the caller knows.
CREATE FUNCTION begin_entry(d jsonb, OUT status text, OUT entry bigint, OUT version text, OUT twin boolean) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	places bigint[];
	was text;
	last_end bigint := (d->>'ends')::bigint;
	m record;
	who bigint;
	n record;
	done text;
BEGIN
	SELECT i.entry_id INTO entry FROM intents i WHERE i.request_id = d->>'request_id';
	IF FOUND THEN
		status := CASE entry WHEN 0 THEN 'refused' ELSE 'again' END;
		RETURN;
	END IF;
	IF d->>'run' <> '' AND (d->>'run_row')::bigint <> 0 THEN
		PERFORM pg_advisory_xact_lock(hashtextextended('patdesk row ' || (d->>'run_row') || ' ' || (d->>'run'), 0));
		SELECT e.outcome INTO was FROM entries e WHERE e.run = d->>'run' AND e.run_row = (d->>'run_row')::bigint ORDER BY e.id DESC LIMIT 1;
		IF FOUND AND was <> 'rejected' AND NOT (was = 'unknown' AND (d->>'after_unknown')::boolean) THEN
			status := 'taken';
			RETURN;
		END IF;
	END IF;
	IF (d->>'alone')::boolean THEN
		n := lock_pair(d->>'mail', d#>>'{user,uid}', d#>>'{app,uid}', d#>>'{app,slug}');
		places := servers_of(d->>'server', d->'roots');
		IF EXISTS (SELECT 1 FROM unnest(n.people) u, unnest(n.products) p, LATERAL (SELECT 1 FROM entries e WHERE e.user_id = u AND e.app_id = p -- one by one: see link_entry
				AND e.server_id = ANY (places) AND e.last > (d->>'server_now')::bigint AND e.class < 3 OFFSET 0) live) THEN
			status := 'live';
			RETURN;
		END IF;
	END IF;
	m := marks(last_end, (d->>'life_ns')::bigint);
	WITH made AS (INSERT INTO entries (profile_id, server_id, class, ends, last, soon_at, urgent_at, user_id, app_id, issuer_id, role_id, host_id, note_id,
			outcome, request_id, begun, worst_ends, life, idle, sent, unit, unit_proven, clock, clock_error, run, run_row, lease)
		VALUES (
			coalesce((SELECT id FROM profiles WHERE name = d->>'profile'), profile_of(d->>'profile')),
			coalesce((SELECT id FROM servers WHERE name = d->>'server' AND whole = 1), server_of(d->>'server')),
			1, last_end, last_end, m.soon, m.urgent,
			coalesce((SELECT id FROM users WHERE uid = d#>>'{user,uid}' AND email = d#>>'{user,email}' AND name = d#>>'{user,name}'
				AND hashtextextended(uid, 0) = hashtextextended(d#>>'{user,uid}', 0) AND hashtextextended(email, 0) = hashtextextended(d#>>'{user,email}', 0)
				AND hashtextextended(name, 0) = hashtextextended(d#>>'{user,name}', 0)), user_of(d->'user')),
			coalesce((SELECT id FROM apps WHERE uid = d#>>'{app,uid}' AND slug = d#>>'{app,slug}' AND name = d#>>'{app,name}'
				AND workspace_id = d#>>'{app,workspace_id}' AND workspace = d#>>'{app,workspace}'
				AND hashtextextended(uid, 0) = hashtextextended(d#>>'{app,uid}', 0) AND hashtextextended(slug, 0) = hashtextextended(d#>>'{app,slug}', 0)
				AND hashtextextended(name, 0) = hashtextextended(d#>>'{app,name}', 0)), app_of(d->'app')),
			coalesce((SELECT id FROM issuers WHERE name = d#>>'{actor,name}' AND machine = d#>>'{actor,machine}'), issuer_of(d->'actor')),
			coalesce((SELECT id FROM roles WHERE hashtextextended(name, 0) = hashtextextended(d->>'role', 0) AND name = d->>'role'), role_of(d->>'role', d->>'role_search')),
			coalesce((SELECT id FROM hosts WHERE name = d->>'host'), host_of(d->>'host')),
			coalesce((SELECT id FROM notes WHERE text = d->>'note'), note_of(d->>'note', d->>'note_search')),
			'pending', d->>'request_id', (d->>'now')::bigint, (d->>'worst')::bigint, (d->>'life')::bigint, (d->>'idle')::bigint,
			(d->>'sent')::bigint, d->>'unit', (d->>'unit_proven')::bigint, (d->>'clock')::bigint, (d->>'clock_error')::bigint,
			nullif(d->>'run', ''), nullif((d->>'run_row')::bigint, 0),
			clock_timestamp() + (d->>'lease')::bigint * interval '1 millisecond')
		RETURNING id, issuer_id), i AS (INSERT INTO intents SELECT d->>'request_id', id, (d->>'now')::bigint FROM made)
		SELECT id, issuer_id INTO entry, who FROM made;
	done := tell(entry, 'begun', d->>'detail', d, who);
	version := pg_current_xact_id()::xid::text; -- xmin of the row
	twin := false;
	IF d#>>'{app,uid}' <> '' AND d#>>'{app,name}' <> '' THEN
		twin := EXISTS (SELECT 1 FROM listed_apps l WHERE l.server = d->>'server' AND l.name = d#>>'{app,name}' AND l.uid <> d#>>'{app,uid}');
	END IF;
	status := 'ok';
END
$$;

-- link_entry finds the place of a row that was just issued in the chain of its pair, and
-- lets the rows next to it point to it. Usually it is the newest; a late answer can belong
-- further back. It gives the rows before and after it, 0 = none, which the caller writes into
-- the row. places: all rows of servers that are its server.
CREATE FUNCTION link_entry(p_id bigint, p_issued bigint, p_mail text, p_uid text, p_app text, p_slug text, places bigint[], OUT older bigint, OUT newer bigint)
	LANGUAGE plpgsql AS $$
DECLARE
	n record;
	heads bigint[];
	behind bigint[];
BEGIN
	older := 0;
	newer := 0;
	n := lock_pair(p_mail, p_uid, p_app, p_slug);
	-- Values are compared one by one: a search for lists of unknown lengths is taken for so
	-- many searches that the database reads all rows of the app instead. Usually there are
	-- few, for which no lists have to be set up.
	IF cardinality(n.people) = 1 AND cardinality(n.products) <= 2 AND cardinality(places) = 1 THEN
		heads := ARRAY(SELECT CASE WHEN (x.issued, x.id) < (p_issued, p_id) THEN x.id ELSE 0 END FROM entries x
			WHERE x.user_id = n.people[1] AND x.app_id IN (n.products[1], n.products[2]) AND x.server_id = places[1] AND x.class = 0
				AND NOT (x.sent = 1 AND x.life = 1000 AND x.older_id = 0 AND x.newer_id = 0) AND x.id <> p_id
			ORDER BY x.issued DESC, x.id DESC);
	ELSE
		heads := ARRAY(SELECT CASE WHEN (x.issued, x.id) < (p_issued, p_id) THEN x.id ELSE 0 END
			FROM unnest(n.people) u, unnest(n.products) p, unnest(places) s,
				LATERAL (SELECT * FROM entries WHERE user_id = u AND app_id = p AND server_id = s AND class = 0 OFFSET 0) x
			WHERE NOT (x.sent = 1 AND x.life = 1000 AND x.older_id = 0 AND x.newer_id = 0) AND x.id <> p_id
			ORDER BY x.issued DESC, x.id DESC);
	END IF;
	IF cardinality(heads) = 0 THEN
		RETURN; -- the first of its pair
	END IF;
	older := heads[1];
	behind := array_remove(heads, 0);
	IF older = 0 THEN -- a newer row came first
		SELECT x.id INTO newer FROM unnest(n.people) u, unnest(n.products) p,
				LATERAL (SELECT * FROM entries WHERE user_id = u AND app_id = p AND server_id = ANY (places) AND class IN (0, 2) OFFSET 0) x
			WHERE NOT (x.sent = 1 AND x.life = 1000 AND x.older_id = 0 AND x.newer_id = 0) AND (x.issued, x.id) > (p_issued, p_id)
			ORDER BY x.issued, x.id LIMIT 1;
		SELECT x.id INTO older FROM unnest(n.people) u, unnest(n.products) p,
				LATERAL (SELECT * FROM entries WHERE user_id = u AND app_id = p AND server_id = ANY (places) AND class IN (0, 2) OFFSET 0) x
			WHERE NOT (x.sent = 1 AND x.life = 1000 AND x.older_id = 0 AND x.newer_id = 0) AND (x.issued, x.id) < (p_issued, p_id)
			ORDER BY x.issued DESC, x.id DESC LIMIT 1;
		older := coalesce(older, 0);
		behind := array_append(behind, older);
		UPDATE entries SET older_id = p_id WHERE id = newer;
	END IF;
	IF cardinality(behind) = 1 THEN
		UPDATE entries SET newer_id = p_id, class = 2 WHERE id = behind[1];
	ELSE
		UPDATE entries SET newer_id = p_id, class = 2 WHERE id = ANY (behind);
	END IF;
END
$$;

-- hand_over notes that the place of a token that was just issued holds the one before it.
CREATE FUNCTION hand_over(p_id bigint, p_older bigint, p_note bigint, p_now bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF p_older = 0 OR p_note = 1 THEN -- 1 is the empty note
		RETURN;
	END IF;
	UPDATE handovers SET entry_id = p_id WHERE entry_id = p_older AND done = 0 AND (SELECT note_id FROM entries WHERE id = p_older) = p_note;
	IF NOT FOUND THEN
		INSERT INTO handovers (entry_id, old_id, since) SELECT p_id, p_older, p_now FROM entries WHERE id = p_older AND note_id = p_note;
	END IF;
END
$$;

-- finish_entry records the outcome of a request. status: ok, same (it was recorded before),
-- finished (another one was), missing, stale (what the row says of its app and
-- server is not what the caller took it for). known: the row was of the version that the
-- caller knows, so with the other values it knows what the row is now.
CREATE FUNCTION finish_entry(r jsonb, p_token bytea, p_url bytea, OUT status text, OUT known boolean, OUT older bigint, OUT newer bigint,
		OUT issued bigint, OUT ends bigint, OUT twin boolean) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	p_id bigint := (r->>'id')::bigint;
	result text := r->>'outcome';
	e record;
	a record;
	l record;
	new_app bigint;
	done text;
	offset_ns bigint;
	error_ns bigint;
	worst bigint;
	ends_ms bigint;
	ends_sub bigint; -- nanoseconds below the millisecond
	issued_ms bigint := 0;
	issued_sub bigint := 0;
	life_ns bigint;
	last_end bigint;
	m record;
BEGIN
	known := false;
	older := 0;
	newer := 0;
	SELECT x.outcome, x.error_id, x.last4, x.fingerprint, x.issued, x.ends, x.begun, x.life, x.sent, x.clock, x.clock_error, x.worst_ends, x.unit_proven,
			x.user_id, x.app_id, x.server_id, x.note_id, x.xmin::text AS version
		INTO e FROM entries x WHERE x.id = p_id FOR UPDATE;
	IF NOT FOUND THEN
		status := 'missing';
		RETURN;
	END IF;
	IF e.outcome <> 'pending' AND NOT (e.outcome = 'unknown' AND result = 'issued') THEN
		status := CASE WHEN e.outcome = result AND e.error_id = r->>'error_id' AND (result <> 'issued'
			OR e.last4 = r->>'last4' AND e.fingerprint = r->>'print' AND coalesce((r->>'issued')::bigint, e.issued) = e.issued)
			THEN 'same' ELSE 'finished' END;
		RETURN;
	END IF;

	offset_ns := e.clock;
	error_ns := e.clock_error;
	IF (r->>'clock')::bigint <> 0 OR (r->>'clock_error')::bigint <> 0 THEN
		offset_ns := (r->>'clock')::bigint;
		error_ns := (r->>'clock_error')::bigint;
	END IF;
	worst := coalesce((r->>'worst')::bigint, e.worst_ends);
	ends_ms := e.ends;
	life_ns := e.life * 1000000;
	last_end := e.ends;
	IF result = 'issued' THEN
		issued_ms := (r->>'issued')::bigint;
		issued_sub := (r->>'issued_sub')::bigint;
		IF issued_ms IS NULL THEN
			issued_sub := (r->>'now_sub')::bigint + offset_ns;
			issued_ms := (r->>'now')::bigint + floor(issued_sub / 1000000.0)::bigint;
			issued_sub := issued_sub - floor(issued_sub / 1000000.0)::bigint * 1000000;
		END IF;
		ends_ms := coalesce((r->>'ends')::bigint, issued_ms + e.life);
		ends_sub := coalesce((r->>'ends_sub')::bigint, issued_sub);
		life_ns := least(9223372036854775807, greatest(-9223372036854775808,
			(ends_ms - issued_ms)::numeric * 1000000 + ends_sub - issued_sub))::bigint;
		last_end := CASE e.unit_proven WHEN 1 THEN ends_ms ELSE greatest(ends_ms, worst) END;
	ELSIF result = 'unknown' THEN
		IF r->>'ends' IS NOT NULL THEN
			ends_ms := greatest((r->>'ends')::bigint, coalesce((r->>'worst')::bigint, 0));
		END IF;
		ends_ms := greatest(ends_ms, worst);
		last_end := ends_ms;
	ELSE -- no token lives: the row counts from the request, by which it is sorted
		ends_ms := e.begun + floor(offset_ns / 1000000.0)::bigint;
		last_end := ends_ms;
	END IF;
	m := marks(ends_ms, life_ns);

	-- The app as the answer has named it.
	SELECT coalesce(nullif(r->>'app_id', ''), p.uid) AS uid, coalesce(nullif(r->>'app_slug', ''), p.slug) AS slug, p.name, p.workspace_id, p.workspace,
			u.uid AS user_uid, CASE WHEN u.email <> '' THEN u.folded ELSE '' END AS mail, s.name AS server, s.whole,
			(SELECT o.id FROM apps o WHERE o.uid = r#>>'{app,uid}' AND o.slug = r#>>'{app,slug}' AND o.name = r#>>'{app,name}' -- and by apps_same
				AND o.workspace_id = r#>>'{app,workspace_id}' AND o.workspace = r#>>'{app,workspace}'
				AND hashtextextended(o.uid, 0) = hashtextextended(r#>>'{app,uid}', 0) AND hashtextextended(o.slug, 0) = hashtextextended(r#>>'{app,slug}', 0)
				AND hashtextextended(o.name, 0) = hashtextextended(r#>>'{app,name}', 0)) AS app,
			p.name <> '' AND EXISTS (SELECT 1 FROM listed_apps o WHERE o.server = s.name AND o.name = p.name AND o.uid <> coalesce(nullif(r->>'app_id', ''), p.uid)) AS twin
		INTO a FROM apps p, users u, servers s WHERE p.id = e.app_id AND u.id = e.user_id AND s.id = e.server_id;
	IF (r#>>'{app,uid}', r#>>'{app,slug}', r#>>'{app,name}', r#>>'{app,workspace_id}', r#>>'{app,workspace}', r->>'named')
			IS DISTINCT FROM (a.uid, a.slug, a.name, a.workspace_id, a.workspace, a.server) THEN
		status := 'stale';
		RETURN;
	END IF;
	new_app := coalesce(a.app, app_of(r->'app'));

	IF result = 'issued' AND NOT (e.sent = 1 AND e.life = 1000) THEN -- else it was only to prove a unit
		l := link_entry(p_id, issued_ms, a.mail, a.user_uid, a.uid, a.slug,
			CASE WHEN a.whole = 1 AND a.server = r->>'server' AND r->'roots' = '[]' THEN ARRAY[e.server_id] ELSE servers_of(r->>'server', r->'roots') END);
		older := l.older;
		newer := l.newer;
	END IF;
	UPDATE entries x SET outcome = result, class = CASE result WHEN 'issued' THEN CASE finish_entry.newer WHEN 0 THEN 0 ELSE 2 END WHEN 'rejected' THEN 3 ELSE 1 END,
			older_id = finish_entry.older, newer_id = finish_entry.newer, lease = NULL, app_id = new_app,
			issued = issued_ms, ends = ends_ms, last = last_end, forked = (last_end > ends_ms)::int, soon_at = m.soon, urgent_at = m.urgent,
			worst_ends = worst, clock = offset_ns, clock_error = error_ns,
			error_id = r->>'error_id', error_title = r->>'error_title', error_text = r->>'error_text', status = (r->>'status')::bigint,
			url_warning = r->>'url_warning', url_missing = r->>'url_missing',
			last4 = CASE result WHEN 'issued' THEN r->>'last4' ELSE x.last4 END,
			fingerprint = CASE WHEN p_token IS NULL THEN x.fingerprint ELSE r->>'print' END,
			key_id = CASE WHEN p_token IS NULL THEN x.key_id ELSE r->>'key_id' END
		WHERE x.id = p_id;
	done := tell(p_id, r->>'action', r->>'detail', r);
	IF p_token IS NOT NULL THEN
		INSERT INTO sealed VALUES (p_id, p_token, coalesce(p_url, ''));
	END IF;
	done := hand_over(p_id, older, e.note_id, (r->>'now')::bigint);
	known := e.version = r->>'version';
	issued := issued_ms;
	ends := ends_ms;
	twin := a.uid <> '' AND a.twin;
	status := 'ok';
END
$$;

-- set_details fills in what was not known of a row's user and app when it was begun. status:
-- ok, missing, stale (what the row says is not what the caller took it for).
CREATE FUNCTION set_details(d jsonb) RETURNS text LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	p_id bigint := (d->>'id')::bigint;
	was jsonb := d->'was';
	now jsonb := d->'now';
	e record;
	l record;
	new_user bigint;
	new_app bigint;
	person bigint[];
	product bigint[];
	turned boolean := (was#>>'{user,uid}') > (now#>>'{user,uid}');
BEGIN
	-- Pairs before rows, as whoever links a row of them has it.
	IF (was->'user', was->'app') IS DISTINCT FROM (now->'user', now->'app') THEN
		FOR turn IN 1..2 LOOP
			PERFORM lock_pair(p->>'mail', p#>>'{user,uid}', p#>>'{app,uid}', p#>>'{app,slug}')
				FROM (SELECT CASE WHEN (turn = 1) = turned THEN now ELSE was END AS p) x;
		END LOOP;
	END IF;
	SELECT x.*, u.uid, u.email, u.name, a.uid AS app_uid, a.slug, a.name AS app_name, a.workspace_id, a.workspace, r.name AS role, s.name AS server INTO e
		FROM entries x JOIN users u ON u.id = x.user_id JOIN apps a ON a.id = x.app_id JOIN roles r ON r.id = x.role_id JOIN servers s ON s.id = x.server_id
		WHERE x.id = p_id FOR UPDATE OF x;
	IF NOT FOUND THEN
		RETURN 'missing';
	END IF;
	IF (e.uid, e.email, e.name, e.app_uid, e.slug, e.app_name, e.workspace_id, e.workspace, e.role, e.server) IS DISTINCT FROM
			(was#>>'{user,uid}', was#>>'{user,email}', was#>>'{user,name}', was#>>'{app,uid}', was#>>'{app,slug}', was#>>'{app,name}',
			was#>>'{app,workspace_id}', was#>>'{app,workspace}', was->>'role', d->>'named') THEN
		RETURN 'stale';
	END IF;
	new_user := user_of(now->'user');
	new_app := app_of(now->'app');
	UPDATE entries SET user_id = new_user, app_id = new_app, role_id = role_of(now->>'role', now->>'role_search'),
			url_warning = coalesce(nullif(d->>'url_warning', ''), url_warning)
		WHERE id = p_id;
	INSERT INTO touches DEFAULT VALUES;
	IF e.outcome <> 'issued' OR (e.user_id, e.app_id) = (new_user, new_app) THEN
		RETURN 'ok';
	END IF;
	-- Out of the chain of its old pair: each row that had this one as its newer moves on to
	-- what comes after it. Then into that of the new one.
	UPDATE entries SET older_id = e.older_id WHERE id = e.newer_id;
	IF e.older_id <> 0 THEN -- so the pair has names
		person := same_person(was->>'mail', e.uid);
		product := same_app(e.app_uid, e.slug, e.app_uid = '');
		UPDATE entries SET newer_id = e.newer_id, class = CASE e.newer_id WHEN 0 THEN 0 ELSE 2 END
			WHERE id IN (SELECT x.id FROM unnest(person) u, unnest(product) p, LATERAL (SELECT id FROM entries
				WHERE user_id = u AND app_id = p AND newer_id = p_id AND server_id = ANY (servers_of(d->>'server', d->'roots')) OFFSET 0) x);
	END IF;
	UPDATE entries SET older_id = 0, newer_id = 0, class = 0 WHERE id = p_id;
	IF NOT (e.sent = 1 AND e.life = 1000) THEN
		l := link_entry(p_id, e.issued, now->>'mail', now#>>'{user,uid}', now#>>'{app,uid}', now#>>'{app,slug}', servers_of(d->>'server', d->'roots'));
		UPDATE entries SET older_id = l.older, newer_id = l.newer, class = CASE l.newer WHEN 0 THEN 0 ELSE 2 END WHERE id = p_id AND (l.older, l.newer) <> (0, 0);
	END IF;
	RETURN 'ok';
END
$$;

-- mark_verified records what ToolJet said about a token. status: ok, missing.
CREATE FUNCTION mark_verified(p_id bigint, p_at bigint, p_result text, p_kind text, p_drift text, d jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	was text;
BEGIN
	SELECT drift INTO was FROM entries WHERE id = p_id FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'missing';
	END IF;
	UPDATE entries SET verified = p_at, verify_result = p_result, drift = p_drift, drift_kind = p_kind, drifted = (p_drift <> '')::int,
			drift_at = CASE p_drift WHEN '' THEN 0 ELSE (d->>'now')::bigint END
		WHERE id = p_id;
	PERFORM tell(p_id, 'verified', p_result, d);
	IF was <> p_drift AND p_drift = '' THEN
		PERFORM tell(p_id, 'drift_cleared', was, d);
	ELSIF was <> p_drift THEN
		PERFORM tell(p_id, 'drift', p_drift, d);
	END IF;
	RETURN 'ok';
END
$$;

-- lose_entries turns pending rows that nobody will finish into unknown ones: those whose
-- lease is over, or the given ones. Rows that somebody else is at are left to them.
CREATE FUNCTION lose_entries(d jsonb, which bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	gone bigint[];
BEGIN
	gone := ARRAY(SELECT id FROM entries WHERE outcome = 'pending'
			AND (id = ANY (which) OR which IS NULL AND coalesce(lease, '-infinity') < clock_timestamp())
		ORDER BY id FOR UPDATE SKIP LOCKED);
	IF cardinality(gone) = 0 THEN
		RETURN 0;
	END IF;
	PERFORM tell(g, 'unknown', d->>'title', d) FROM unnest(gone) g;
	UPDATE entries SET outcome = 'unknown', run_id = 0, lease = NULL, error_title = d->>'title', error_text = d->>'text' WHERE id = ANY (gone);
	RETURN cardinality(gone);
END
$$;

-- give_up says that a request will not be sent, although it may have been recorded or be
-- about to be: its row, 0 if there is none and there will be none.
CREATE FUNCTION give_up(p_request text, p_now bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	INSERT INTO intents VALUES (p_request, 0, p_now) ON CONFLICT DO NOTHING;
	SELECT entry_id INTO n FROM intents WHERE request_id = p_request;
	RETURN n;
END
$$;
