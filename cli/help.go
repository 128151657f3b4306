package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The groups of commands in the help.
const (
	groupTokens = "tokens"
	groupServer = "server"
	groupSetUp  = "set-up"
	groupMore   = "more"
)

// groupOf is the group of each command; all others are in groupMore.
var groupOf = map[string]string{
	"issue": groupTokens, "list": groupTokens, "show": groupTokens, "copy": groupTokens, "reissue": groupTokens, "verify": groupTokens,
	"next": groupTokens, "due": groupTokens, "export": groupTokens, "role": groupTokens, "bulk": groupTokens, "drift": groupTokens,
	"exposure": groupTokens, "handover": groupTokens, "preview": groupTokens, "activity": groupTokens, "audit": groupTokens,
	"users": groupServer, "apps": groupServer, "workspaces": groupServer, "doctor": groupServer, "framing": groupServer, "sandbox": groupServer,
	"profile": groupSetUp, "team": groupSetUp, "seat": groupSetUp, "seat-keys": groupSetUp, "serve": groupSetUp, "config": groupSetUp, "paths": groupSetUp, "completion": groupSetUp,
}

// group puts the commands of the program into their groups.
func group(root *cobra.Command) {
	for _, g := range []cobra.Group{{ID: groupTokens, Title: "Tokens:"}, {ID: groupServer, Title: "Server:"}, {ID: groupSetUp, Title: "Set-up:"}, {ID: groupMore, Title: "More:"}} {
		root.AddGroup(&g)
	}
	for _, cmd := range root.Commands() {
		if cmd.GroupID = groupOf[cmd.Name()]; cmd.GroupID == "" {
			cmd.GroupID = groupMore
		}
	}
	root.SetHelpCommandGroupID(groupMore)
}

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
	entries(w, t.Entries)
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

// Commands are all commands of the program, for what is made from them: manual
// pages and the reference. They are not there to be run.
func Commands() *cobra.Command {
	a := &app{env: &Env{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" }}}
	return a.root()
}
