package history

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"patdesk/secret"
)

// snapshot is every file beside a path, by name, with its content.
func snapshot(tb testing.TB, path string) map[string][32]byte {
	tb.Helper()
	all := map[string][32]byte{}
	for _, name := range listDir(tb, filepath.Dir(path)) {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			tb.Fatal(err)
		}
		all[name] = sha256.Sum256(b)
	}
	return all
}

// closedHistory is a file with n issued rows that nobody has open.
func closedHistory(tb testing.TB, n int) Options {
	tb.Helper()
	o := options(tb)
	s, err := Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		issue(tb, s, draft(fmt.Sprint("user", i), "orders"), epoch.Add(time.Duration(i)*time.Second))
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return o
}

// alter runs SQL on a file that nobody has open.
func alter(tb testing.TB, path, query string) {
	tb.Helper()
	db := connect(path, writeRows, 1)
	_, err := db.ExecContext(tb.Context(), query)
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatal(err)
	}
}

func TestOpen_RefusesAndLeavesUntouched(t *testing.T) {
	t.Parallel()
	fresh := func(content func(db *sql.DB) error) func(t *testing.T) string {
		return func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "history.db")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			db := connect(path, writeRows, 1)
			if err := errors.Join(content(db), db.Close()); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	run := func(q string) func(db *sql.DB) error {
		return func(db *sql.DB) error { _, err := db.Exec(q); return err }
	}
	bytesOf := func(change func(b []byte) []byte) func(t *testing.T) string {
		return func(t *testing.T) string {
			path := closedHistory(t, 3).Path
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	for name, c := range map[string]struct {
		make func(t *testing.T) string
		kind Kind
	}{
		"newer": {func(t *testing.T) string {
			path := closedHistory(t, 3).Path
			alter(t, path, `ALTER TABLE entries ADD COLUMN later TEXT; PRAGMA user_version = 99`)
			return path
		}, Newer},
		"newer, still in the log": {func(t *testing.T) string {
			path := closedHistory(t, 3).Path
			db := connect(path, writeRows, 1)
			t.Cleanup(func() { _ = db.Close() })
			tx, err := db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.Exec(`PRAGMA user_version = 99`)
			if err := errors.Join(err, mark(t.Context(), tx), tx.Commit()); err != nil {
				t.Fatal(err)
			}
			return path
		}, Newer},
		"foreign, marked":     {fresh(run(`PRAGMA application_id = 252006673; CREATE TABLE t (x)`)), Foreign},
		"foreign, unmarked":   {fresh(run(`CREATE TABLE history (url)`)), Foreign},
		"foreign, with log":   {fresh(run(`PRAGMA journal_mode = wal; CREATE TABLE t (x); PRAGMA user_version = 3`)), Foreign},
		"text":                {bytesOf(func([]byte) []byte { return []byte("dear diary, this is not a database\n") }), Corrupt},
		"zeros":               {bytesOf(func(b []byte) []byte { return make([]byte, len(b)) }), Corrupt},
		"cut to one page":     {bytesOf(func(b []byte) []byte { return b[:4096] }), Corrupt},
		"damaged schema":      {bytesOf(func(b []byte) []byte { clear(b[100:4096]); return b }), Corrupt},
		"damaged page of run": {bytesOf(damageRuns), Corrupt},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.make(t)
			before := snapshot(t, path)
			for _, list := range []bool{false, true} {
				_, err := Open(t.Context(), Options{Path: path, Reading: list})
				var e *Error
				if !errors.As(err, &e) || e.Kind != c.kind {
					t.Fatalf("got %v, want %s", err, c.kind)
				}
			}
			after := snapshot(t, path)
			delete(before, "history.db-shm") // memory that processes share, not content
			delete(after, "history.db-shm")
			if diff := gocmp.Diff(before, after); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// damageRuns overwrites each page but the first and those of the schema, of which
// one is the table of runs, which every start reads.
func damageRuns(b []byte) []byte {
	for at := 20 * 4096; at+4096 <= len(b); at += 4096 {
		copy(b[at:], bytes.Repeat([]byte{0xff}, 64))
	}
	for at := 4096; at < 20*4096 && at+4096 <= len(b); at += 4096 {
		if b[at] == 13 { // a leaf of a table
			b[at+3], b[at+4] = 0xff, 0xff
		}
	}
	return b
}

// Ensure that damaged files never crash or hang, and are never written to when
// the damage is seen at the start.
func TestOpen_DamagedFilesNeverCrash(t *testing.T) {
	t.Parallel()
	o := closedHistory(t, 20)
	whole, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	mutants := effort(60, 1000, 3000)
	seen := 0
	for i := range mutants {
		b := bytes.Clone(whole)
		seed := uint64(i)*0x9e3779b97f4a7c15 + 1
		next := func(n int) int {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			return int(seed % uint64(n))
		}
		switch i % 3 {
		case 0:
			b[next(len(b))] ^= 1 << next(8)
		case 1:
			at := next(len(b) - 64)
			for j := range 64 {
				b[at+j] = byte(next(256))
			}
		case 2:
			b = b[:next(len(b))]
		}
		if err := os.WriteFile(o.Path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), o)
		if err != nil {
			seen++
			if after, _ := os.ReadFile(o.Path); !bytes.Equal(after, b) && len(b) > 0 {
				t.Errorf("mutant %d was written to", i)
			}
			continue
		}
		_, _ = s.Page(t.Context(), Query{Now: epoch})
		_, _ = s.Counts(t.Context(), "", epoch)
		for id := int64(1); id <= 20; id++ {
			e, err := s.Reveal(t.Context(), id)
			if err == nil && e.Token.Reveal(secret.ForChecking) != token(id).Reveal(secret.ForChecking) {
				t.Errorf("mutant %d gives another token", i)
			}
		}
		_ = s.Close()
		for _, suffix := range sidecars {
			_ = os.Remove(o.Path + suffix)
		}
	}
	if seen < mutants/10 {
		t.Errorf("only %d of %d mutants were refused", seen, mutants)
	}
}

// laterSteps are the embedded migrations and one that does not exist yet.
func laterSteps(n int) []step {
	return append(embedded(), step{"9999_later.sql", fmt.Sprintf(
		`CREATE TABLE later (n INTEGER) STRICT; INSERT INTO later VALUES (%d); ALTER TABLE entries ADD COLUMN mood TEXT NOT NULL DEFAULT ''`, n)})
}

func backups(tb testing.TB, path string) []string {
	tb.Helper()
	return slices.DeleteFunc(listDir(tb, filepath.Dir(path)), func(s string) bool { return !strings.HasSuffix(s, ".bak") })
}

func TestMigrate_UpgradesAfterACopy(t *testing.T) {
	t.Parallel()
	o := closedHistory(t, 3)
	o.steps = laterSteps(1)
	s := open(t, o)
	var n int
	if err := s.read.QueryRow(`SELECT n FROM later`).Scan(&n); err != nil || n != 1 {
		t.Fatalf("later %d, %v", n, err)
	}
	if e := get(t, s, 3); !e.HasSecret {
		t.Error("a row lost its token")
	}
	names := backups(t, o.Path)
	if len(names) != 1 || !strings.HasPrefix(names[0], fmt.Sprintf("history.db.v%d-", len(embedded()))) {
		t.Fatalf("backups: %v", names)
	}
	copied := filepath.Join(filepath.Dir(o.Path), names[0])
	if fi, err := os.Lstat(copied); err != nil || fi.Mode() != 0o600 {
		t.Errorf("mode %v, %v", fi.Mode(), err)
	}
	// The copy is a history of the old version, whole and readable.
	old := o
	old.Path, old.steps = filepath.Join(t.TempDir(), "data", "history.db"), nil
	if err := errors.Join(os.Mkdir(filepath.Dir(old.Path), 0o700), os.Rename(copied, old.Path)); err != nil {
		t.Fatal(err)
	}
	b := open(t, old)
	if got, err := b.Reveal(t.Context(), 2); err != nil || got.Token.Reveal(secret.ForChecking) != token(2).Reveal(secret.ForChecking) {
		t.Errorf("token of the copy: %v", err)
	}
}

func TestMigrate_KeepsThreeCopies(t *testing.T) {
	t.Parallel()
	o := closedHistory(t, 1)
	for i := range 5 {
		steps := embedded()
		for j := range i + 1 {
			steps = append(steps, step{"later", fmt.Sprintf(`CREATE TABLE later%d (n INTEGER) STRICT`, j)})
		}
		o.steps = steps
		if err := open(t, o).Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond) // names differ by their time
	}
	names := backups(t, o.Path)
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(backupTime(a), backupTime(b)) })
	if len(names) != keptBackups || !strings.HasPrefix(names[0], fmt.Sprintf("history.db.v%d-", len(embedded())+2)) {
		t.Errorf("backups: %v", names)
	}
}

func TestMigrate_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 2} {
		o := options(t)
		if rows > 0 {
			o = closedHistory(t, rows)
		}
		o.steps = laterSteps(7)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Begin(t.Context(), draft("ana", "orders")); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		s := open(t, o)
		var n int
		if err := s.read.QueryRow(`SELECT count(*) FROM later`).Scan(&n); err != nil || n != 1 {
			t.Errorf("the step ran %d times, %v", n, err)
		}
		if n, err := s.Count(t.Context(), Query{}); err != nil || n != int64(rows+8) {
			t.Errorf("%d rows, %v", n, err)
		}
		if got, want := len(backups(t, o.Path)), min(rows, 1); got != want {
			t.Errorf("%d backups, want %d", got, want)
		}
	}
}

func TestMigrate_AFailedStepChangesNothing(t *testing.T) {
	t.Parallel()
	o := closedHistory(t, 2)
	o.steps = append(laterSteps(1), step{"0003_broken.sql", `CREATE TABLE more (n); INSERT INTO nowhere VALUES (1)`})
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "0003_broken.sql") {
		t.Fatalf("got %v", err)
	}
	o.steps = nil
	s := open(t, o)
	if n, err := s.Count(t.Context(), Query{}); n != 2 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := s.read.Exec(`SELECT * FROM later`); err == nil {
		t.Error("half of the upgrade stayed")
	}
}

// Ensure that the pragmas hold on every connection of either pool.
func TestConnections_HaveTheirSettings(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	issue(t, s, draft("ana", "orders"), epoch)
	for name, db := range map[string]*sql.DB{"read": s.read, "write": s.write} {
		n := 1
		if name == "read" {
			n = readers
		}
		for range n {
			c, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for pragma, want := range map[string]string{
				"journal_mode": "wal", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000",
				"trusted_schema": "0", "cell_size_check": "1", "mmap_size": "0",
				"application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(len(embedded())),
			} {
				var got string
				if err := c.QueryRowContext(t.Context(), `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s: %s = %q, want %q, %v", name, pragma, got, want, err)
				}
			}
			only := map[string]string{"read": "query_only", "write": "synchronous"}[name]
			want := map[string]string{"read": "1", "write": "2"}[name]
			var got string
			if err := c.QueryRowContext(t.Context(), `PRAGMA `+only).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s = %q, want %q, %v", name, only, got, want, err)
			}
		}
	}
}

func TestBackup_IsWholePrivateAndNeverOverAFile(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	issue(t, s, draft("ana", "orders"), epoch)
	dir := t.TempDir()
	path := filepath.Join(dir, "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Lstat(path); err != nil || fi.Mode() != 0o600 {
		t.Errorf("mode %v, %v", fi.Mode(), err)
	}
	if err := s.Backup(t.Context(), path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	o.Path = path
	b := open(t, o)
	if diff := gocmp.Diff(get(t, s, 1), get(t, b, 1)); diff != "" {
		t.Error(diff)
	}
	if _, err := b.Reveal(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

// Ensure that sealed values stay in their row, column and database.
func TestReveal_NoticesMovedAndAlteredSecrets(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]string{
		"swapped rows":    `CREATE TEMP TABLE old AS SELECT * FROM sealed; UPDATE sealed SET token = (SELECT token FROM old WHERE old.entry_id = 3 - sealed.entry_id)`,
		"swapped columns": `UPDATE sealed SET token = url, url = token`,
		"other database":  `UPDATE meta SET value = '00000000-0000-4000-8000-000000000000' WHERE key = 'uuid'`,
		"altered":         `UPDATE sealed SET token = CAST(substr(token, 1, 40) || x'00' || substr(token, 42) AS BLOB)`,
		"cut":             `UPDATE sealed SET token = substr(token, 1, 20)`,
		"emptied":         `UPDATE sealed SET token = x''`,
	} {
		t.Run(name, func(t *testing.T) {
			o := closedHistory(t, 2)
			alter(t, o.Path, q)
			s := open(t, o)
			for id := int64(1); id <= 2; id++ {
				got, err := s.Reveal(t.Context(), id)
				var e secret.ErrSealed
				if !errors.As(err, &e) || !got.Token.IsZero() || !got.URL.IsZero() {
					t.Errorf("row %d: %v", id, err)
				}
			}
		})
	}
}
