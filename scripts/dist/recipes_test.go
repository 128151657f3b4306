package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// made is a folder of results with an archive for each of the targets.
func made(t *testing.T, all ...target) *release {
	t.Helper()
	r := &release{version: "0.2.0", at: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), out: t.TempDir(), home: "https://code.example.com/tools/patdesk/"}
	for _, of := range all {
		if err := os.WriteFile(filepath.Join(r.out, r.archiveName(of)), []byte(of.name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// Ensure each recipe names archives that are there, with their sums, and that all of
// it is in SHA256SUMS.
func TestRecipes(t *testing.T) {
	for _, tt := range []struct {
		name string
		all  []target
		mac  bool
	}{
		{"of Linux only", targets(), false},
		{"with macOS", append(targets(), macTargets()...), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := made(t, tt.all...)
			for range 2 { // again over what is there
				if err := r.recipes(); err != nil {
					t.Fatal(err)
				}
			}
			for name, of := range map[string][]string{
				"homebrew/patdesk.rb":                      {"linux-amd64-static", "linux-arm64-static"},
				"scoop/patdesk.json":                       {"windows-amd64"},
				"winget/Patdesk.Patdesk.installer.yaml":    {"windows-amd64"},
				"aur/PKGBUILD":                             {"linux-amd64", "linux-arm64-static"},
				"nix/flake.nix":                            {"linux-amd64-static", "linux-arm64-static"},
				"container/Dockerfile":                     {"linux-amd64-static", "linux-arm64-static"},
				"winget/Patdesk.Patdesk.yaml":              nil,
				"winget/Patdesk.Patdesk.locale.en-US.yaml": nil,
			} {
				if tt.mac && (strings.HasPrefix(name, "homebrew") || strings.HasPrefix(name, "nix")) {
					of = append(of, "darwin-arm64")
				}
				named(t, r, name, of)
			}
			text, err := os.ReadFile(filepath.Join(r.out, "recipes/homebrew/patdesk.rb"))
			if err != nil || strings.Contains(string(text), "on_macos") != tt.mac {
				t.Errorf("%v\n%s", err, text)
			}
			if err := r.sums(); err != nil {
				t.Fatal(err)
			}
			if said := do(t, r.out, "sha256sum", "--check", "SHA256SUMS"); strings.Count(said, ": OK\n") != len(tt.all)+8 {
				t.Errorf("summed:\n%s", said)
			}
		})
	}
}

// named looks for the addresses and sums of archives in a recipe, and for what a
// template left of itself.
func named(t *testing.T, r *release, name string, of []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.out, "recipes", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "<no value>") || !strings.Contains(string(text), "0.2.0") {
		t.Errorf("%s:\n%s", name, text)
	}
	for _, target := range of {
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(target))); !strings.Contains(string(text), sum) {
			t.Errorf("%s lacks the sum of %s", name, target)
		}
		if !strings.Contains(string(text), "patdesk-0.2.0-"+target) {
			t.Errorf("%s does not name %s", name, target)
		}
	}
	if n := strings.Count(string(text), "https://code.example.com/tools/patdesk/releases/download/v0.2.0/patdesk-0.2.0-"); n == 0 && len(of) > 0 && name != "container/Dockerfile" {
		t.Errorf("%s has no address:\n%s", name, text)
	}
}

// Ensure the recipes that can be read here are sound.
func TestRecipes_Sound(t *testing.T) {
	r := made(t, targets()...)
	if err := r.recipes(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(r.out, "recipes/scoop/patdesk.json"))
	if err != nil || !json.Valid(data) {
		t.Errorf("scoop: %v\n%s", err, data)
	}
	if out, err := exec.CommandContext(t.Context(), "bash", "-n", filepath.Join(r.out, "recipes/aur/PKGBUILD")).CombinedOutput(); err != nil {
		t.Errorf("PKGBUILD: %v\n%s", err, out)
	}
	if err := os.Remove(filepath.Join(r.out, r.archiveName(targets()[0]))); err != nil {
		t.Fatal(err)
	}
	if err := r.recipes(); err == nil {
		t.Error("a recipe was made for an archive that is not there")
	}
}

// Ensure the next release clears away what the last one made, and nothing else.
func TestClear(t *testing.T) {
	r := made(t, targets()...)
	kept := filepath.Join(r.out, "man", "man1", "patdesk.1")
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, []byte("page"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.recipes(); err != nil {
		t.Fatal(err)
	}
	if err := r.clear(); err != nil {
		t.Fatal(err)
	}
	if left, err := r.results(); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}
