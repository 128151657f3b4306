// Dist makes what is released: for each system an archive and its bill of materials
// (CycloneDX), a Debian and an rpm package, recipes for other channels, and SHA256SUMS
// of all that.
//
//	go run ./scripts/dist -out dist -version 0.2.0 -commit HASH -date 2026-11-28T00:00:00Z
//
// The same sources, toolchain and flags give the same bytes in any folder: times
// are the date of the commit, owners are root, and no path of the machine is in
// them. It needs Go, a C compiler for each target, dpkg-deb and rpmbuild.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// release says what is made.
type release struct {
	version, commit, date string
	at                    time.Time // date
	out                   string
	home                  string // address of the project, for the recipes
}

func main() {
	r := release{}
	flag.StringVar(&r.out, "out", "dist", "folder of the results")
	flag.StringVar(&r.version, "version", "", "semantic version; empty is 0.0.0 with the commit")
	flag.StringVar(&r.commit, "commit", "", "commit of the sources")
	flag.StringVar(&r.date, "date", "", "date of the commit, RFC 3339")
	flag.StringVar(&r.home, "home", "https://github.com/example/patdesk", "address of the project, below which archives are published")
	finish := flag.Bool("finish", false, "build nothing: recipes and sums of what is in -out, from several machines")
	flag.Parse()
	if err := r.make(*finish); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func (r *release) make(finish bool) error {
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
	if !finish {
		if err := r.archives(); err != nil {
			return err
		}
	}
	if runtime.GOOS == "darwin" {
		return nil // the rest is made where all archives come together
	}
	if err := r.recipes(); err != nil {
		return err
	}
	return r.sums()
}

// archives builds for every target of this machine and packs what was built.
func (r *release) archives() error {
	work, err := os.MkdirTemp("", "patdesk-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := errors.Join(r.clear(), os.MkdirAll(r.out, 0o755)); err != nil {
		return err
	}
	var shared *parts
	for i, t := range here() {
		bin, err := r.build(t, work)
		if err != nil {
			return err
		}
		if i == 0 {
			if shared, err = r.shared(bin, filepath.Join(work, "man")); err != nil {
				return err
			}
		}
		p, err := shared.of(t, bin)
		if err != nil {
			return err
		}
		err = errors.Join(
			r.archive(filepath.Join(r.out, r.archiveName(t)), p.inArchive(t, r.archiveRoot(t))),
			r.sbom(t, work, bin, filepath.Join(r.out, r.archiveRoot(t)+".cdx.json")),
		)
		if i == 0 && t.goos == "linux" {
			err = errors.Join(err, r.packages(work, p))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// packages makes those for systems with a package manager.
func (r *release) packages(work string, p *parts) error {
	deb, rpm := "patdesk_"+r.version+"_amd64.deb", "patdesk-"+rpmVersion(r.version)+"-1.x86_64.rpm"
	return errors.Join(
		r.deb(filepath.Join(r.out, deb), filepath.Join(work, "deb"), p.inSystem("usr/share/zsh/vendor-completions")),
		r.rpm(filepath.Join(r.out, rpm), filepath.Join(work, "rpm"), p.inSystem("usr/share/zsh/site-functions")),
	)
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
