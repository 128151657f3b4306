package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/ui/term/termtest"
)

// Ensure the licences of all that is linked are there, and of nothing that only
// tests need.
func TestLicences(t *testing.T) {
	t.Chdir("../..")
	text, err := licences()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Go standard library", "github.com/mattn/go-sqlite3 v", "charm.land/bubbletea/v2 v", "Permission is hereby granted", "Redistribution and use"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the licences lack %q", want)
		}
	}
	if bytes.Contains(text, []byte("pgregory.net/rapid")) {
		t.Error("a module is named that only tests need")
	}
}

// Ensure a version is released only with its notes.
func TestTold(t *testing.T) {
	t.Chdir("../..")
	for version, want := range map[string]bool{"0.2.0": true, "0.0.0+0123456789ab": true, "0.2.0-3-g0123456": true, "0.2.00": false, "99.0.0": false, "0.2": true} {
		if err := told(version); (err == nil) != want {
			t.Errorf("%s: %v", version, err)
		}
	}
}

// Ensure an archive has no trace of when and by whom it was made.
func TestArchive_SameBytes(t *testing.T) {
	r := &release{at: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)}
	files := []file{{"a/x", 0o755, []byte("program")}, {"a/y", 0o644, []byte("text")}}
	first, second := filepath.Join(t.TempDir(), "1.tar.gz"), filepath.Join(t.TempDir(), "2.tar.gz")
	for _, name := range []string{first, second} {
		if err := r.archive(name, files); err != nil {
			t.Fatal(err)
		}
	}
	same(t, first, second)
	list, err := exec.CommandContext(t.Context(), "tar", "-tvzf", first, "--utc", "--full-time").Output()
	if err != nil || !strings.Contains(string(list), "-rwxr-xr-x root/root") || !strings.Contains(string(list), "2026-11-28 00:00:00") {
		t.Errorf("%v\n%s", err, list)
	}
}

func same(t *testing.T, first, second string) {
	t.Helper()
	a, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s and %s differ", first, second)
	}
}

// Ensure a release is the same from two folders, and that what it holds can be
// checked, unpacked, installed, used and removed. It builds the program, so it runs
// on demand only.
func TestDist(t *testing.T) {
	if os.Getenv("PATDESK_DIST") != "1" {
		t.Skip("it takes minutes: make dist-check")
	}
	termtest.Need(t, "git", "make", "dpkg", "dpkg-deb", "mandoc", "lintian")
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(t.TempDir(), "one")
	second := filepath.Join(t.TempDir(), "another", "place")
	for _, dir := range []string{first, second} {
		do(t, source, "git", "clone", "--quiet", source, dir)
		do(t, dir, "make", "dist")
	}
	results, err := filepath.Glob(filepath.Join(first, "dist", "*"))
	if err != nil || len(results) != 3 {
		t.Fatalf("%v: %v", results, err)
	}
	for _, name := range results {
		same(t, name, filepath.Join(second, "dist", filepath.Base(name)))
	}
	do(t, filepath.Join(first, "dist"), "sha256sum", "--check", "SHA256SUMS")
	archive(t, first)
	install(t, first)
}

// archive unpacks the archive and runs what is in it.
func archive(t *testing.T, clone string) {
	t.Helper()
	dir := t.TempDir()
	found, err := filepath.Glob(filepath.Join(clone, "dist", "*.tar.gz"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v: %v", found, err)
	}
	do(t, dir, "tar", "-xzf", found[0], "--strip-components=1")
	for _, name := range []string{"README.md", "LICENCES.txt", "man/man1/patdesk-issue.1", "man/man7/patdesk.7", "completions/_patdesk"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	works(t, filepath.Join(dir, "patdesk"), clone)
}

// install installs the package in a root of its own, runs it, and removes it.
func install(t *testing.T, clone string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(clone, "dist", "*.deb"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v: %v", found, err)
	}
	do(t, clone, "lintian", "--fail-on", "error", found[0])
	root := t.TempDir()
	for _, dir := range []string{"var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/dpkg/triggers"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	// The scratch root has no C library to depend on; the program uses that of this system.
	do(t, root, "dpkg", "--root="+root, "--force-depends,not-root", "--log=/dev/null", "--install", found[0])
	works(t, filepath.Join(root, "usr/bin/patdesk"), clone)
	do(t, root, "mandoc", "-Tlint", "-Werror", filepath.Join(root, "usr/share/man/man1/patdesk.1.gz"))
	do(t, root, "dpkg", "--root="+root, "--force-depends,not-root", "--log=/dev/null", "--purge", "patdesk")
	if left, err := filepath.Glob(filepath.Join(root, "usr/*/*patdesk*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// works runs a program that was built, which must know its commit and issue nothing.
func works(t *testing.T, program, clone string) {
	t.Helper()
	commit := strings.TrimSpace(do(t, clone, "git", "rev-parse", "HEAD"))
	if out := do(t, t.TempDir(), program, "version"); !strings.Contains(out, commit) || strings.Contains(out, "devel") {
		t.Errorf("version: %s", out)
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(clone)) {
		t.Errorf("%s holds the folder it was built in", program)
	}
}

// do runs a program, which must succeed, and returns what it wrote.
func do(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}
