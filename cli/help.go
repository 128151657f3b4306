package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// topicCmds are the topics as cobra knows them: commands that cannot be run.
func topicCmds() []*cobra.Command {
	var all []*cobra.Command
	for _, t := range Topics() {
		cmd := &cobra.Command{Use: t.Name, Short: t.Short}
		cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { t.write(cmd.OutOrStdout()) })
		all = append(all, cmd)
	}
	return all
}

// write writes a topic as the help shows it.
func (t *Topic) write(w io.Writer) {
	if t.Intro != "" {
		wrap(w, "", t.Intro)
		_, _ = fmt.Fprintln(w)
	}
	entries(w, t.Entries())
	if t.Note != "" {
		_, _ = fmt.Fprintln(w)
		wrap(w, "", t.Note)
	}
	if t.Example != "" {
		_, _ = fmt.Fprintln(w)
		line(w, "  %s", t.Example)
	}
}

// entries writes names with what they mean.
func entries(w io.Writer, list []Entry) {
	width := 0
	for _, e := range list {
		width = max(width, len(e.Name))
	}
	for _, e := range list {
		wrap(w, fmt.Sprintf("  %-*s  ", width, e.Name), e.Meaning)
	}
}
