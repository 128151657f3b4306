package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"patdesk/history"
	"patdesk/secret"
)

//go:embed migrations/*.sql
var migrations embed.FS

// steps are the changes of the tables, in order. Step n takes version n-1 to version n. A
// released step is never changed.
func steps() []string {
	names, _ := fs.Glob(migrations, "migrations/*.sql") // sorted; the pattern is well formed
	all := make([]string, len(names))
	for i, name := range names {
		b, _ := migrations.ReadFile(name) // Glob has just found it
		all[i] = string(b)
	}
	return all
}

// Migrate makes the tables of a history, or brings them to the version of this program,
// as their owner, and lets a role use them; "" = the owner alone does. It returns the
// version before and after. Whoever migrates at the same time waits. A newer version is
// an *history.Error of kind Newer.
func Migrate(ctx context.Context, rawURL string, password func(context.Context) (secret.Text, error), role string) (before, after int, err error) {
	const action = "migrate the history"
	t, err := parse(rawURL)
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", action, err)
	}
	s := &Store{name: t.name}
	pool, err := t.connect(ctx, Options{Password: password, Conns: 1})
	if err != nil {
		return 0, 0, s.fail(ctx, action, err)
	}
	defer pool.Close()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
		before, after, err = s.migrate(ctx, tx, role)
		return err
	})
	return before, after, s.fail(ctx, action, err)
}

func (s *Store) migrate(ctx context.Context, tx pgx.Tx, role string) (before, after int, err error) {
	var server int
	if err := tx.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`, pgx.QueryExecModeExec).Scan(&server); err != nil {
		return 0, 0, err
	}
	if err := s.checkServer(server); err != nil {
		return 0, 0, err
	}
	for _, q := range []string{
		`SELECT pg_advisory_xact_lock(hashtextextended('patdesk migrate', 0))`,
		`CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)`,
		`INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version)`,
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return 0, 0, err
		}
	}
	if err := tx.QueryRow(ctx, `SELECT version FROM schema_version`).Scan(&before); err != nil {
		return 0, 0, err
	}
	all := steps()
	if before > len(all) {
		return before, before, s.checkSchema(before)
	}
	for i, step := range all[before:] {
		if _, err := tx.Conn().PgConn().Exec(ctx, step).ReadAll(); err != nil {
			return before, before, placed(err, step, before+i+1)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE schema_version SET version = $1 WHERE version <> $1`, len(all)); err != nil {
		return before, before, err
	}
	return before, len(all), s.grant(ctx, tx, role)
}

// RoleOf is the role of a URL that has to be let use the tables of an owner's; "" if it is
// the owner.
func RoleOf(used, owner string) string {
	u, err := parseURL(used)
	if err != nil {
		return ""
	}
	if o, err := parseURL(owner); err == nil && o.user == u.user {
		return ""
	}
	return u.user
}

// placed names the line of a step that failed.
func placed(err error, step string, version int) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || e.Position == 0 || int(e.Position) > len(step) {
		return fmt.Errorf("step %d: %w", version, err)
	}
	return fmt.Errorf("step %d, line %d: %w", version, 1+strings.Count(step[:e.Position], "\n"), err)
}

// grant lets a role do what the program does, and no more: events and seals are only ever
// added, and nothing but dead texts, old lists and what was added up is deleted.
func (s *Store) grant(ctx context.Context, tx pgx.Tx, role string) error {
	var schema string
	if err := tx.QueryRow(ctx, `SELECT quote_ident(current_schema())`).Scan(&schema); err != nil {
		return err
	}
	guarded := `settled_events(), adopt(text, text), follow_ids()`
	grants := []string{`REVOKE EXECUTE ON FUNCTION ` + guarded + ` FROM PUBLIC`}
	if role != "" {
		to := ` TO ` + pgx.Identifier{role}.Sanitize()
		grants = append(
			grants,
			`GRANT USAGE ON SCHEMA `+schema+to,
			`GRANT SELECT ON ALL TABLES IN SCHEMA `+schema+to,
			`GRANT INSERT ON noted_keys, profiles, users, apps, issuers, roles, hosts, notes, servers, entries, intents, sealed, events, seals,
				listings, listed_users, listed_workspaces, listed_apps, plans, plan_rows, server_hosts, handovers, server_clocks, tally_base, tally_deltas, touches`+to,
			`GRANT UPDATE ON servers, entries, listings, plans, plan_rows, server_hosts, handovers, server_clocks, tally_base`+to,
			`GRANT DELETE ON sealed, intents, listed_users, listed_workspaces, listed_apps, tally_deltas, touches`+to,
			`GRANT EXECUTE ON FUNCTION `+guarded+to,
		)
	}
	for _, g := range grants {
		_, err := tx.Exec(ctx, g)
		if code(err) == codeUndefinedObject && role != "" {
			return &history.Error{Kind: history.Denied, Path: s.name, Err: fmt.Errorf("there is no role %q that could use the tables: make it, or name another with --role", role)}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
