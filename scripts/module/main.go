// Module gives the module another name everywhere: in go.mod, in imports, in the
// map of arrows, in the settings of the linter and in documents.
//
//	go run ./scripts/module example.com/tools/patdesk
//
// A program can be installed by "go install" once its module has the name under
// which it is published.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	flag.Parse()
	if err := rename(".", flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "module:", err)
		os.Exit(1)
	}
}

// rename renames the module in a folder.
func rename(root, name string) error {
	out, err := exec.Command("go", "-C", root, "list", "-m").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	old := strings.TrimSpace(string(out))
	files, packages, err := survey(root)
	if err != nil {
		return err
	}
	// Go itself knows what a module may be called.
	if out, err := exec.Command("go", "-C", root, "mod", "edit", "-module", name).CombinedOutput(); err != nil || name == "" {
		return fmt.Errorf("%q is no name of a module, like example.com/tools/patdesk: %s", name, out)
	}
	for _, path := range files {
		before, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var after []byte
		if strings.HasSuffix(path, ".go") {
			after, err = inGo(before, old, name, packages, filepath.Base(path) == "arch_test.go")
		} else {
			after = inText(before, old, name, packages)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if bytes.Equal(before, after) {
			continue
		}
		if err := os.WriteFile(path, after, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// survey finds the files that may name the module, and the folders of packages.
func survey(root string) (files, packages []string, err error) {
	texts := []string{"Makefile", ".golangci.yml", "run"}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "dist" {
				return fs.SkipDir
			}
			return nil
		}
		switch ext := filepath.Ext(path); {
		case ext == ".go":
			files = append(files, path)
			if dir, err := filepath.Rel(root, filepath.Dir(path)); err == nil && dir != "." && !slices.Contains(packages, dir) {
				packages = append(packages, filepath.ToSlash(dir))
			}
		case ext == ".md", slices.Contains(texts, d.Name()):
			files = append(files, path)
		}
		return nil
	})
	return files, packages, err
}

// inGo renames the string literals that are a path of one of our packages. With
// root, also those that are the module or its beginning.
func inGo(b []byte, old, name string, packages []string, root bool) ([]byte, error) {
	var s scanner.Scanner
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(b))
	s.Init(file, b, nil, 0)
	var out bytes.Buffer
	done := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		value, err := strconv.Unquote(lit)
		if tok != token.STRING || err != nil {
			continue
		}
		rest, ours := strings.CutPrefix(value, old)
		folder, under := strings.CutPrefix(rest, "/")
		if !ours || !(under && slices.Contains(packages, folder)) && !(root && (rest == "" || rest == "/")) {
			continue
		}
		at := file.Offset(pos)
		out.Write(b[done:at])
		out.WriteString(strconv.Quote(name + rest))
		done = at + len(lit)
	}
	if done == 0 {
		return b, nil
	}
	out.Write(b[done:])
	return format.Source(out.Bytes())
}

// inText renames paths of our packages, and the module in the two settings of the
// linter that hold it.
func inText(b []byte, old, name string, packages []string) []byte {
	quoted := make([]string, len(packages))
	for i, p := range packages {
		quoted[i] = regexp.QuoteMeta(p)
	}
	slices.SortFunc(quoted, func(a, b string) int { return len(b) - len(a) })
	paths := regexp.MustCompile(`(^|[^\w/.$}-])` + regexp.QuoteMeta(old) + `/(` + strings.Join(quoted, "|") + `)($|[^\w/-])`)
	b = paths.ReplaceAll(b, []byte("${1}"+name+"/${2}${3}"))
	settings := regexp.MustCompile(`(?m)(module-path: |local-prefixes: \[)` + regexp.QuoteMeta(old) + `(\]?)$`)
	return settings.ReplaceAll(b, []byte("${1}"+name+"${2}"))
}
