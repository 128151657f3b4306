package config

import (
	"fmt"
	"io"
	"strings"
)

// WriteReference writes what may stand in the file as a page of Markdown, from
// the rows that the file is read by.
func WriteReference(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# Settings

What may stand in the configuration file; ` + "`patdesk paths`" + ` says where that is. Each setting may be left out, but for the
url of a profile. ` + "`patdesk config list`" + ` shows them with their values, ` + "`patdesk config set KEY VALUE`" + ` changes one by its
path, as ` + "`theme`, `profiles.acme.max_life` or `keys.issue`" + `. A duration is written ` + "`45s`, `90m`, `2h30m` or `7d`" + `.

## For all profiles

These stand above the first line in brackets.

`)
	reference(&b, globals, Default(""))
	b.WriteString("\n## Of a profile\n\nThese stand below a line `[profiles.NAME]`.\n\n")
	reference(&b, ofProfile, defaults())
	b.WriteString("\n## Colours of your own\n\nThese stand below a line `[colours]`; without one the theme's stands. What cannot be read well on the background, below\n" +
		"4.5 to 1, is told at start, by `config list` and by `doctor`, and used. A terminal of 16 colours keeps its own backgrounds.\n\n")
	reference(&b, ofColours, &Colours{})
	b.WriteString("\n## Tables\n\n| table | what stands there |\n|---|---|\n")
	for _, t := range tables {
		fmt.Fprintf(&b, "| `[%s]` | %s |\n", t, tableDoc(t))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tableDoc says what stands in a table, one sentence.
func tableDoc(table string) string {
	switch table {
	case "colours":
		return "Colours of your own, by what they are for."
	case "keys":
		return "Other keys for actions of the console: `issue = \"n\"`, or several as `[\"n\", \"ctrl+n\"]`."
	case "snippets":
		return "Templates of your own: `NAME = \"{{.URL}}\"`, or `NAME = {template = \"…\", kind = \"html\"}`."
	default:
		return "One profile for each ToolJet server, as `[profiles.acme]`."
	}
}

// reference writes one table of settings; of holds the defaults.
func reference[T any](b *strings.Builder, rows []setting[T], of *T) {
	b.WriteString("| setting | may be | default | what it does |\n|---|---|---|---|\n")
	for _, s := range rows {
		value := fmt.Sprint(s.value(of))
		if value != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", s.name, s.kind(), value, s.doc)
	}
}
