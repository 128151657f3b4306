package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// debian installs the Debian package in a root of its own over an older one, runs
// it on a history of the first release, and removes it.
func debian(t *testing.T, clone string) {
	deb := one(t, filepath.Join(clone, "dist", "*.deb"))
	do(t, clone, "lintian", "--fail-on", "error", deb)
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
	dpkg := func(args ...string) {
		t.Helper()
		do(t, root, "dpkg", append([]string{"--root=" + root, "--force-depends,not-root", "--log=/dev/null"}, args...)...)
	}
	dpkg("--install", olderDeb(t, deb))
	dpkg("--install", deb)
	installed(t, root)
	dpkg("--purge", "patdesk")
	removed(t, root)
}

// redHat installs the rpm package in a root of its own over nothing, runs it on a
// history of the first release, and removes it.
func redHat(t *testing.T, clone string) {
	termtest.Need(t, "rpm")
	name := one(t, filepath.Join(clone, "dist", "*.rpm"))
	if needs := do(t, clone, "rpm", "--query", "--package", "--requires", name); !strings.Contains(needs, "libc.so.6(GLIBC_2.34)(64bit)") {
		t.Errorf("it needs no C library:\n%s", needs)
	}
	root := t.TempDir()
	rpm := func(args ...string) {
		t.Helper()
		do(t, root, "rpm", append([]string{"--root", root, "--nodeps"}, args...)...)
	}
	do(t, root, "rpm", "--root", root, "--initdb")
	rpm("--install", name)
	rpm("--verify", "patdesk")
	installed(t, root)
	rpm("--erase", "patdesk")
	removed(t, root)
}

// olderDeb is the package under an older version.
func olderDeb(t *testing.T, deb string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "older")
	do(t, ".", "dpkg-deb", "--raw-extract", deb, dir)
	control := filepath.Join(dir, "DEBIAN", "control")
	do(t, ".", "sed", "-i", "s/^Version: .*/Version: 0.0.0~1/", control)
	do(t, ".", "dpkg-deb", "--build", "--root-owner-group", dir, dir+".deb")
	return dir + ".deb"
}

// completing is what Bash does when tab is pressed behind "-o if", with the file that
// was installed and without the package bash-completion.
const completing = `
PATH="$1/usr/bin:$PATH"
source "$1/usr/share/bash-completion/completions/patdesk"
_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}; }
compopt() { :; }
COMP_WORDS=(patdesk show 1 -o if) COMP_CWORD=4 COMP_LINE="patdesk show 1 -o if" COMP_POINT=20 COMP_TYPE=9
__start_patdesk
echo "${COMPREPLY[@]}"`

// installed uses what is installed in root: the program on a history of the first
// release, its manual page and what the shells read.
func installed(t *testing.T, root string) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("PATH", filepath.Join(root, "usr/bin")+string(os.PathListSeparator)+os.Getenv("PATH")) // for its sandbox
	upgrades(t, emulated{path: filepath.Join(root, "usr/bin/patdesk")}, []string{"HOME=" + home})
	if out := do(t, home, "bash", "-c", completing, "bash", root); !strings.Contains(out, "iframe") {
		t.Errorf("completed: %s", out)
	}
	do(t, root, "mandoc", "-Tlint", "-Werror", filepath.Join(root, "usr/share/man/man1/patdesk.1.gz"))
	for _, pattern := range []string{"usr/share/bash-completion/completions/patdesk", "usr/share/zsh/*/_patdesk", "usr/share/fish/vendor_completions.d/patdesk.fish"} {
		if info, err := os.Stat(one(t, filepath.Join(root, pattern))); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

// removed looks for what a package left behind.
func removed(t *testing.T, root string) {
	t.Helper()
	for _, pattern := range []string{"usr/*/*patdesk*", "usr/share/*/*/*patdesk*", "usr/share/*/patdesk*"} {
		if left, err := filepath.Glob(filepath.Join(root, pattern)); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
}
