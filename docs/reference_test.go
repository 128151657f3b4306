package docs

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"patdesk/cli"
	"patdesk/pat"
	"patdesk/ui/kit"
)

var update = flag.Bool("update", false, "write the reference anew")

// Ensure the reference is what the tables of the program say.
func TestReference(t *testing.T) {
	for file, text := range map[string]string{
		"commands.md": commandsPage(), "reference.md": topicsPage(), "keys.md": keysPage(t), "json.md": jsonPage(t), "errors.md": errorsPage(),
		"embedding.md": embeddingPage(t),
	} {
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), text); diff != "" {
			t.Errorf("%s is not what the tables say (-file +tables); make golden writes it:\n%s", file, diff)
		}
	}
}

const made = "\nThis page is made from the tables of the program by `make golden`.\n\n"

// cells makes texts fit for a row of a table.
var cells = strings.NewReplacer("|", `\|`, "\n", " ", "<", `\<`)

func row(b *strings.Builder, columns ...string) {
	for _, c := range columns {
		fmt.Fprintf(b, "| %s ", cells.Replace(c))
	}
	b.WriteString("|\n")
}

func head(b *strings.Builder, columns ...string) {
	row(b, columns...)
	b.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
}

func code(s string) string { return "`" + s + "`" }

func commandsPage() string {
	var b strings.Builder
	b.WriteString("# Commands\n" + made)
	root := cli.Commands()
	b.WriteString("These flags work everywhere:\n\n")
	flags(&b, root.PersistentFlags())
	for _, g := range root.Groups() {
		fmt.Fprintf(&b, "\n## %s\n", strings.TrimSuffix(g.Title, ":"))
		for _, cmd := range root.Commands() {
			if cmd.GroupID == g.ID && cmd.IsAvailableCommand() && !cmd.IsAdditionalHelpTopicCommand() {
				command(&b, cmd)
			}
		}
	}
	return b.String()
}

func command(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "\n### %s\n\n%s.\n", cmd.CommandPath(), cmd.Short)
	if cmd.Runnable() {
		fmt.Fprintf(b, "\n```\n%s\n```\n", cmd.UseLine())
	}
	if cmd.Long != "" {
		fmt.Fprintf(b, "\n%s\n", cmd.Long)
	}
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	if cmd.HasAvailableLocalFlags() {
		b.WriteString("\n")
		flags(b, cmd.LocalFlags())
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			command(b, c)
		}
	}
}

func flags(b *strings.Builder, set *pflag.FlagSet) {
	head(b, "flag", "what it does", "default")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		value := ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			value = code(f.DefValue)
		}
		row(b, code(name), f.Usage, value)
	})
}

func topicsPage() string {
	var b strings.Builder
	b.WriteString("# Reference\n" + made)
	b.WriteString("More of it: [commands](commands.md), [settings](settings.md), [actions and keys](keys.md), [JSON](json.md), [errors](errors.md).\n")
	for _, topic := range cli.Topics() {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n", strings.ToUpper(topic.Name[:1])+strings.ReplaceAll(topic.Name[1:], "-", " "), topic.Short)
		if topic.Intro != "" {
			b.WriteString(topic.Intro + "\n\n")
		}
		head(&b, "name", "meaning")
		for _, e := range topic.Entries() {
			row(&b, code(e.Name), e.Meaning)
		}
		if topic.Note != "" {
			b.WriteString("\n" + topic.Note + "\n")
		}
		if topic.Example != "" {
			b.WriteString("\n```\n" + topic.Example + "\n```\n")
		}
	}
	return b.String()
}

func keysPage(t *testing.T) string {
	t.Helper()
	keys, problems := kit.NewKeys(nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var b strings.Builder
	b.WriteString("# Actions and keys\n" + made)
	b.WriteString("Each of these can have other keys, in `[keys]` of the configuration: `issue = [\"n\", \"ctrl+n\"]`. The console shows all its keys\nwith `?`, and finds actions by name with `:`.\n\n")
	head(&b, "action", "keys", "what it does")
	named := keys.Named()
	names := make([]string, 0, len(named))
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row(&b, code(name), code(strings.Join(named[name].Keys(), " ")), named[name].Help().Desc)
	}
	return b.String()
}

func errorsPage() string {
	var b strings.Builder
	b.WriteString("# Errors\n" + made)
	b.WriteString("A failure has the id of its row, in its last line and in JSON. Cause and next step here are those without a case; on the\nscreen they name what is known of it. A title that ends in \"may exist\" means: nobody knows whether a token was made.\n")
	for _, x := range pat.Catalogue() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** · exit code %d · %s\n", x.ID, x.Title, x.Exit, retries[x.Retry])
		if x.Cause != "" {
			fmt.Fprintf(&b, "\n%s.\n", strings.ToUpper(x.Cause[:1])+x.Cause[1:])
		}
		if x.Next != "" {
			fmt.Fprintf(&b, "\n- Command line: %s.\n", strings.TrimSuffix(x.Next, "."))
			fmt.Fprintf(&b, "- Console: %s.\n", strings.TrimSuffix(x.NextOn(pat.Console), "."))
		}
	}
	return b.String()
}

// retries says what the retry words of the JSON mean.
var retries = map[pat.Retry]string{
	pat.RetryAuto:   "patdesk tries again by itself (`auto`)",
	pat.RetryYouMay: "you may try again (`you_may`)",
	pat.RetryDont:   "the same would happen again (`dont`)",
	pat.RetryAsk:    "look first, then decide (`ask`)",
}
