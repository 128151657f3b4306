package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// testdata/schema1.db was written by the first schema and its program, before
// there was another, with a row of every kind around epoch. It is never made
// again: it stands for the files that people have. Its row 9 was pending.

// released is a copy of it at a version, which nobody has open.
func released(tb testing.TB, version int) Options {
	tb.Helper()
	o := options(tb)
	must(0, os.Mkdir(filepath.Dir(o.Path), 0o700))
	must(0, os.WriteFile(o.Path, must(os.ReadFile("testdata/schema1.db")), 0o600))
	keys := filepath.Join(filepath.Dir(filepath.Dir(o.Path)), "config")
	must(0, os.Mkdir(keys, 0o700))
	must(0, os.WriteFile(filepath.Join(keys, "seal.key"), must(os.ReadFile("testdata/schema1.key")), 0o600))
	o.Key = func(ctx context.Context) (secret.Key, error) {
		key, _, err := secret.KeyStore{Dir: keys, Getenv: func(string) string { return "" }}.Find(ctx)
		return key, err
	}
	if version > 1 {
		db := connect(o.Path, writeRows, 1)
		for _, st := range embedded()[1:version] {
			must(db.ExecContext(tb.Context(), st.text()))
		}
		must(db.ExecContext(tb.Context(), fmt.Sprintf(`PRAGMA user_version = %d`, version)))
		must(0, db.Close())
	}
	return o
}

// checkReleased compares what a history says with what is in the file above.
func checkReleased(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	want := []string{
		"1 older ana@example.com orders newer 2", "2 ok ana@example.com orders older 1", "3 ended bo@example.com orders",
		"4 failed cy@example.com stock H404u", "5 unsure dee@example.com stock N5",
		"6 drift Eve@example.com visits Kiosk 4 copied verified valid",
		"7 expired fay@example.com orders", "8 ok gil@example.com orders the answer had no address", "9 unsure hal@example.com orders",
	}
	var got []string
	for id := int64(1); id <= 9; id++ {
		e := get(t, s, id)
		line := fmt.Sprint(e.ID, " ", e.State(epoch), " ", e.UserEmail, " ", e.AppSlug, " ", e.ErrorID, " ", e.URLWarning, " ", e.Note)
		for word, is := range map[string]bool{
			"\x20copied": !e.Copied.IsZero(), " verified " + e.VerifyResult: !e.Verified.IsZero(),
			fmt.Sprint(" newer ", e.Newer): e.Newer != 0, fmt.Sprint(" older ", e.Older): e.Older != 0,
		} {
			if is {
				line += word
			}
		}
		got = append(got, strings.Join(strings.Fields(line), " "))
		found, err := s.Reveal(ctx, id)
		switch {
		case slices.Contains([]int64{1, 2, 3, 6, 8}, id):
			if err != nil || found.Token.Reveal(secret.ForChecking) != token(id).Reveal(secret.ForChecking) || found.URL.IsZero() != (id == 8) {
				t.Errorf("token %d: %v", id, err)
			}
		case !errors.Is(err, ErrNoSecret):
			t.Errorf("token %d: %v", id, err)
		}
	}
	for i, line := range got { // the two marks come in any order
		got[i] = strings.Replace(line, "verified valid copied", "copied verified valid", 1)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	counts, err := s.Counts(ctx, "", epoch)
	if diff := gocmp.Diff(Counts{Live: 5, OK: 2, Ended: 1, Expired: 1, Older: 1, Unsure: 2, Drift: 1, Failed: 1, Total: 9}, counts); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for server, n := range map[string]int64{
		"https://tooljet.example.com": 8, "https://tooljet.example.com/apps/": 8, "https://tooljet.example.com:8443": 1, "https://other.example.com": 0,
	} {
		q := Query{Filter: Filter{Server: server}, Now: epoch}
		count, err := s.Count(ctx, q)
		ids, err2 := s.IDs(ctx, q, 50)
		if count != n || int64(len(ids)) != n || err != nil || err2 != nil {
			t.Errorf("%s has %d rows and lists %d, want %d; %v, %v", server, count, len(ids), n, err, err2)
		}
	}
}

func TestUpgrade_ReleasedSchemas(t *testing.T) {
	t.Parallel()
	for version := 1; version <= len(embedded()); version++ {
		s := open(t, released(t, version))
		checkReleased(t, s)
		if got := facts(told(t, s, EventFilter{}, 50)); !slices.Equal(got, []string{"#9 unknown " + lostTitle}) {
			t.Errorf("from version %d: events %q", version, got)
		}
		issue(t, s, draft("next", "orders"), epoch)
		sound(t, s)
	}
}

// shape is the version of a file with its schema and the number of its rows.
func shape(tb testing.TB, path string) string {
	tb.Helper()
	db := connect(path, writeRows, 1)
	defer db.Close()
	var text string
	err := db.QueryRowContext(tb.Context(), `SELECT (SELECT user_version FROM pragma_user_version) || ' ' || (SELECT count(*) FROM entries) || ' ' ||
		(SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name))`).Scan(&text)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// Ensure that a process which is killed at any system call of an upgrade leaves
// the old schema or the new one, and nothing between.
func TestUpgrade_KilledIsOldOrNew(t *testing.T) {
	t.Parallel()
	termtest.Need(t, "strace")
	most, calls, every := effort(1, 1000, 1000), []string{"fdatasync", "ftruncate", "pwrite64"}, effort(4, 5, 1)
	if most > 1 {
		calls = []string{"openat", "pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "unlinkat", "fchmod", "fallocate"}
	}
	for version := 1; version < len(embedded()); version += every {
		done := released(t, version)
		old := shape(t, done.Path)
		must(0, must(Open(t.Context(), done)).Close())
		newest := shape(t, done.Path)
		if old == newest {
			t.Fatal("the upgrade changes nothing")
		}
		for _, call := range calls {
			for n := 1; n <= most; n++ {
				o := released(t, version)
				if !killedAt(t, "release", o.Path, call, n) {
					break
				}
				if got := shape(t, o.Path); got != old && got != newest {
					t.Errorf("killed at %s %d it is between %d and the newest:\n%s", call, n, version, got)
				}
				s := open(t, o)
				checkReleased(t, s)
				sound(t, s)
			}
		}
	}
}

// Ensure that a long upgrade says so once, and a short one not at all.
func TestUpgrade_TellsWhenItIsLong(t *testing.T) {
	t.Parallel()
	for patience, want := range map[time.Duration]bool{time.Nanosecond: true, time.Hour: false} {
		o := released(t, 1)
		told := make(chan int64, 9)
		o.patience, o.Upgrading = patience, func(rows int64) { told <- rows }
		// A step that takes longer than the shorter patience on any machine.
		o.steps = append(embedded(), step{"9999_long.sql", `CREATE TABLE long AS
			WITH RECURSIVE g(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM g WHERE n < 300000) SELECT max(n) AS n FROM g`})
		s := open(t, o)
		checkReleased(t, s)
		if want {
			if rows := <-told; rows != 9 {
				t.Errorf("told of %d rows", rows)
			}
		}
		if len(told) > 0 {
			t.Errorf("told once more, with a patience of %v", patience)
		}
	}
	o := options(t)
	o.patience, o.Upgrading = time.Nanosecond, func(int64) { t.Error("a first start was told as an upgrade") }
	open(t, o)
}
