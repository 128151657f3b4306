package docs

import (
	"regexp"
	"strings"
	"testing"

	"patdesk/cli"
)

// maxWords is what a reader takes in within five minutes.
const maxWords = 1200

// begin is how the README begins: its title, one sentence, the two commands.
var begin = regexp.MustCompile("^# patdesk\n\n[^.\n]+\\.\n\n```\ngo run \\. --demo .*\ngo test \\./\\.\\.\\. .*\n```\n")

// Ensure the README stays short, begins with what to type, and has every command.
func TestReadme(t *testing.T) {
	text := read(t, "../README.md")
	if n := len(strings.Fields(text)); n > maxWords {
		t.Errorf("%d words, at most %d", n, maxWords)
	}
	if !begin.MatchString(text) {
		t.Error("it does not begin with title, sentence and the two commands")
	}
	_, table, _ := strings.Cut(text, "## Commands")
	table, _, _ = strings.Cut(table, "## Configuration")
	for _, cmd := range cli.Commands().Commands() {
		if cmd.IsAvailableCommand() && !cmd.IsAdditionalHelpTopicCommand() && !regexp.MustCompile("`"+cmd.Name()+"[ `]").MatchString(table) {
			t.Errorf("it lacks the command %s", cmd.Name())
		}
	}
	for _, topic := range cli.Topics() {
		if topic.Name != "formats" {
			continue
		}
		for _, e := range topic.Entries() {
			if !strings.Contains(table, e.Name) {
				t.Errorf("it lacks the format %s", e.Name)
			}
		}
	}
}
