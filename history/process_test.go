package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"patdesk/history/historytest/wide"
	"patdesk/secret"
)

// The tests here run this binary again as other processes.
const (
	childMark = "PATDESK_TEST_CHILD" // what to do
	childPath = "PATDESK_TEST_PATH"
	childTime = "PATDESK_TEST_TIME"
)

func TestMain(m *testing.M) {
	if what := os.Getenv(childMark); what != "" {
		if err := child(context.Background(), what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(wide.Run(m))
}

func child(ctx context.Context, what string) error {
	// All of a test's children seal with one key.
	store := secret.KeyStore{Dir: filepath.Join(filepath.Dir(filepath.Dir(os.Getenv(childPath))), "config"), Getenv: os.Getenv}
	load := func(ctx context.Context) (secret.Key, error) {
		key, _, err := store.Load(ctx)
		return key, err
	}
	var steps []step
	if what == "upgrade" {
		steps = laterSteps(1)
	}
	s, err := Open(ctx, Options{
		steps: steps, Reading: what == "read",
		Path: os.Getenv(childPath), KeepTokens: what == "issue" || what == "mixed", Actor: Actor{Name: "child"},
		Key: load,
	})
	if err != nil {
		return err
	}
	switch what {
	case "upgrade", "release":
		return s.Close()
	case "read":
		p, err := s.Page(ctx, Query{Now: epoch})
		fmt.Println(len(p.Entries), "rows")
		return errors.Join(err, s.Close())
	case "pending": // says so and waits to be killed
		e, err := s.Begin(ctx, draft("ana", "orders"))
		if err != nil {
			return err
		}
		fmt.Println("pending", e.ID)
		select {}
	case "issue": // prints each row it has been told is durable, until killed
		for i := 0; ; i++ {
			e, err := s.Begin(ctx, draft(fmt.Sprint("user", i%7), "orders"))
			if err != nil {
				return err
			}
			fmt.Println("begun", e.RequestID)
			if _, err := s.Finish(ctx, e.ID, issued(e.ID, epoch)); err != nil {
				return err
			}
			fmt.Println("issued", e.RequestID)
		}
	case "mixed":
		return errors.Join(mixed(ctx, s), s.Close())
	}
	return fmt.Errorf("nothing to do for %q", what)
}

// mixed writes and reads for a while and reports how many rows it made and the
// longest write.
func mixed(ctx context.Context, s *Store) error {
	d, err := time.ParseDuration(os.Getenv(childTime))
	if err != nil {
		return err
	}
	rows, worst := 0, time.Duration(0)
	ctx, cancel := context.WithTimeout(ctx, d+time.Minute) // eight that write all the time: one may wait long
	defer cancel()
	for start := time.Now(); time.Since(start) < d; rows++ {
		t0 := time.Now()
		e, err := s.Begin(ctx, draft(fmt.Sprint("user", rows%5), "orders"))
		if err != nil {
			return err
		}
		if _, err := s.Finish(ctx, e.ID, issued(e.ID, epoch)); err != nil {
			return err
		}
		worst = max(worst, time.Since(t0))
		if _, err := s.Page(ctx, Query{Now: epoch, Limit: 20}); err != nil {
			return err
		}
		if _, err := s.Changed(ctx); err != nil {
			return err
		}
		if rows%20 == 0 {
			if err := s.SetNote(ctx, e.ID, "note"); err != nil {
				return err
			}
		}
	}
	fmt.Println(rows, worst)
	return nil
}

func start(tb testing.TB, what, path string, env ...string) (*exec.Cmd, *bufio.Scanner, *strings.Builder) {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childMark+"="+what, childPath+"="+path), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return cmd, bufio.NewScanner(out), &stderr
}

// Ensure that many processes at once lose no row and never hear "locked".
func TestProcesses_ShareTheHistory(t *testing.T) {
	t.Parallel()
	d := fmt.Sprintf("%ds", effort(1, 10, 30))
	o := options(t)
	var cmds []*exec.Cmd
	var outs []*bufio.Scanner
	var errs []*strings.Builder
	for range 8 {
		c, out, stderr := start(t, "mixed", o.Path, childTime+"="+d)
		cmds, outs, errs = append(cmds, c), append(outs, out), append(errs, stderr)
	}
	total := 0
	for i, c := range cmds {
		for outs[i].Scan() {
			n, worst, _ := strings.Cut(outs[i].Text(), " ")
			rows, err := strconv.Atoi(n)
			if err != nil {
				t.Errorf("child says %q", outs[i].Text())
			}
			total += rows
			t.Logf("%d rows, longest write %s", rows, worst)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %s", err, errs[i])
		}
	}
	s := open(t, o)
	n, err := s.Count(t.Context(), Query{})
	if err != nil || n != int64(total) || total == 0 {
		t.Errorf("%d rows in the history, %d made, %v", n, total, err)
	}
	sound(t, s)
	if left := listDir(t, filepath.Dir(o.Path)); len(left) > 4 {
		t.Errorf("files: %v", left)
	}
}

// sound checks the whole file.
func sound(tb testing.TB, s *Store) {
	tb.Helper()
	for _, q := range []string{
		`PRAGMA integrity_check`, `SELECT coalesce((SELECT 'broken link' FROM pragma_foreign_key_check), 'ok')`,
		`SELECT iif(sum(n) = (SELECT count(*) FROM entries), 'ok', 'wrong tally') FROM tally`,
		`SELECT coalesce((SELECT 'one-sided link' FROM entries a JOIN entries b ON b.id = a.older_id WHERE b.newer_id <> a.id), 'ok')`,
		`SELECT coalesce((SELECT 'two newest' FROM entries WHERE class = 0 GROUP BY profile_id, user_id, app_id HAVING count(*) > 1), 'ok')`,
	} {
		var verdict string
		if err := s.read.QueryRow(q).Scan(&verdict); err != nil || verdict != "ok" {
			tb.Errorf("%s: %s, %v", q, verdict, err)
		}
	}
}

func TestOpen_PendingOfTheDeadBecomesUnknown(t *testing.T) {
	t.Parallel()
	o := options(t)
	cmd, out, _ := start(t, "pending", o.Path)
	if !out.Scan() {
		t.Fatal("the child says nothing")
	}
	var id int64
	if _, err := fmt.Sscanf(out.Text(), "pending %d", &id); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if e := get(t, s, id); e.Outcome != Pending {
		t.Errorf("while its process lives: %s", e.Outcome)
	}
	if pid := s.otherWriter(); pid != cmd.Process.Pid {
		t.Errorf("the other writer is %d, want %d", pid, cmd.Process.Pid)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	list := o
	list.Reading = true
	for _, o := range []Options{list, o} {
		s := open(t, o)
		e := get(t, s, id)
		if e.Outcome != Unknown || e.ErrorTitle == "" || e.State(e.Begun) != Unsure || e.Expires.Sub(e.Begun) < e.Life {
			t.Errorf("after its death: %+v", e)
		}
	}
	var runs int
	s = open(t, o)
	if err := s.read.QueryRow(`SELECT count(*) FROM runs WHERE pid = ?`, cmd.Process.Pid).Scan(&runs); err != nil || runs != 0 {
		t.Errorf("%d runs of the dead, %v", runs, err)
	}
}

// Ensure that damage which no ordinary read would meet is found after a crash,
// and not looked for after an orderly end.
func TestOpen_ChecksTheFileAfterACrash(t *testing.T) {
	t.Parallel()
	for _, crashed := range []bool{true, false} {
		o := closedHistory(t, 40)
		if crashed {
			cmd, out, _ := start(t, "pending", o.Path)
			out.Scan()
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // killed
			s := connect(o.Path, writeRows, 1)
			if _, err := s.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		db := connect(o.Path, peekFile, 1)
		page, err := one(t.Context(), db, `SELECT rootpage FROM sqlite_schema WHERE name = 'entries_note'`)
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		b[(page-1)*4096+1] = 0xff // a free block that cannot be
		if err := os.WriteFile(o.Path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), o)
		var e *Error
		if got := errors.As(err, &e) && e.Kind == Corrupt; got != crashed {
			t.Errorf("crashed %v: %v", crashed, err)
		}
		if s != nil {
			_ = s.Close()
		}
		if after, _ := os.ReadFile(o.Path); crashed && !bytes.Equal(after, b) {
			t.Error("the damaged file was written to")
		}
	}
}

func TestClose_OwnPendingBecomesUnknown(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	e := begin(t, s, draft("ana", "orders"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("twice: %v", err)
	}
	if _, err := s.Begin(t.Context(), draft("ana", "orders")); err == nil {
		t.Error("a closed history takes rows")
	}
	s = open(t, o)
	if got := get(t, s, e.ID); got.Outcome != Unknown {
		t.Errorf("got %s", got.Outcome)
	}
	if names := listDir(t, filepath.Dir(o.Path)); len(names) > 4 {
		t.Errorf("files: %v", names)
	}
}

func TestProcess_TellsTheLivingFromTheDead(t *testing.T) {
	t.Parallel()
	self := newProcess()
	if !self.alive() {
		t.Error("this process is dead")
	}
	for name, change := range map[string]func(*process){
		"another boot":  func(p *process) { p.boot += "x" },
		"another start": func(p *process) { p.start += "1" },
		"no process":    func(p *process) { p.pid = 1 << 22 },
	} {
		o := self
		change(&o)
		if o.alive() {
			t.Errorf("%s: alive", name)
		}
	}
}

// Ensure that no acknowledged row is lost and no row is torn when the process is
// killed at any moment.
func TestKill_KeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	kills := effort(6, 80, 200)
	o := options(t)
	told := map[string]Outcome{}
	for i := range kills {
		cmd, out, stderr := start(t, "issue", o.Path)
		lines := 3 + i*7%40
		for n := 0; out.Scan(); n++ {
			if n == lines {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			what, id, _ := strings.Cut(out.Text(), " ")
			told[id] = map[string]Outcome{"begun": Pending, "issued": Issued}[what]
		}
		_ = cmd.Wait() // killed
		if stderr.Len() > 0 {
			t.Error(stderr)
		}
	}
	s := open(t, o)
	sound(t, s)
	rows, err := s.read.Query(`SELECT request_id, outcome FROM entries`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var got Outcome
		if err := rows.Scan(&id, &got); err != nil {
			t.Fatal(err)
		}
		if got == Pending || told[id] == Issued && got != Issued {
			t.Errorf("%s was acknowledged as %s and is %s", id, told[id], got)
		}
		delete(told, id)
	}
	if len(told) > 0 || rows.Err() != nil {
		t.Errorf("lost: %v, %v", told, rows.Err())
	}
}
