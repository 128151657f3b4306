package config

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Ensure every field of a Config and a Profile that people set has one row, and
// that each row leads to a field of its own.
func TestSettings_RowsAndFields(t *testing.T) {
	check := func(rows int, of any, pointers []any, besides ...string) {
		t.Helper()
		v := reflect.ValueOf(of).Elem()
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || slices.Contains(besides, f.Name) {
				continue
			}
			if !slices.Contains(pointers, v.Field(i).Addr().Interface()) {
				t.Errorf("%s.%s has no row", v.Type().Name(), f.Name)
			}
		}
		if unique := len(slices.Compact(slices.SortedFunc(slices.Values(pointers), func(a, b any) int {
			return strings.Compare(fmt.Sprintf("%p", a), fmt.Sprintf("%p", b))
		}))); unique != rows {
			t.Errorf("%s: %d rows for %d fields", v.Type().Name(), rows, unique)
		}
	}
	c, p := Default(""), defaults()
	var ofC, ofP []any
	for _, s := range globals {
		ofC = append(ofC, s.field(c))
	}
	for _, s := range ofProfile {
		ofP = append(ofP, s.field(p))
	}
	check(len(globals), c, ofC, "Colours", "Keys", "Snippets", "Profiles", "Path")
	var ofCol []any
	for _, s := range ofColours {
		ofCol = append(ofCol, s.field(&c.Colours))
	}
	check(len(ofColours), &c.Colours, ofCol)
	check(len(ofProfile), p, ofP, "Name")
}

// Ensure each setting, whatever its kind, is read, saved and read again as the
// same, says that it came from the file, and is refused in the other table.
func TestSettings_ReadSaveResolve(t *testing.T) {
	for _, s := range ofProfile {
		text := sample(s)
		const head = "[profiles.acme]\n"
		c, err := parse("config.toml", []byte(head+with(s.name, text)))
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		again, err := parse("config.toml", c.encode())
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if was, is := s.value(c.Profiles["acme"]), s.value(again.Profiles["acme"]); was != is || was == s.value(&Profile{}) {
			t.Errorf("%s = %s: read %v, saved and read %v", s.name, text, was, is)
		}
		_, from, err := c.Resolve(Override{Profile: "acme", AllowHTTP: true, Getenv: func(string) string { return "" }})
		if err != nil || from[s.name].Kind != FromFile {
			t.Errorf("%s: %v, from %v", s.name, err, from[s.name])
		}
		if _, err := parse("config.toml", []byte(s.name+" = "+text)); err == nil || !strings.Contains(err.Error(), inProfile) {
			t.Errorf("%s above the tables: %v", s.name, err)
		}
	}
	for _, s := range globals {
		if _, err := parse("config.toml", []byte("[profiles.acme]\n"+with(s.name, sample(s)))); err == nil || !strings.Contains(err.Error(), inGlobals) {
			t.Errorf("%s in a profile: %v", s.name, err)
		}
	}
}

// with is a profile with a setting, and what that setting needs.
func with(name, text string) string {
	out := name + " = " + text + "\n"
	if name != "url" {
		out += "url = \"https://tooljet.example.com\"\n"
	}
	if name == "key" {
		out += "key_command = \"pass tooljet\"\n"
	}
	return out
}

// sample is a value of a setting that is not its default, as the file has it.
func sample[T any](s setting[T]) string {
	var none T
	switch s.field(&none).(type) {
	case *bool:
		return "true"
	case *Duration:
		return quote(Duration{max(s.limits.least, 2*time.Minute)}.String())
	}
	switch {
	case s.choices != nil:
		return quote(s.choices[1])
	case s.name == "url":
		return `"https://tooljet.example.com/tools"`
	case s.name == "unit_proven_at":
		return `"2026-11-19T08:00:00Z"`
	case s.name == "quiet_hours":
		return `"22-07"`
	default:
		return `"words"`
	}
}

// Ensure every face takes the same names for profiles.
func TestCheckProfileName(t *testing.T) {
	for name, ok := range map[string]bool{
		"acme": true, "acme-prod": true, "Acme_2": true, "0": true, strings.Repeat("a", 40): true,
		"": false, "acme.prod": false, "-acme": false, "a b": false, "ä": false, strings.Repeat("a", 41): false, "a\n": false, "[x]": false,
	} {
		if err := CheckProfileName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		_, err := parse("config.toml", []byte("[profiles."+basic(name)+"]\nurl = \"https://tooljet.example.com\"\n"))
		if (err == nil) != ok {
			t.Errorf("%q in a file: %v", name, err)
		}
	}
}

// Ensure an action that was called otherwise is read, keeps its place and its
// comment, and is saved under the name of today.
func TestKeys_OldName(t *testing.T) {
	c, err := parse("config.toml", []byte("[keys]\n# mine\nnew = [\"n\", \"ctrl+n\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.Keys); got != "map[issue:[n ctrl+n]]" {
		t.Errorf("got %s", got)
	}
	if e := c.Problem("keys.issue", "x", ""); e.Line != 3 {
		t.Errorf("at line %d", e.Line)
	}
	if got := string(c.encode()); got != "[keys]\n# mine\nissue = [\"n\", \"ctrl+n\"]\n" {
		t.Errorf("saved as %q", got)
	}
	if _, err := parse("config.toml", []byte("[keys]\nissue = \"n\"\nnew = \"N\"\n")); err == nil || !strings.Contains(err.Error(), "3:1: keys.new: is another name of keys.issue") {
		t.Errorf("both names: %v", err)
	}
}

var update = flag.Bool("update", false, "write docs/settings.md anew")

// Ensure the reference tells of the settings that there are.
func TestReference(t *testing.T) {
	const path = "../docs/settings.md"
	var want strings.Builder
	if err := WriteReference(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want.String()), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("make golden writes it anew (-rows +page):\n%s", diff)
	}
}
