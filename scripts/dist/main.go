// Dist makes what is released for Linux on amd64: an archive, a Debian package, and
// SHA256SUMS of both.
//
//	go run ./scripts/dist -out dist -version 0.2.0 -commit HASH -date 2026-11-28T00:00:00Z
//
// The same sources, toolchain and flags give the same bytes in any folder: times
// are the date of the commit, owners are root, and no path of the machine is in
// them. It needs Go, a C compiler and dpkg-deb.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// release says what is made.
type release struct {
	version, commit, date string
	at                    time.Time // date
	out                   string
}

// file is one file of an archive or package.
type file struct {
	name string // with slashes, below the root
	mode os.FileMode
	data []byte
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
	bin := filepath.Join(work, "patdesk")
	if err := r.build(bin); err != nil {
		return err
	}
	parts, err := r.parts(bin, filepath.Join(work, "man"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	name := "patdesk-" + r.version + "-linux-amd64"
	if err := r.archive(filepath.Join(r.out, name+".tar.gz"), parts.inArchive(name)); err != nil {
		return err
	}
	deb := "patdesk_" + r.version + "_amd64.deb"
	if err := r.deb(filepath.Join(r.out, deb), filepath.Join(work, "root"), parts.inSystem()); err != nil {
		return err
	}
	return r.sums(name+".tar.gz", deb)
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

// build builds the program: stripped, linked to the C library of the system for
// its resolver, with nothing in it of this folder.
func (r *release) build(bin string) error {
	module, err := exec.Command("go", "list", "-m").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	stamp := "-s -w -buildid= -extldflags=-Wl,--build-id=none"
	for _, said := range []string{"Version=" + r.version, "Commit=" + r.commit, "Date=" + r.date} {
		stamp += " -X " + strings.TrimSpace(string(module)) + "/cli." + said
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", stamp, "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=", "CGO_CFLAGS=-O2 -g0", "CGO_LDFLAGS=")
	return run(cmd)
}

// run runs a program and tells what it said if it fails.
func run(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}

// parts are the pieces of a release, before it is decided where they go.
type parts struct {
	program  file
	texts    []file            // README, CHANGELOG, LICENSE
	licences file              // of all that is linked
	man      []file            // patdesk.1, …
	complete map[string][]byte // by shell
	at       time.Time
}

func (r *release) parts(bin, manDir string) (*parts, error) {
	p := &parts{complete: map[string][]byte{}, at: r.at}
	var err error
	add := func(name, from string, mode os.FileMode) file {
		data, e := os.ReadFile(from)
		err = errors.Join(err, e)
		return file{name, mode, data}
	}
	p.program = add("patdesk", bin, 0o755)
	for _, name := range []string{"README.md", "CHANGELOG.md", "LICENSE"} {
		p.texts = append(p.texts, add(name, name, 0o644))
	}
	err = errors.Join(err, run(exec.Command("go", "run", "./scripts/man", "-out", manDir, "-date", r.date)))
	pages, e := filepath.Glob(filepath.Join(manDir, "*"))
	err = errors.Join(err, e)
	for _, page := range pages {
		p.man = append(p.man, add(filepath.Base(page), page, 0o644))
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out, e := exec.Command(bin, "completion", shell).Output()
		err = errors.Join(err, e)
		p.complete[shell] = out
	}
	text, e := licences()
	p.licences = file{"LICENCES.txt", 0o644, text}
	return p, errors.Join(err, e)
}

// inArchive is how the parts lie in an archive.
func (p *parts) inArchive(root string) []file {
	all := append([]file{p.program, p.licences}, p.texts...)
	for _, page := range p.man {
		all = append(all, file{"man/man" + page.name[len(page.name)-1:] + "/" + page.name, page.mode, page.data})
	}
	all = append(all, file{"completions/patdesk.bash", 0o644, p.complete["bash"]}, file{"completions/_patdesk", 0o644, p.complete["zsh"]}, file{"completions/patdesk.fish", 0o644, p.complete["fish"]})
	for i := range all {
		all[i].name = path.Join(root, all[i].name)
	}
	return sorted(all)
}

// inSystem is where the parts go on a Debian system.
func (p *parts) inSystem() []file {
	const doc = "usr/share/doc/patdesk/"
	all := []file{
		{"usr/bin/patdesk", 0o755, p.program.data},
		{"usr/share/bash-completion/completions/patdesk", 0o644, p.complete["bash"]},
		{"usr/share/zsh/vendor-completions/_patdesk", 0o644, p.complete["zsh"]},
		{"usr/share/fish/vendor_completions.d/patdesk.fish", 0o644, p.complete["fish"]},
	}
	for _, page := range p.man {
		all = append(all, file{"usr/share/man/man" + page.name[len(page.name)-1:] + "/" + page.name + ".gz", 0o644, zipped(page.data)})
	}
	all = append(all, file{doc + p.licences.name + ".gz", 0o644, zipped(p.licences.data)})
	for _, text := range p.texts {
		switch text.name {
		case "LICENSE":
			all = append(all, file{doc + "copyright", 0o644, slices.Concat(text.data, []byte("\nThe licences of what is linked stand in "+p.licences.name+".gz beside this file.\n"))})
		case "CHANGELOG.md":
			all = append(all, file{doc + "changelog.gz", 0o644, zipped(text.data)})
		default:
			all = append(all, file{doc + text.name, 0o644, text.data})
		}
	}
	return sorted(all)
}

func sorted(all []file) []file {
	slices.SortFunc(all, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return all
}

// zipped compresses without name and time, as gzip -9n does.
func zipped(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// sums writes SHA256SUMS as sha256sum -c reads it.
func (r *release) sums(names ...string) error {
	var b strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
