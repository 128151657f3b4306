package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

// journalOf is a hot rollback journal of a file that had these pages before.
func journalOf(pages uint32, records ...[]byte) []byte {
	b := make([]byte, 512)
	copy(b, journalMagic[:])
	for i, n := range []uint32{uint32(len(records)), 7, pages, 512, 4096} {
		binary.BigEndian.PutUint32(b[8+4*i:], n)
	}
	for i, r := range records {
		b = binary.BigEndian.AppendUint32(b, uint32(i+1))
		b = append(b, r...)
		sum := uint32(7)
		for at := 4096 - 200; at > 0; at -= 200 {
			sum += uint32(r[at])
		}
		b = binary.BigEndian.AppendUint32(b, sum)
	}
	return b
}

func write(tb testing.TB, path string, b []byte) {
	tb.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func content(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Ensure that a first start or a switch of the log which was cut short is undone
// before the file is believed, and that the next start works.
func TestOpen_UndoesWhatAFirstStartLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows  int
		spoil func(t *testing.T, path string)
	}{
		"all written, journal still there": {0, func(t *testing.T, path string) { write(t, path+"-journal", journalOf(0)) }},
		"half written": {0, func(t *testing.T, path string) {
			truncate(t, path, 8192)
			write(t, path+"-journal", journalOf(0))
		}},
		"first page missing": {0, func(t *testing.T, path string) {
			b := content(t, path)
			clear(b[:4096])
			write(t, path, b)
			write(t, path+"-journal", journalOf(0))
		}},
		"nothing written":          {0, func(t *testing.T, path string) { truncate(t, path, 0); write(t, path+"-journal", journalOf(0)) }},
		"journal not finished":     {3, func(t *testing.T, path string) { write(t, path+"-journal", journalOf(0)[:20]) }},
		"journal emptied":          {3, func(t *testing.T, path string) { write(t, path+"-journal", nil) }},
		"journal zeroed":           {3, func(t *testing.T, path string) { write(t, path+"-journal", make([]byte, 600)) }},
		"switched to log of a log": {3, func(t *testing.T, path string) { halfSwitched(t, path) }},
	} {
		t.Run(name, func(t *testing.T) {
			o := closedHistory(t, c.rows)
			c.spoil(t, o.Path)
			s := open(t, o)
			if n, err := s.Count(t.Context(), Query{}); err != nil || n != int64(c.rows) {
				t.Errorf("%d rows, want %d, %v", n, c.rows, err)
			}
			issue(t, s, draft("next", "orders"), epoch)
			sound(t, s)
		})
	}
}

// halfSwitched makes a history what a kill leaves that comes after it was
// switched to a write-ahead log and before its journal was removed.
func halfSwitched(t *testing.T, path string) {
	page := content(t, path)[:4096]
	page[18], page[19] = 1, 1
	write(t, path+"-journal", journalOf(uint32(size(path)/4096), page))
}

// Ensure that a journal which is not the history's own is never rolled back.
func TestOpen_RefusesAJournalThatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	other := closedHistory(t, 9)
	foreign := func(pages uint32, n int) []byte {
		b := content(t, other.Path)
		var records [][]byte
		for i := range n {
			records = append(records, b[4096*i:4096*(i+1)])
		}
		return journalOf(pages, records...)
	}
	o := closedHistory(t, 3)
	pages := uint32(size(o.Path) / 4096)
	for name, journal := range map[string][]byte{
		"of a new file":          journalOf(0),
		"of a smaller file":      foreign(pages-2, 1),
		"of a larger file":       foreign(pages+2, 1),
		"with more than a page":  foreign(pages, 5),
		"with nothing in it":     journalOf(pages),
		"of another program":     journalOf(pages, make([]byte, 4096)),
		"cut inside of a record": foreign(pages, 1)[:1000],
	} {
		t.Run(name, func(t *testing.T) {
			write(t, o.Path+"-journal", journal)
			before := snapshot(t, o.Path)
			_, err := Open(t.Context(), o)
			var e *Error
			if !errors.As(err, &e) || e.Kind != ForeignLog || e.Log != o.Path+"-journal" {
				t.Fatalf("got %v", err)
			}
			if diff := gocmp.Diff(before, snapshot(t, o.Path)); diff != "" {
				t.Error(diff)
			}
			shell(t, e.Fix)
			s := open(t, o)
			if n, err := s.Count(t.Context(), Query{}); err != nil || n != 3 {
				t.Errorf("%d rows, %v", n, err)
			}
		})
	}
}

// Ensure that a first start and an upgrade may be killed at every one of the
// system calls that write: the next start works, with all rows.
func TestMigrate_KilledAtEachSystemCall(t *testing.T) {
	t.Parallel()
	termtest.Need(t, "strace")
	most, calls := 2, []string{"unlink", "fdatasync", "ftruncate"}
	if os.Getenv("PATDESK_LONG") != "" {
		most, calls = 1000, []string{"openat", "pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "unlinkat", "fchmod", "fchmodat", "fallocate"}
	}
	for _, rows := range []int{0, 3} {
		from := options(t)
		if rows > 0 {
			from = closedHistory(t, rows)
		}
		for _, call := range calls {
			for n := 1; n <= most; n++ {
				o := from
				o.Path = filepath.Join(t.TempDir(), "data", "history.db")
				if rows > 0 {
					if err := os.Mkdir(filepath.Dir(o.Path), 0o700); err != nil {
						t.Fatal(err)
					}
					copyFile(t, from.Path, o.Path)
				}
				if !killedAt(t, "upgrade", o.Path, call, n) {
					break
				}
				o.steps = laterSteps(1)
				s := open(t, o)
				if got, err := s.Count(t.Context(), Query{}); err != nil || got != int64(rows) {
					t.Errorf("%s %d: %d rows, want %d, %v", call, n, got, rows, err)
				}
				issue(t, s, draft("next", "orders"), epoch)
				sound(t, s)
			}
		}
	}
}

// killedAt opens a history in another process (see child), which upgrades it, and kills that
// at the n-th of a system call. It reports whether the process came so far.
func killedAt(t *testing.T, what, path, call string, n int) bool {
	t.Helper()
	args := []string{"-f", "-qq", "-o", "/dev/null"}
	for _, suffix := range append([]string{""}, sidecars...) {
		args = append(args, "-P", path+suffix)
	}
	args = append(args, "-P", filepath.Dir(path), "-e", "trace="+call,
		"-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n), os.Args[0])
	cmd := exec.Command("strace", args...)
	cmd.Env = append(os.Environ(), childMark+"="+what, childPath+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil && strings.Contains(string(out), "strace:") {
		t.Skipf("strace cannot trace here: %s", out)
	}
	if err != nil && len(out) > 0 {
		t.Errorf("%s %d: %s", call, n, out)
	}
	return err != nil
}
