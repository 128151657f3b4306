// Man writes the manual pages: one a command, and patdesk(7) with the topics of
// the help.
//
//	go run ./scripts/man -out dist/man -date 2026-11-28T00:00:00Z
//
// They are made from the commands and tables that the program works by. The same
// date gives the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"patdesk/cli"
)

func main() {
	out := flag.String("out", "dist/man", "folder of the pages")
	at := flag.String("date", "", "date that stands on them, RFC 3339; empty is today")
	flag.Parse()
	date := time.Now()
	if *at != "" {
		var err error
		if date, err = time.Parse(time.RFC3339, *at); err != nil {
			fail(err)
		}
	}
	if err := write(*out, date.UTC()); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "man:", err)
	os.Exit(1)
}

// write writes all pages into a folder, which holds nothing else afterwards.
func write(dir string, date time.Time) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root := cli.Commands()
	root.DisableAutoGenTag = true
	root.Long += "\n\nWhat states, filters, formats, variables, files and exit codes mean is in patdesk(7)."
	escape(root)
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "patdesk", Manual: "patdesk manual"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "patdesk.7"), md2man.Render([]byte(topics(date))), 0o644)
}

// special are the characters that Markdown reads as more than themselves.
var special = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, "`", "\\`", `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `|`, `\|`, `~`, `\~`)

// escape makes the texts of commands mean themselves in Markdown. Examples stand
// in code blocks, where they do already.
func escape(cmd *cobra.Command) {
	cmd.Use, cmd.Long, cmd.Short = special.Replace(cmd.Use), special.Replace(cmd.Long), special.Replace(cmd.Short)
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { f.Usage = special.Replace(f.Usage) })
	for _, c := range cmd.Commands() {
		escape(c)
	}
}

// headings are the names of manual sections where a topic has another name.
var headings = map[string]string{"exit-codes": "EXIT STATUS"}

// topics is patdesk(7) in Markdown.
func topics(date time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%% \"PATDESK\" \"7\" \"%s\" \"patdesk\" \"patdesk manual\"\n", date.Format("Jan 2006"))
	b.WriteString("# NAME\npatdesk \\- what the words, codes and files of patdesk mean\n\n")
	for _, t := range cli.Topics() {
		heading := headings[t.Name]
		if heading == "" {
			heading = strings.ToUpper(t.Name)
		}
		fmt.Fprintf(&b, "# %s\n%s\n\n", heading, special.Replace(t.Intro))
		for _, e := range t.Entries() {
			fmt.Fprintf(&b, "**%s**\n: %s\n\n", special.Replace(e.Name), special.Replace(e.Meaning))
		}
		if t.Note != "" {
			fmt.Fprintf(&b, "%s\n\n", special.Replace(t.Note))
		}
		if t.Example != "" {
			fmt.Fprintf(&b, "```\n%s\n```\n\n", t.Example)
		}
	}
	b.WriteString("# SEE ALSO\n**patdesk(1)**\n")
	return b.String()
}
