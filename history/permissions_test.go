//go:build unix

package history

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"patdesk/history/historytest/wide"
)

// Ensure that every file and folder is private, under any umask. The umask is
// one for the whole process, so this runs in one of its own.
func TestFiles_ArePrivateUnderAnyUmask(t *testing.T) {
	t.Parallel()
	const mark = "PATDESK_TEST_UMASK"
	if umask := os.Getenv(mark); umask != "" {
		var mask int
		if _, err := fmt.Sscanf(umask, "%o", &mask); err != nil {
			t.Fatal(err)
		}
		syscall.Umask(mask)
		makeAllFiles(t)
		return
	}
	for _, umask := range []string{"000", "022", "077"} {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), mark+"="+umask)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("umask %s: %v\n%s", umask, err, out)
		}
	}
}

func makeAllFiles(t *testing.T) {
	o := options(t)
	for range 2 { // new, and opened again
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		issue(t, s, draft("ana", "orders"), epoch)
		backup := filepath.Join(filepath.Dir(o.Path), fmt.Sprint("copy", s.runID, ".bak"))
		if err := s.Backup(t.Context(), backup); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
		names := listDir(t, filepath.Dir(o.Path))
		if !strings.Contains(strings.Join(names, " "), "history.db-wal") {
			t.Errorf("no log among %v", names)
		}
		for _, name := range names {
			fi, err := os.Lstat(filepath.Join(filepath.Dir(o.Path), name))
			if err != nil || fi.Mode() != 0o600 {
				t.Errorf("%s has mode %v, %v", name, fi.Mode(), err)
			}
		}
		if fi, err := os.Lstat(filepath.Dir(o.Path)); err != nil || fi.Mode().Perm() != 0o700 {
			t.Errorf("the folder has mode %v, %v", fi.Mode(), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpen_RefusesWhatIsNotPrivate(t *testing.T) {
	t.Parallel()
	made := func(t *testing.T) string {
		o := options(t)
		if err := open(t, o).Close(); err != nil {
			t.Fatal(err)
		}
		return o.Path
	}
	chmod := func(mode os.FileMode, of func(path string) string) func(*testing.T) string {
		return func(t *testing.T) string {
			p := made(t)
			if err := os.Chmod(of(p), mode); err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	file, folder := func(p string) string { return p }, filepath.Dir
	for name, c := range map[string]struct {
		make func(t *testing.T) string
		fix  string // with %s for the file, %d for the folder
	}{
		"world-readable": {chmod(0o644, file), "chmod 600 '%f'"},
		"group-readable": {chmod(0o640, file), "chmod 600 '%f'"},
		"executable":     {chmod(0o601, file), "chmod 600 '%f'"},
		"open folder":    {chmod(0o777, folder), "chmod 700 '%d'"},
		"group's folder": {chmod(0o770, folder), "chmod 700 '%d'"},
		"symbolic link":  {linked(os.Symlink), "mv '%f' '%f.aside'"},
		"link to another": {func(t *testing.T) string {
			at, kept := filepath.Join(t.TempDir(), "history.db"), made(t)
			if err := os.Symlink(kept, at); err != nil {
				t.Fatal(err)
			}
			return at
		}, "set PATDESK_DATA to '"},
		"hard link":       {linked(os.Link), "cp -p '%f' '%f.own' && mv '%f.own' '%f'"},
		"dangling link":   {dangling, "mv '%f' '%f.aside'"},
		"link for folder": {linkedFolder, "PATDESK_DATA"},
		"pipe":            {func(t *testing.T) string { return special(t, syscall.S_IFIFO) }, "mv '%f' '%f.aside'"},
		"pipe, was in use": {func(t *testing.T) string {
			path := closedHistory(t, 1).Path
			remove(t, path)
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, "mv '%f' '%f.aside'"},
		"folder for file": {func(t *testing.T) string { return special(t, syscall.S_IFDIR) }, "mv '%f' '%f.aside'"},
		"link for log":    {sidecar("-wal", os.Symlink), "mv '%f-wal' '%f-wal.aside'"},
		"hard linked log": {sidecar("-shm", os.Link), "cp -p '%f-shm' '%f-shm.own' && mv '%f-shm.own' '%f-shm'"},
		"journal to lure": {sidecar("-journal", os.Symlink), "mv '%f-journal' '%f-journal.aside'"},
		"open log": {func(t *testing.T) string {
			p := made(t)
			if err := errors.Join(os.WriteFile(p+"-wal", nil, 0o600), os.Chmod(p+"-wal", 0o644)); err != nil {
				t.Fatal(err)
			}
			return p
		}, "chmod 600 '%f-wal'"},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.make(t)
			_, err := Open(t.Context(), Options{Path: path})
			var e *Error
			if !errors.As(err, &e) || e.Kind != NotPrivate {
				t.Fatalf("got %v", err)
			}
			fix := strings.NewReplacer("%f", path, "%d", filepath.Dir(path)).Replace(c.fix)
			if !strings.Contains(e.Fix, fix) {
				t.Errorf("says %q, want %q", e.Fix, fix)
			}
		})
	}
}

// linked gives a history that is reached by a link.
func linked(link func(old, new string) error) func(*testing.T) string {
	return func(t *testing.T) string {
		o := options(t)
		if err := open(t, o).Close(); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Rename(o.Path, o.Path+"-real"), link(o.Path+"-real", o.Path)); err != nil {
			t.Fatal(err)
		}
		return o.Path
	}
}

func dangling(t *testing.T) string {
	dir := t.TempDir()
	target := filepath.Join(dir, "elsewhere")
	path := filepath.Join(dir, "history.db")
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := os.Lstat(target); err == nil {
			t.Error("the link was followed")
		}
	})
	return path
}

func linkedFolder(t *testing.T) string {
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(dir+"/real", 0o700), os.Symlink(dir+"/real", dir+"/data")); err != nil {
		t.Fatal(err)
	}
	return dir + "/data/history.db"
}

func special(t *testing.T, kind uint32) string {
	path := filepath.Join(t.TempDir(), "history.db")
	var err error
	if kind == syscall.S_IFDIR {
		err = os.Mkdir(path, 0o700)
	} else {
		err = syscall.Mkfifo(path, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// sidecar gives a history beside which something waits to be written through.
func sidecar(suffix string, link func(old, new string) error) func(*testing.T) string {
	return func(t *testing.T) string {
		o := options(t)
		if err := open(t, o).Close(); err != nil {
			t.Fatal(err)
		}
		lure := filepath.Join(t.TempDir(), "lure")
		if err := errors.Join(os.WriteFile(lure, []byte("keep"), 0o600), link(lure, o.Path+suffix)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if b, err := os.ReadFile(lure); err != nil || string(b) != "keep" {
				t.Errorf("the file behind the link holds %q, %v", b, err)
			}
		})
		return o.Path
	}
}

func TestOpen_RefusesFilesOfOthers(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	o := options(t)
	if err := open(t, o).Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{o.Path, filepath.Dir(o.Path)} {
		if err := os.Chown(name, 1234, -1); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		var e *Error
		if !errors.As(err, &e) || e.Kind != NotPrivate || !strings.Contains(e.Fix, "without sudo") {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Chown(name, 0, -1); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpen_RefusesNetworkDisks(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.networkDisk = func(string) (string, error) { return "NFS", nil }
	_, err := Open(t.Context(), o)
	var e *Error
	if !errors.As(err, &e) || e.Kind != NetworkFS || e.Fix == "" {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(o.Path); err == nil {
		t.Error("the file was created")
	}
}

// Ensure that reading needs no right to write, no space and no lock.
func TestOpen_ReadingNeedsNoWriting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows  int64
		close func(t *testing.T, o Options)
	}{
		"folder that cannot be written": {3, func(t *testing.T, o Options) { chmodFor(t, filepath.Dir(o.Path), 0o500) }},
		"file that cannot be written":   {3, func(t *testing.T, o Options) { chmodFor(t, o.Path, 0o400) }},
		"neither": {3, func(t *testing.T, o Options) {
			chmodFor(t, o.Path, 0o400)
			chmodFor(t, filepath.Dir(o.Path), 0o500)
		}},
		"writer that does not end": {3, func(t *testing.T, o Options) { lockFor(t, o, `BEGIN IMMEDIATE`) }},
		"no history and no place for one": {0, func(t *testing.T, o Options) {
			removeAll(t, filepath.Dir(o.Path))
			chmodFor(t, filepath.Dir(filepath.Dir(o.Path)), 0o500)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := closedHistory(t, 3)
			o.Reading = true
			c.close(t, o)
			if got := readAsOwner(t, o.Path); got != fmt.Sprintln(c.rows, "rows") {
				t.Errorf("%q, want %d rows", got, c.rows)
			}
		})
	}
}

// readAsOwner lists a history in another process, without the rights of root,
// which would make any mode of a file void. It returns what that says.
func readAsOwner(t *testing.T, path string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	if os.Getuid() == 0 {
		const nobody = 12345
		place := filepath.Dir(filepath.Dir(path))
		program := filepath.Join(t.TempDir(), "program")
		own, err := os.ReadFile(os.Args[0])
		if err == nil {
			err = wide.Program(program, own)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{program, filepath.Dir(program), filepath.Dir(filepath.Dir(program)), place, filepath.Dir(place)} {
			if fi, err := os.Lstat(name); err == nil {
				chmodFor(t, name, fi.Mode()|0o055)
			}
		}
		chmodFor(t, program, 0o755)
		err = filepath.Walk(place, func(name string, _ os.FileInfo, err error) error {
			if err != nil || name == place {
				return err
			}
			return os.Chown(name, nobody, nobody)
		})
		if err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command(program)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		cmd.Dir = "/"
	}
	cmd.Env = append(os.Environ(), childMark+"=read", childPath+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	return string(out)
}

func chmodFor(tb testing.TB, path string, mode os.FileMode) {
	tb.Helper()
	before, err := os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.Chmod(path, before.Mode()) })
}

// lockFor holds a lock on a history until the test ends.
func lockFor(tb testing.TB, o Options, query string) {
	tb.Helper()
	writer := connect(o.Path, writeRows, 1)
	c, err := writer.Conn(tb.Context())
	if err == nil {
		_, err = c.ExecContext(tb.Context(), query)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = errors.Join(c.Close(), writer.Close()) })
}

// Ensure that what root left behind is taken back, and that nothing is taken from
// anybody else.
func TestTakeBack_RightForThisUser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		owner, user int
		want        string
	}{
		{0, 1000, "sudo chown 1000 '/home/o'\\''neil/history.db'"},
		{1000, 0, "run patdesk as the user that it belongs to, without sudo"},
		{1001, 1000, "set PATDESK_DATA to a folder of your own"},
	} {
		if got := takeBack("/home/o'neil/history.db", c.owner, c.user); got != c.want {
			t.Errorf("of %d for %d: %s", c.owner, c.user, got)
		}
	}
}

// Ensure that one command mends all that is wrong, in folders with any name.
func TestOpen_OneCommandMendsAll(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string){
		"file and log":    func(t *testing.T, path string) { write(t, path+"-wal", nil); chmodAll(t, 0o644, path, path+"-wal") },
		"folder and file": func(t *testing.T, path string) { chmodAll(t, 0o644, path); chmodAll(t, 0o777, filepath.Dir(path)) },
		"hard link": func(t *testing.T, path string) {
			if err := os.Link(path, path+" other"); err != nil {
				t.Fatal(err)
			}
		},
		"file with no right": func(t *testing.T, path string) { chmodAll(t, 0o044, path) },
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			o.Path = filepath.Join(t.TempDir(), "it's a $HOME; folder", "history.db")
			if err := open(t, o).Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, o.Path)
			_, err := Open(t.Context(), o)
			var e *Error
			if !errors.As(err, &e) || e.Kind != NotPrivate {
				t.Fatalf("got %v", err)
			}
			shell(t, e.Fix)
			issue(t, open(t, o), draft("ana", "orders"), epoch)
		})
	}
	path := filepath.Join(t.TempDir(), "data", "history.db")
	if err := open(t, Options{Path: path}).Close(); err != nil {
		t.Fatal(err)
	}
	if fix := makeWritable(path); fix != "" {
		t.Errorf("nothing is wrong, but: %s", fix)
	}
	chmodAll(t, 0o400, path)
	chmodAll(t, 0o500, filepath.Dir(path))
	shell(t, makeWritable(path))
	if fix := makeWritable(path); fix != "" {
		t.Errorf("still to do: %s", fix)
	}
}

func chmodAll(tb testing.TB, mode os.FileMode, paths ...string) {
	tb.Helper()
	for _, path := range paths {
		if err := os.Chmod(path, mode); err != nil {
			tb.Fatal(err)
		}
	}
}
