package main

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"patdesk/ui/term/termtest"
)

// Ensure the licences of all that is linked are there, and of nothing that only
// tests need.
func TestLicences(t *testing.T) {
	t.Chdir("../..")
	for _, of := range targets() {
		of.notices = nil // of compilers that are not everywhere
		text, err := licences(of)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Go standard library", "github.com/mattn/go-sqlite3 v", "charm.land/bubbletea/v2 v", "Permission is hereby granted", "Redistribution and use"} {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s: the licences lack %q", of.name, want)
			}
		}
		if bytes.Contains(text, []byte("pgregory.net/rapid")) {
			t.Errorf("%s: a module is named that only tests need", of.name)
		}
		if own := bytes.Contains(text, []byte("github.com/danieljoos/wincred v")); own != of.windows() {
			t.Errorf("%s: Windows' key store is named: %v", of.name, own)
		}
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
	for _, end := range []string{".tar.gz", ".zip"} {
		first, second := filepath.Join(t.TempDir(), "1"+end), filepath.Join(t.TempDir(), "2"+end)
		for _, name := range []string{first, second} {
			if err := r.archive(name, files); err != nil {
				t.Fatal(err)
			}
		}
		same(t, first, second)
		dir := t.TempDir()
		unpack(t, first, dir)
		info, err := os.Stat(filepath.Join(dir, "x"))
		if err != nil || info.Mode() != 0o755 || !info.ModTime().Equal(r.at) {
			t.Errorf("%s: %v %v", end, info, err)
		}
	}
}

// unpack unpacks an archive without its topmost folder.
func unpack(t *testing.T, name, dir string) {
	t.Helper()
	if !strings.HasSuffix(name, ".zip") {
		do(t, dir, "tar", "-xzf", name, "--strip-components=1")
		return
	}
	termtest.Need(t, "unzip")
	whole := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "unzip", "-q", name, "-d", whole)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("unzip: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(whole, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if err := os.Rename(f, filepath.Join(dir, filepath.Base(f))); err != nil {
			t.Fatal(err)
		}
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
	termtest.Need(t, "git", "make", "dpkg", "dpkg-deb", "mandoc", "lintian", "unzip")
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
	all := contents(t, filepath.Join(first, "dist"))
	if again := contents(t, filepath.Join(second, "dist")); !slices.Equal(all, again) {
		t.Fatalf("once %v, once %v", all, again)
	}
	for _, name := range all {
		same(t, filepath.Join(first, "dist", name), filepath.Join(second, "dist", name))
	}
	do(t, filepath.Join(first, "dist"), "sha256sum", "--check", "SHA256SUMS")
	summed := do(t, filepath.Join(first, "dist"), "cat", "SHA256SUMS")
	for _, name := range all {
		if name != "SHA256SUMS" && !strings.Contains(summed, "  "+name+"\n") {
			t.Errorf("SHA256SUMS has no %s", name)
		}
	}
	native := ""
	for _, of := range targets() {
		dir := t.TempDir()
		unpack(t, one(t, filepath.Join(first, "dist", "patdesk-*-"+of.name+".[tz]*")), dir)
		program := filepath.Join(dir, of.program())
		if native == "" {
			native = program
		}
		t.Run(of.name, func(t *testing.T) {
			unpacked(t, of, dir, first)
			t.Run("bill", func(t *testing.T) {
				billed(t, of, one(t, filepath.Join(first, "dist", "patdesk-*-"+of.name+".cdx.json")))
			})
			p := emulate(t, of, program)
			works(t, of, p, native, first)
			t.Run("upgrade", func(t *testing.T) { upgrades(t, p, []string{"HOME=" + t.TempDir()}) })
			if of.windows() {
				t.Run("packages", func(t *testing.T) { holdsThere(t, of, p, first) })
			}
			if of.goos == "linux" && of.goarch == "amd64" {
				t.Run("names", func(t *testing.T) { resolves(t, program) })
			}
		})
	}
	t.Run("deb", func(t *testing.T) { debian(t, first) })
	t.Run("rpm", func(t *testing.T) { redHat(t, first) })
	t.Run("channels", func(t *testing.T) { channels(t, first) })
}

// billed looks whether the bill of materials of a target names what is in its program.
func billed(t *testing.T, of target, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		BOMFormat  string
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal(data, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Fatalf("%s: %v", name, err)
	}
	t.Chdir("../..")
	linked, err := modules(of)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, c := range bill.Components {
		listed[c.Name+" "+c.Version] = strings.Contains(c.PURL, "goos="+of.goos)
	}
	for _, m := range linked {
		if !listed[m.Path+" "+m.Version] {
			t.Errorf("%s lacks %s %s for %s", name, m.Path, m.Version, of.goos)
		}
	}
}

// Ensure rpm sees what was made after a release as newer than it, and takes the name.
func TestRPMVersion(t *testing.T) {
	for version, want := range map[string]string{"0.2.0": "0.2.0", "0.0.0+0123456789ab": "0.0.0+0123456789ab", "0.2.0-3-g0123456-dirty": "0.2.0^3.g0123456.dirty"} {
		if got := rpmVersion(version); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}

// contents are the names of the files below dir.
func contents(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// one is the only file of a pattern.
func one(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	return found[0]
}

// unpacked looks whether an archive is whole, and its program is of the kind that it
// is said to be.
func unpacked(t *testing.T, of target, dir, clone string) {
	t.Helper()
	want := []string{"README.md", "CHANGELOG.md", "LICENSE", "LICENCES.txt", "man/man1/patdesk-issue.1", "man/man7/patdesk.7", "completions/_patdesk"}
	if of.windows() {
		want = []string{"README.md", "CHANGELOG.md", "LICENSE", "LICENCES.txt", "completions/patdesk.ps1"}
	}
	for _, name := range want {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, of.program()))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(clone)) {
		t.Error("the program holds the folder it was built in")
	}
	if of.windows() {
		return
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := f.ImportedLibraries()
	if static := strings.HasSuffix(of.name, "-static"); err != nil || (len(libraries) == 0) != static {
		t.Errorf("it needs %v, %v", libraries, err)
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
