// Package historytest fills a history with made-up rows, for tests and
// benchmarks only. It writes to the tables directly, which nothing else may do.
package historytest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"patdesk/history"
	"patdesk/secret"
)

// Profile is the profile of every row that Fill makes.
const Profile = "acme-prod"

// Server is the server of the rows of a Past that names no other.
const Server = "https://tooljet.example.com:443"

// sealedRows is how many of the newest rows get a token that can be revealed.
const sealedRows = 100

// Past is what Fill makes: rows of the two years before Now, five apps per user,
// all states.
type Past struct {
	Rows, Users, Apps int
	Now               time.Time
	Key               secret.Key // seals the newest tokens; the zero key: there are none
	Server            string     // as address.Server gives it; "" is the constant Server
}

// Fill makes a new history at path. The same past gives the same rows, except for
// their tokens. A million rows take about ten seconds.
func Fill(ctx context.Context, path string, p Past) (err error) {
	if p.Server == "" {
		p.Server = Server
	}
	s, err := history.Open(ctx, history.Options{Path: path})
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	// The driver is registered by package history.
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_synchronous=OFF&_txlock=immediate&_cache_size=-200000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	later, err := dropIndexes(ctx, tx)
	if err != nil {
		return err
	}
	for _, q := range append([]string{terms(p), rows(p), entries, events, tally}, later...) {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("fill the history: %w", err)
		}
	}
	if err := seal(ctx, tx, p.Key); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// dropIndexes removes what slows down a bulk insert and returns how to make it again.
func dropIndexes(ctx context.Context, tx *sql.Tx) ([]string, error) {
	found, err := tx.QueryContext(ctx, `SELECT type, name, sql FROM sqlite_schema
		WHERE tbl_name IN ('entries', 'events') AND type IN ('index', 'trigger') AND sql IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var drop, make []string
	for found.Next() {
		var kind, name, q string
		if err := found.Scan(&kind, &name, &q); err != nil {
			return nil, err
		}
		drop, make = append(drop, "DROP "+kind+" "+name), append(make, q)
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		return nil, err
	}
	for _, q := range drop {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	return make, nil
}

func terms(p Past) string {
	return fmt.Sprintf(`
		CREATE TEMP TABLE generate AS
			WITH RECURSIVE g(value) AS (VALUES (1) UNION ALL SELECT value + 1 FROM g WHERE value < %[4]d) SELECT value FROM g;
		INSERT INTO profiles (id, name) VALUES (1, '%[3]s');
		INSERT INTO hosts (id, name) VALUES (1, 'https://tooljet.example.com');
		INSERT INTO servers (id, name, whole) VALUES (1, '%[5]s', 1);
		INSERT INTO roles (id, name, search) VALUES (1, 'end-user', 'end-user'), (2, 'builder', 'builder'), (3, 'admin', 'admin');
		INSERT INTO issuers (id, name, machine, search) VALUES (1, 'kim', 'laptop-7', 'kim' || char(10) || 'laptop-7'),
			(2, 'lee', 'desk-2', 'lee' || char(10) || 'desk-2'), (3, 'ci', 'runner', 'ci' || char(10) || 'runner');
		INSERT INTO notes (id, text, search)
			SELECT value + 1, 'Portal page ' || value, 'portal page ' || value FROM generate WHERE value <= 1000;
		INSERT INTO users (id, uid, email, name, folded, search)
			SELECT value, uid, email, name, email, email || char(10) || lower(name) || char(10) || uid FROM (
				SELECT value, printf('51000000-0000-4000-8000-%%012d', value) AS uid,
					printf('%%s.%%s%%d@%%s.example.com', first, last, value, dept) AS email,
					printf('%%s %%s', upper(substr(first, 1, 1)) || substr(first, 2), upper(substr(last, 1, 1)) || substr(last, 2)) AS name
				FROM (SELECT value,
					json_extract('["ana","bo","cy","dee","eve","fay","gil","hal","ivy","kit"]', '$[' || (value %% 10) || ']') AS first,
					json_extract('["abel","brook","cole","dunn","ellis","frost","grant"]', '$[' || (value %% 7) || ']') AS last,
					json_extract('["sales","ops","field"]', '$[' || (value %% 3) || ']') AS dept
				FROM generate WHERE value <= %[1]d));
		INSERT INTO apps (id, uid, slug, name, workspace_id, workspace, folded, search, places)
			SELECT value, uid, slug, name, 'w' || (value %% 4), 'Workspace ' || (value %% 4), lower(name),
				lower(name) || char(10) || slug || char(10) || uid, 'workspace ' || (value %% 4) FROM (
				SELECT value, printf('8b000000-0000-4000-8000-%%012d', value) AS uid, printf('app-%%d', value) AS slug,
					json_extract('["Orders portal","Stock desk","Field visits","Returns","Invoices"]', '$[' || (value %% 5) || ']')
						|| ' ' || value AS name
				FROM generate WHERE value <= %[2]d);
		`, p.Users, p.Apps, Profile, max(p.Rows, p.Users, p.Apps, 1000), p.Server)
}

// rows makes the table "made": per row a time, a pair, a life and an outcome,
// spread by multiplicative hashing. Times are whole seconds, as a Date header is.
func rows(p Past) string {
	const twoYears = 2 * 365 * 24 * time.Hour
	return fmt.Sprintf(`CREATE TEMP TABLE made AS
		SELECT id, user_id, (user_id * 7 + (h / 64) %% 5) %% %[3]d + 1 AS app_id, begun, life,
			CASE WHEN h %% 100 < 96 THEN 'issued' WHEN h %% 100 < 98 THEN 'rejected' ELSE 'unknown' END AS outcome,
			h %% 3 + 1 AS issuer_id, CASE WHEN h %% 10 < 7 THEN 1 WHEN h %% 10 < 9 THEN 2 ELSE 3 END AS role_id,
			CASE WHEN h %% 1000 = 7 THEN h / 1000 %% 1000 + 2 ELSE 1 END AS note_id, h
		FROM (SELECT value AS id, (value * 2654435761 %% 4294967296) * 48271 %% 2147483647 AS h,
				(value * 40503 + value / 7) %% %[2]d + 1 AS user_id,
				(%[4]d - CAST((%[1]d - value) * 1.0 / %[1]d * %[5]d AS INTEGER)) / 1000 * 1000 AS begun,
				json_extract('[3600000,28800000,86400000,604800000,2592000000,7776000000]', '$[' || (value * 2654435761 / 65536 %% 6) || ']') AS life
			FROM generate WHERE value <= %[1]d)`,
		p.Rows, p.Users, p.Apps, p.Now.UnixMilli(), twoYears.Milliseconds())
}

// entries links the rows of a pair and gives every row its place.
const entries = `
	INSERT INTO entries (id, profile_id, server_id, class, ends, last, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id,
			host_id, note_id, outcome, request_id, begun, issued, life, idle, sent, unit, unit_proven, clock, clock_error,
			older_id, newer_id, last4, fingerprint, key_id, error_id, error_title, error_text, status, drift)
	SELECT id, 1, 1,
		CASE WHEN outcome = 'rejected' THEN 3 WHEN outcome = 'unknown' THEN 1 WHEN newer_id > 0 THEN 2 ELSE 0 END,
		ends, ends, ends - min(life / 4, 604800000), ends - min(life / 10, 86400000), drifted,
		user_id, app_id, issuer_id, role_id, 1, note_id, outcome,
		printf('%08x-0000-4000-8000-%012x', h, id), begun, iif(outcome = 'issued', begun, 0), life, 60, life / 1000, 'seconds', 1,
		0, 1000000000, older_id, newer_id,
		iif(outcome = 'issued', printf('%04x', h % 65536), ''), iif(outcome = 'issued', printf('%016x', h), ''),
		'', CASE outcome WHEN 'rejected' THEN 'H404u' WHEN 'unknown' THEN 'N5' ELSE '' END,
		CASE outcome WHEN 'rejected' THEN 'User or app not found' WHEN 'unknown' THEN 'No answer in time; token may exist' ELSE '' END,
		'', CASE outcome WHEN 'rejected' THEN 404 WHEN 'issued' THEN 201 ELSE 0 END,
		iif(drifted, 'role is builder now', '')
	FROM (SELECT *, iif(outcome = 'issued' AND h % 97 = 0, 1, 0) AS drifted,
			iif(outcome = 'rejected', begun, begun + life) AS ends,
			iif(outcome = 'issued', coalesce(lag(id) OVER pairs, 0), 0) AS older_id,
			iif(outcome = 'issued', coalesce(lead(id) OVER pairs, 0), 0) AS newer_id
		FROM made WINDOW pairs AS (PARTITION BY user_id, app_id, outcome = 'issued' ORDER BY begun, id))
	ORDER BY id`

// events tells of each row that it was begun, how it ended and, of a token, that
// it was copied a minute later.
const events = `
	INSERT INTO events (at, actor_id, via, action, entry_id, detail)
	SELECT at, issuer_id, iif(h % 4 = 0, 'command', 'console'), action, id, detail FROM (
		SELECT begun AS at, 0 AS n, issuer_id, h, 'begun' AS action, id, '3600 sent as seconds, idle 60 min' AS detail FROM made
		UNION ALL SELECT begun, 1, issuer_id, h, outcome, id, CASE outcome WHEN 'issued' THEN '' WHEN 'rejected' THEN 'User or app not found'
			ELSE 'No answer in time; token may exist' END FROM made
		UNION ALL SELECT begun + 60000, 2, issuer_id, h, 'copied', id, 'url' FROM made WHERE outcome = 'issued')
	ORDER BY at, id, n`

const tally = `INSERT INTO tally SELECT server_id, class, count(*) FROM entries GROUP BY 1, 2; DROP TABLE made; DROP TABLE generate`

// seal gives the newest issued rows a token and a URL.
func seal(ctx context.Context, tx *sql.Tx, key secret.Key) error {
	if key.IsZero() {
		return nil
	}
	var uuid string
	if err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'uuid'`).Scan(&uuid); err != nil {
		return err
	}
	found, err := tx.QueryContext(ctx, `SELECT id FROM entries WHERE outcome = 'issued' ORDER BY id DESC LIMIT ?`, sealedRows)
	if err != nil {
		return err
	}
	defer found.Close()
	var ids []int64
	for found.Next() {
		var id int64
		if err := found.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		return err
	}
	for _, id := range ids {
		token := secret.New(fmt.Sprintf("pat_%064x", id))
		link := secret.New("https://tooljet.example.com/embed-apps/8b000000?personal-access-token=" + token.Reveal(secret.ForSealing))
		t, err := key.Seal(secret.Place{DB: uuid, Table: "sealed", Column: "token", Row: id}, token)
		if err != nil {
			return err
		}
		u, err := key.Seal(secret.Place{DB: uuid, Table: "sealed", Column: "url", Row: id}, link)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO sealed VALUES (?, ?, ?)`, id, t, u); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE entries SET last4 = ?, fingerprint = ?, key_id = ? WHERE id = ?`,
			token.Last4(), key.Fingerprint(token), key.ID(), id); err != nil {
			return err
		}
	}
	return nil
}
