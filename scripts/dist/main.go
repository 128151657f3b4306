// Dist makes what is released: an archive for each system, a Debian package, and
// SHA256SUMS of them.
//
//	go run ./scripts/dist -out dist -version 0.2.0 -commit HASH -date 2026-11-28T00:00:00Z
//
// The same sources, toolchain and flags give the same bytes in any folder: times
// are the date of the commit, owners are root, and no path of the machine is in
// them. It needs Go, a C compiler for each target, and dpkg-deb.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// release says what is made.
type release struct {
	version, commit, date string
	at                    time.Time // date
	out                   string
}

func main() {
	r := release{}
	flag.StringVar(&r.out, "out", "dist", "folder of the results")
	flag.StringVar(&r.version, "version", "", "semantic version; empty is 0.0.0 with the commit")
	flag.StringVar(&r.commit, "commit", "", "commit of the sources")
	flag.StringVar(&r.date, "date", "", "date of the commit, RFC 3339")
	flag.Parse()
	if err := r.make(); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func (r *release) make() error {
	var err error
	if r.at, err = time.Parse(time.RFC3339, r.date); err != nil {
		return fmt.Errorf("-date: %w", err)
	}
	if r.version == "" {
		r.version = "0.0.0+" + r.commit[:min(12, len(r.commit))]
	}
	if err := told(r.version); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "patdesk-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	names, err := r.archives(work)
	if err != nil {
		return err
	}
	return r.sums(names...)
}

// archives builds for every target and returns the names of what was packed.
func (r *release) archives(work string) (names []string, err error) {
	var shared *parts
	for i, t := range targets() {
		bin, err := r.build(t, work)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			if shared, err = r.shared(bin, filepath.Join(work, "man")); err != nil {
				return nil, err
			}
		}
		p, err := shared.of(t, bin)
		if err != nil {
			return nil, err
		}
		name := r.archiveName(t)
		if err := r.archive(filepath.Join(r.out, name), p.inArchive(t, r.archiveRoot(t))); err != nil {
			return nil, err
		}
		names = append(names, name)
		if i == 0 {
			packages, err := r.packages(work, p)
			if err != nil {
				return nil, err
			}
			names = append(names, packages...)
		}
	}
	return names, nil
}

// packages makes those for systems with a package manager.
func (r *release) packages(work string, p *parts) (names []string, err error) {
	deb := "patdesk_" + r.version + "_amd64.deb"
	if err := r.deb(filepath.Join(r.out, deb), filepath.Join(work, "deb"), p.inSystem("usr/share/zsh/vendor-completions")); err != nil {
		return nil, err
	}
	return []string{deb}, nil
}

// final is the version of a release, without a commit or a mark of changes.
var final = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

// told refuses to release a version of which CHANGELOG.md says nothing.
func told(version string) error {
	text, err := os.ReadFile("CHANGELOG.md")
	if err == nil && final.MatchString(version) && !regexp.MustCompile(`(?m)^## `+regexp.QuoteMeta(version)+`\b`).Match(text) {
		err = fmt.Errorf("CHANGELOG.md does not tell of %s", version)
	}
	return err
}

// run runs a program and tells what it said if it fails.
func run(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}
