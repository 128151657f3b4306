package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// file is one file of an archive or package.
type file struct {
	name string // with slashes, below the root
	mode os.FileMode
	data []byte
}

// parts are the pieces of a release, before it is decided where they go.
type parts struct {
	texts    []file            // README, CHANGELOG, LICENSE
	man      []file            // patdesk.1, …
	complete map[string][]byte // by shell
	program  file
	licences file // of all that is linked into program
}

// shared are the parts that every target has. bin is the program that runs here.
func (r *release) shared(bin, manDir string) (*parts, error) {
	p := &parts{complete: map[string][]byte{}}
	var err error
	for _, name := range []string{"README.md", "CHANGELOG.md", "LICENSE"} {
		data, e := os.ReadFile(name)
		err = errors.Join(err, e)
		p.texts = append(p.texts, file{name, 0o644, data})
	}
	man := exec.Command("go", "run", "-trimpath", "-buildvcs=false", "./scripts/man", "-out", manDir, "-date", r.date)
	man.Env = here()[0].env() // what was compiled for the program is used again
	err = errors.Join(err, run(man))
	pages, e := filepath.Glob(filepath.Join(manDir, "*"))
	err = errors.Join(err, e)
	for _, page := range pages {
		data, e := os.ReadFile(page)
		err = errors.Join(err, e)
		p.man = append(p.man, file{filepath.Base(page), 0o644, data})
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		out, e := exec.Command(bin, "completion", shell).Output()
		err = errors.Join(err, e)
		p.complete[shell] = out
	}
	return p, err
}

// of are the parts of one target, whose program is bin.
func (p parts) of(t target, bin string) (*parts, error) {
	data, err := os.ReadFile(bin)
	if err != nil {
		return nil, err
	}
	text, err := licences(t)
	if err != nil {
		return nil, err
	}
	p.program = file{t.program(), 0o755, data}
	p.licences = file{"LICENCES.txt", 0o644, text}
	return &p, nil
}

// section is the section of a manual page, by its name.
func section(page file) string { return page.name[len(page.name)-1:] }

// inArchive is how the parts lie in an archive. Windows reads no manual pages.
func (p *parts) inArchive(t target, root string) []file {
	all := append([]file{p.program, p.licences}, p.texts...)
	if t.windows() {
		all = append(all, file{"completions/patdesk.ps1", 0o644, p.complete["powershell"]})
	} else {
		for _, page := range p.man {
			all = append(all, file{"man/man" + section(page) + "/" + page.name, page.mode, page.data})
		}
		all = append(all, file{"completions/patdesk.bash", 0o644, p.complete["bash"]}, file{"completions/_patdesk", 0o644, p.complete["zsh"]}, file{"completions/patdesk.fish", 0o644, p.complete["fish"]})
	}
	for i := range all {
		all[i].name = path.Join(root, all[i].name)
	}
	return sorted(all)
}

// inSystem is where the parts go on a Linux system. Where zsh looks for what
// packages bring differs between families of them.
func (p *parts) inSystem(zsh string) []file {
	const doc = "usr/share/doc/patdesk/"
	all := []file{
		{"usr/bin/patdesk", 0o755, p.program.data},
		{"usr/share/bash-completion/completions/patdesk", 0o644, p.complete["bash"]},
		{zsh + "/_patdesk", 0o644, p.complete["zsh"]},
		{"usr/share/fish/vendor_completions.d/patdesk.fish", 0o644, p.complete["fish"]},
	}
	for _, page := range p.man {
		all = append(all, file{"usr/share/man/man" + section(page) + "/" + page.name + ".gz", 0o644, zipped(page.data)})
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

// lay writes the files below root, as they are to be installed: with their modes,
// whatever the mask of the person who builds, and their time.
func (r *release) lay(root string, files []file) error {
	for _, f := range files {
		to := filepath.Join(root, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, f.data, f.mode); err != nil {
			return err
		}
		if err := os.Chmod(to, f.mode); err != nil {
			return err
		}
	}
	return filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		if err != nil {
			return fmt.Errorf("lay out %s: %w", path, err)
		}
		return os.Chtimes(path, r.at, r.at)
	})
}
