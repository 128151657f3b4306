package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// linked is a module that is in the program.
type linked struct{ Path, Version, Dir string }

// modules are the modules that the program of this folder is linked from for a
// target, but for its own.
func modules(t target) ([]linked, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "-tags", t.tags, ".")
	cmd.Env = t.env()
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []linked
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Module *struct {
				linked
				Main bool
			}
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main && !slices.Contains(all, p.Module.linked) {
			all = append(all, p.Module.linked)
		}
	}
	slices.SortFunc(all, func(a, b linked) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// licenceName is how files with a licence, or a notice that goes with one, are called.
var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// licences are the texts of the licences of Go, of all modules that are linked for
// a target and of its C library. A module without one is an error.
func licences(t target) ([]byte, error) {
	all, err := modules(t)
	if err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	all = append([]linked{{Path: "Go standard library", Dir: strings.TrimSpace(string(root))}}, all...)
	var b bytes.Buffer
	b.WriteString("patdesk is linked from the following. SQLite itself is in the public domain.\n")
	for _, m := range all {
		entries, err := os.ReadDir(m.Dir)
		if err != nil {
			return nil, err
		}
		found := false
		for _, e := range entries {
			if e.IsDir() || !licenceName.MatchString(e.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(m.Dir, e.Name()))
			if err != nil {
				return nil, err
			}
			found = true
			chapter(&b, strings.TrimSpace(m.Path+" "+m.Version)+", "+e.Name(), text)
		}
		if !found {
			return nil, fmt.Errorf("%s has no licence in its folder", m.Path)
		}
	}
	for _, from := range t.notices {
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		chapter(&b, filepath.Base(filepath.Dir(from))+", of Debian, "+filepath.Base(from), text)
	}
	return b.Bytes(), nil
}

// chapter adds a text under a head of its own.
func chapter(b *bytes.Buffer, head string, text []byte) {
	fmt.Fprintf(b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), head, bytes.TrimSpace(text))
}
