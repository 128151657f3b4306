package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// templates are the recipes, where they go below the folder recipes, less their end.
//
//go:embed recipes
var templates embed.FS

// recipe is what a template may ask for.
type recipe struct {
	*release
	Version, Home string
}

// recipes writes the recipes for the channels from the archives in the folder of the
// results.
func (r *release) recipes() error {
	all, err := templates.ReadDir("recipes")
	if err != nil {
		return err
	}
	for _, e := range all {
		source, err := templates.ReadFile("recipes/" + e.Name())
		if err != nil {
			return err
		}
		// Recipes have braces of their own.
		parsed, err := template.New(e.Name()).Delims("<<", ">>").Parse(string(source))
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := parsed.Execute(&b, recipe{r, r.version, strings.TrimSuffix(r.home, "/")}); err != nil {
			return err
		}
		name := "recipes/" + strings.ReplaceAll(strings.TrimSuffix(e.Name(), ".tmpl"), "--", "/")
		to := filepath.Join(r.out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Name is the name of the archive of a target.
func (r recipe) Name(of string) (string, error) {
	for _, t := range append(targets(), macTargets()...) {
		if t.name == of {
			return r.archiveName(t), nil
		}
	}
	return "", fmt.Errorf("there is no target %s", of)
}

// URL is where the archive of a target is published.
func (r recipe) URL(of string) (string, error) {
	name, err := r.Name(of)
	return r.Home + "/releases/download/v" + r.version + "/" + name, err
}

// Root is the folder inside of the archive of a target.
func (r recipe) Root(of string) string { return r.archiveRoot(target{name: of}) }

// Has reports whether the archive of a target was made: those for macOS are made
// on macOS only.
func (r recipe) Has(of string) (bool, error) {
	name, err := r.Name(of)
	if err != nil {
		return false, err
	}
	_, missing := os.Stat(filepath.Join(r.out, name))
	return missing == nil, nil
}

// Sum is the SHA-256 of the archive of a target, in hexadecimal digits.
func (r recipe) Sum(of string) (string, error) {
	name, err := r.Name(of)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(r.out, name))
	return fmt.Sprintf("%x", sha256.Sum256(data)), err
}

// ArchVersion is the version as Arch Linux takes it, which knows no dash.
func (r recipe) ArchVersion() string { return strings.ReplaceAll(r.version, "-", ".") }

// Date is the day of the commit.
func (r recipe) Date() string { return r.at.UTC().Format("2006-01-02") }
