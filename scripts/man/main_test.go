package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"patdesk/cli"
	"patdesk/ui/term/termtest"
)

var day = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// Ensure that mandoc takes every page, and that a page says all that the help
// says: what a renderer leaves out or takes for mark-up is missing there.
func TestPages(t *testing.T) {
	mandoc := termtest.Need(t, "mandoc")
	dir := t.TempDir()
	if err := write(dir, day); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), mandoc, append([]string{"-Tlint", "-Werror"}, pages...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	read := func(name string) string {
		out, err := exec.CommandContext(t.Context(), mandoc, "-Tutf8", "-Owidth=200", filepath.Join(dir, name)).Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return plain(string(out))
	}
	seen := 0
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.HasParent() && !cmd.IsAvailableCommand() || cmd.IsAdditionalHelpTopicCommand() {
			return
		}
		seen++
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		page := read(name)
		wants := append(strings.Split(cmd.Long, "\n\n"), cmd.Short, cmd.UseLine())
		wants = append(wants, strings.Split(cmd.Example, "\n")...)
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				wants = append(wants, "--"+f.Name, f.Usage)
			}
		})
		has(t, name, page, wants)
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(cli.Commands())
	if seen+1 > len(pages) || seen < 30 {
		t.Errorf("%d commands, %d pages", seen, len(pages))
	}
	page := read("patdesk.7")
	for _, topic := range cli.Topics() {
		wants := []string{topic.Intro, topic.Note, topic.Example}
		for _, e := range topic.Entries() {
			wants = append(wants, e.Name, e.Meaning)
		}
		has(t, "patdesk.7", page, wants)
	}
}

func has(t *testing.T, name, page string, wants []string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, plain(want)) {
			t.Errorf("%s lacks %q", name, plain(want))
		}
	}
}

// plain is a text without the overstrikes, dashes and spaces of a page.
func plain(s string) string {
	s = regexp.MustCompile(".\x08").ReplaceAllString(s, "")
	s = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "‐", "-", "−", "-").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}
