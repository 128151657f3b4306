package main

import (
	"bytes"
	"crypto/md5" // the format of md5sums in a Debian package
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

func md5Of(data []byte) string { return fmt.Sprintf("%x", md5.Sum(data)) }

// linked is a module that is in the program.
type linked struct{ Path, Version, Dir string }

// modules are the modules that the program of a folder is linked from, but for its
// own, on Linux.
func modules() ([]linked, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", ".")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1")
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

// licences are the texts of the licences of Go and of all linked modules. A module
// without one is an error.
func licences() ([]byte, error) {
	all, err := modules()
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
			fmt.Fprintf(&b, "\n%s\n%s, %s\n\n%s\n", strings.Repeat("=", 78), strings.TrimSpace(m.Path+" "+m.Version), e.Name(), bytes.TrimSpace(text))
		}
		if !found {
			return nil, fmt.Errorf("%s has no licence in its folder", m.Path)
		}
	}
	return b.Bytes(), nil
}
