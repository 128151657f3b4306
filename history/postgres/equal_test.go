package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"patdesk/history"
	"patdesk/secret"
)

// ledger is what both engines are asked here.
type ledger interface {
	Begin(context.Context, history.Draft) (history.Entry, error)
	Finish(context.Context, int64, history.Result) (history.Entry, error)
	SetDetails(context.Context, int64, history.Details) (history.Entry, error)
	MarkVerified(ctx context.Context, id int64, at time.Time, result, kind, drift string) error
	MarkLogin(ctx context.Context, how string) error
	MarkDenied(ctx context.Context, what string) error
}

// twins are two histories to which the same is done.
type twins struct {
	lite, post ledger
	dump       [2]*sql.DB
}

// oldServer is a server as the first schema knew it.
const oldServer = "https://tooljet.example.com"

func newTwins(t *testing.T, keep bool) twins {
	t.Helper()
	key := newKey(t)
	path := filepath.Join(t.TempDir(), "data", "history.db")
	options := options(t, fresh(t).URL, key)
	options.KeepTokens, options.Stays = keep, keep // as a console, mostly
	one := history.Options{Path: path, KeepTokens: keep, Key: options.Key, Actor: me()}
	lite, err := history.Open(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lite.Close() })
	plain, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plain.Close() })
	first := open(t, options)
	both := twins{lite: lite, dump: [2]*sql.DB{plain, first.db}}
	both.run(t, `INSERT INTO servers (name, whole) VALUES ('`+oldServer+`', 0)`)
	for i, server := range []string{"https://tooljet.example.com", "https://tooljet.example.com/tj"} { // another app of the name
		both.run(t, fmt.Sprintf(`INSERT INTO listed_apps (server, place, uid, slug, name, workspace_id, workspace) VALUES ('%s', %d, 'another', '', 'Ürders', '', '')`, history.ServerName(server), i))
	}
	post := open(t, options) // reads the old server
	both.post, both.dump[1] = post, post.db
	return both
}

// run runs a statement on both.
func (b twins) run(t *testing.T, q string) {
	t.Helper()
	for i, db := range b.dump {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%d: %s: %v", i, q, err)
		}
	}
}

// rows are the rows of a query as text.
func rows(t *testing.T, db *sql.DB, q string) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	defer found.Close()
	names, _ := found.Columns()
	var all []string
	for found.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := found.Scan(values...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(values))
		for i, v := range values {
			p, _ := v.(*any)
			if b, ok := (*p).([]byte); ok {
				*p = string(b)
			}
			line[i] = names[i] + "=" + fmt.Sprint(*p)
		}
		all = append(all, strings.Join(line, " "))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// The tables, without the moments at which the test itself ran.
func tables() []string {
	return []string{
		`SELECT id, profile_id, class, ends, soon_at, urgent_at, drifted, user_id, app_id, issuer_id, role_id, host_id, note_id, outcome, request_id,
			issued, worst_ends, life, idle, sent, unit, unit_proven, clock, clock_error, older_id, newer_id, last4, fingerprint, key_id, url_warning,
			error_id, error_title, error_text, status, server_id, last, forked, run, run_row, url_missing FROM entries ORDER BY id`,
		`SELECT * FROM profiles ORDER BY id`,
		`SELECT * FROM users ORDER BY id`,
		`SELECT * FROM apps ORDER BY id`,
		`SELECT * FROM issuers ORDER BY id`,
		`SELECT * FROM roles ORDER BY id`,
		`SELECT * FROM hosts ORDER BY id`,
		`SELECT * FROM notes ORDER BY id`,
		`SELECT * FROM servers ORDER BY id`,
		`SELECT id, actor_id, via, role, action, entry_id, detail FROM events ORDER BY id`,
		`SELECT id, entry_id, old_id, done FROM handovers ORDER BY id`,
		`SELECT entry_id, length(token) AS token, length(url) AS url FROM sealed ORDER BY entry_id`,
	}
}

func (b twins) compare(t *testing.T) {
	t.Helper()
	for _, q := range tables() {
		if d := cmp.Diff(rows(t, b.dump[0], q), rows(t, b.dump[1], q)); d != "" {
			t.Errorf("%.60s (- SQLite, + PostgreSQL):\n%s", q, d)
		}
	}
}

// same does something to both and compares what they return.
func (b twins) same(t *testing.T, what string, do func(ledger) (history.Entry, error)) history.Entry {
	t.Helper()
	one, err1 := do(b.lite)
	two, err2 := do(b.post)
	for _, known := range []error{history.ErrLive, history.ErrRowTaken, history.ErrFinished, history.ErrNotFound, nil} {
		if errors.Is(err1, known) != errors.Is(err2, known) {
			t.Fatalf("%s: SQLite: %v, PostgreSQL: %v", what, err1, err2)
		}
	}
	if d := cmp.Diff(one, two, cmpopts.IgnoreFields(history.Entry{}, "Begun", "DriftAt")); d != "" {
		t.Fatalf("%s (- SQLite, + PostgreSQL):\n%s", what, d)
	}
	if s, ok := b.post.(*Store); ok && two.ID != 0 {
		read, err := s.get(t.Context(), two.ID)
		if d := cmp.Diff(read, two); d != "" || err != nil {
			t.Fatalf("%s (- read, + returned): %v\n%s", what, err, d)
		}
	}
	return two
}

// both does something to both that gives nothing.
func (b twins) both(t *testing.T, what string, do func(ledger) error) {
	t.Helper()
	b.same(t, what, func(l ledger) (history.Entry, error) { return history.Entry{}, do(l) })
}

// dice makes random requests and outcomes of few people and apps.
type dice struct{ *rand.Rand }

func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) draft(n int) history.Draft {
	person := one(d, "ana", "BO", "cy")
	uid := "51000000-0000-4000-8000-00000000000" + person[:1] // ends with a letter that has two cases
	product := one(d, "orders", "stock")
	appID := "8b000000-0000-4000-8000-00000000000" + product[:1]
	at := epoch().Add(time.Duration(d.IntN(1000)) * 7 * time.Millisecond)
	life := one(d, time.Second, 5*time.Minute, 11*time.Minute, time.Hour, 3*time.Hour, 40*24*time.Hour, 90*time.Second+time.Microsecond)
	r := history.Draft{
		RequestID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Profile: one(d, "acme", "acme-2"), Host: "https://tooljet.example.com",
		Server:    one(d, "", "https://tooljet.example.com/", "https://TOOLJET.example.com/tj", "https://other.example.com"),
		UserEmail: one(d, "", person+"@example.com", strings.ToUpper(person)+"@example.com"), UserID: one(d, "", uid, strings.ToUpper(uid)),
		UserName: one(d, "", "Ana Ábel\x00"), AppSlug: one(d, "", product), AppID: one(d, "", appID, strings.ToUpper(appID)), AppName: one(d, "", "Ürders"),
		Workspace: one(d, "", "Sales"), Role: one(d, "", "builder"), Life: life, IdleMinutes: int64(d.IntN(90)), SentExpiry: one(d, int64(1), 3600), Unit: "seconds",
		UnitProven: d.IntN(2) == 0, Expires: at.Add(life), Note: one(d, "", "Portal A", "Portal B"), Alone: d.IntN(3) == 0, AfterUnknown: d.IntN(2) == 0,
		ClockOffset: one(d, 0, -1500*time.Microsecond, 90*time.Second), ClockUncertainty: one(d, 0, time.Second),
	}
	r.UserName = strings.ReplaceAll(r.UserName, "\x00", "") // which only SQLite keeps
	if !r.UnitProven {
		r.WorstExpires = one(d, time.Time{}, at.Add(60*life), at.Add(life/2))
	}
	if d.IntN(4) == 0 {
		r.Run, r.RunRow = one(d, "11111111-0000-4000-8000-000000000000", ""), 1+d.IntN(3)
	}
	return r
}

func (d dice) result() history.Result {
	at := epoch().Add(time.Duration(d.IntN(1_000_000_000)) * 7 * time.Microsecond)
	r := history.Result{
		Outcome: one(d, history.Issued, history.Issued, history.Issued, history.Rejected, history.Unknown), Status: one(d, 0, 201, 404),
		ClockOffset: one(d, 0, -700*time.Microsecond), ErrorID: one(d, "", "H404u"), ErrorTitle: one(d, "", "Not found"), ErrorText: one(d, "", "{}"),
		WorstExpires: one(d, time.Time{}, at.Add(time.Hour), at.Add(9000*time.Hour)),
	}
	switch r.Outcome {
	case history.Issued:
		r.Token = secret.New(one(d, "pat_00112233445566778899aabbccddeeff", "pat_ff112233445566778899aabbccdd0000"))
		r.URL = one(d, secret.Text{}, secret.New("https://tooljet.example.com/embed"))
		r.AppID, r.AppSlug = one(d, "", "8b000000-0000-4000-8000-00000000000o"), one(d, "", "new-slug")
		r.Issued = at
		r.Expires = one(d, time.Time{}, at.Add(time.Hour+333*time.Nanosecond), at.Add(-time.Minute), at.Add(500*24*time.Hour))
		r.URLWarning, r.URLMissing = one(d, "", "odd\nodder"), one(d, "", "it is empty")
	default:
		r.Expires = one(d, time.Time{}, at)
	}
	return r
}

// Ensure both engines write the same rows, to the last column, and return the same, for
// whatever order of requests and outcomes.
func TestStore_WritesWhatSQLiteWrites(t *testing.T) {
	t.Parallel()
	sequences(t, 2, 60)
}

func TestSweep_StoreWritesWhatSQLiteWrites(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("PATDESK_LONG is not set")
	}
	sequences(t, 25, 100)
}

func sequences(t *testing.T, runs, length int) {
	t.Helper()
	for n := range runs {
		t.Run(fmt.Sprint(n), func(t *testing.T) { sequence(t, n, length) })
	}
}

func sequence(t *testing.T, n, length int) {
	t.Helper()
	both := newTwins(t, n%4 != 3)
	d := dice{rand.New(rand.NewPCG(uint64(n), 1))}
	begun := 0
	for i := range length {
		if begun > 0 && d.IntN(5) >= 2 {
			id, r := int64(1+d.IntN(begun+1)), d.result()
			both.same(t, fmt.Sprintf("finish %d of row %d: %+v", i, id, r), func(l ledger) (history.Entry, error) { return l.Finish(t.Context(), id, r) })
			continue
		}
		r := d.draft(i)
		e := both.same(t, fmt.Sprintf("begin %d: %+v", i, r), func(l ledger) (history.Entry, error) { return l.Begin(t.Context(), r) })
		begun = max(begun, int(e.ID))
		both.run(t, fmt.Sprintf(`UPDATE entries SET begun = %d WHERE id = %d`, epoch().UnixMilli()+int64(i), e.ID)) // one moment for both
		if p, ok := both.post.(*Store); ok && e.ID != 0 && d.IntN(4) != 0 {                                         // else the row was changed since, for all that it knows
			p.forget(e.ID)
			now, err := p.pendingRow(t.Context(), e.ID)
			if err != nil {
				t.Fatal(err)
			}
			p.began(now.entry, now.version)
		}
		if e.ID != 0 && d.IntN(8) == 0 {
			both.run(t, fmt.Sprintf(`UPDATE entries SET server_id = (SELECT id FROM servers WHERE whole = 0) WHERE id = %d`, e.ID))
			if p, ok := both.post.(*Store); ok {
				p.forget(e.ID) // it knows the server from before
			}
		}
	}
	both.compare(t)
}

// Ensure both engines write the same logins, and the same few of many refusals.
func TestStore_TellsOfTheDeskWhatSQLiteTells(t *testing.T) {
	t.Parallel()
	both := newTwins(t, true)
	for i := range 3 * history.DeniedMost {
		ci := history.WithActor(t.Context(), history.Actor{Name: one(dice{rand.New(rand.NewPCG(uint64(i), 6))}, "ci", "ana"), Machine: "ssh", Via: "command", Role: "issue"})
		both.both(t, "MarkLogin", func(l ledger) error { return l.MarkLogin(ci, "sshd") })
		for range 2 {
			both.both(t, "MarkDenied", func(l ledger) error { return l.MarkDenied(ci, fmt.Sprint("issue for ", i/2)) })
		}
	}
	both.compare(t)
	counts := rows(t, both.dump[1], `SELECT actor_id, count(*) AS n, sum(CASE WHEN detail LIKE '%`+history.DeniedLast+`' THEN 1 ELSE 0 END) AS last
		FROM events WHERE action = 'denied' GROUP BY actor_id ORDER BY 1`)
	want := fmt.Sprintf("n=%d last=1", history.DeniedMost)
	if len(counts) != 2 || !strings.HasSuffix(counts[0], want) || !strings.HasSuffix(counts[1], want) {
		t.Errorf("refusals %q, want %s of each", counts, want)
	}
}
