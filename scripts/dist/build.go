package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// target is one system that the program is built for.
type target struct {
	name         string   // in the name of its archive
	goos, goarch string   // as Go calls them
	cc           string   // the C compiler, for SQLite
	tags         string   // build tags
	link         string   // flags for the linker
	notices      []string // licences of what is linked and is no Go module
}

// targets are all of them. The first runs on the machine that builds and is what
// the packages hold.
//
// The static programs resolve names by Go and know people by /etc/passwd: that of
// musl 1.2.3 asks no second time over TCP and reads no nsswitch.conf, Go's does
// both.
func targets() []target {
	const (
		noID   = "-extldflags=-Wl,--build-id=none"
		static = "-linkmode=external '-extldflags=-static -Wl,--build-id=none'"
		byGo   = "netgo,osusergo"
	)
	musl := []string{"/usr/share/doc/musl-dev/copyright"}
	return []target{
		{name: "linux-amd64", goos: "linux", goarch: "amd64", cc: "gcc", link: noID},
		{name: "linux-amd64-static", goos: "linux", goarch: "amd64", cc: "x86_64-linux-musl-gcc", tags: byGo, link: static, notices: musl},
		{name: "linux-arm64-static", goos: "linux", goarch: "arm64", cc: "aarch64-linux-musl-gcc", tags: byGo, link: static, notices: musl},
		{
			name: "windows-amd64", goos: "windows", goarch: "amd64", cc: "x86_64-w64-mingw32-gcc", link: "-extldflags=-Wl,--no-insert-timestamp",
			notices: []string{"/usr/share/doc/mingw-w64-x86-64-dev/copyright"},
		},
	}
}

// macTargets are built on macOS only, whose C library and linker are nowhere else.
func macTargets() []target {
	return []target{
		{name: "darwin-arm64", goos: "darwin", goarch: "arm64", cc: "clang"},
		{name: "darwin-amd64", goos: "darwin", goarch: "amd64", cc: "clang"},
	}
}

// here are the targets that this machine builds.
func here() []target {
	if runtime.GOOS == "darwin" {
		return macTargets()
	}
	return targets()
}

// windows reports whether the target has the ways of Windows.
func (t target) windows() bool { return t.goos == "windows" }

// program is the name of the built program.
func (t target) program() string {
	if t.windows() {
		return "patdesk.exe"
	}
	return "patdesk"
}

// archiveRoot is the name of the archive of the target, less its end.
func (r *release) archiveRoot(t target) string { return "patdesk-" + r.version + "-" + t.name }

// archiveName is the name of the archive of the target.
func (r *release) archiveName(t target) string {
	if t.windows() {
		return r.archiveRoot(t) + ".zip"
	}
	return r.archiveRoot(t) + ".tar.gz"
}

// env is the environment in which Go sees the target.
func (t target) env() []string {
	return append(os.Environ(), "CGO_ENABLED=1", "GOOS="+t.goos, "GOARCH="+t.goarch, "CC="+t.cc, "GOFLAGS=", "CGO_LDFLAGS=", "CGO_CFLAGS=-O2 -g0")
}

// build builds the program into dir, stripped and with nothing in it of this
// folder, and returns its path.
func (r *release) build(t target, dir string) (string, error) {
	if _, err := exec.LookPath(t.cc); err != nil {
		return "", fmt.Errorf("%s: there is no %s: make dist-tools installs it", t.name, t.cc)
	}
	module, err := exec.Command("go", "list", "-m").Output()
	if err != nil {
		return "", fmt.Errorf("go list -m: %w", err)
	}
	stamp := "-s -w -buildid= " + t.link
	for _, said := range []string{"Version=" + r.version, "Commit=" + r.commit, "Date=" + r.date} {
		stamp += " -X " + strings.TrimSpace(string(module)) + "/cli." + said
	}
	bin := filepath.Join(dir, t.name, t.program())
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", t.tags, "-ldflags", stamp, "-o", bin, ".")
	cmd.Env = t.env()
	return bin, run(cmd)
}
