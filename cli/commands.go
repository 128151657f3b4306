package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/ui/term"
)

// The groups of commands in the help.
const (
	groupTokens = "tokens"
	groupServer = "server"
	groupSetUp  = "set-up"
	groupMore   = "more"
)

// command is a command of the program, in its group of the help.
type command struct {
	name, group string
	make        func(*app) *cobra.Command
}

// allCommands are those of the program but the ones that cobra adds.
func allCommands() []command {
	return []command{
		{"issue", groupTokens, (*app).issueCmd},
		{"list", groupTokens, (*app).listCmd},
		{"show", groupTokens, (*app).showCmd},
		{"copy", groupTokens, (*app).copyCmd},
		{"reissue", groupTokens, (*app).reissueCmd},
		{"role", groupTokens, (*app).roleCmd},
		{"bulk", groupTokens, (*app).bulkCmd},
		{"verify", groupTokens, (*app).verifyCmd},
		{"drift", groupTokens, (*app).driftCmd},
		{"exposure", groupTokens, (*app).exposureCmd},
		{"handover", groupTokens, (*app).handoverCmd},
		{"activity", groupTokens, (*app).activityCmd},
		{"audit", groupTokens, (*app).auditCmd},
		{"history", groupSetUp, (*app).historyCmd},
		{"seal-key", groupMore, (*app).sealKeyCmd},
		{"next", groupTokens, (*app).nextCmd},
		{"due", groupTokens, (*app).dueCmd},
		{"export", groupTokens, (*app).exportCmd},
		{"users", groupServer, (*app).usersCmd},
		{"apps", groupServer, (*app).appsCmd},
		{"workspaces", groupServer, (*app).workspacesCmd},
		{"profile", groupSetUp, (*app).profileCmd},
		{"config", groupSetUp, (*app).configCmd},
		{"doctor", groupServer, (*app).doctorCmd},
		{"framing", groupServer, (*app).framingCmd},
		{"preview", groupTokens, (*app).previewCmd},
		{"sandbox", groupServer, (*app).sandboxCmd},
		{"paths", groupSetUp, (*app).pathsCmd},
		{"completion", groupSetUp, (*app).completionCmd},
		{"version", groupMore, (*app).versionCmd},
		{term.ClearerCommand, groupMore, (*app).clearerCmd},
		{"seat", groupSetUp, (*app).seatCmd},
		{"seat-keys", groupSetUp, (*app).seatKeysCmd},
		{"team", groupSetUp, (*app).teamCmd},
		{"serve", groupSetUp, (*app).serveCmd},
	}
}

// Commands are all commands of the program, for what is made from them: manual
// pages and the reference. They are not there to be run.
func Commands() *cobra.Command {
	a := &app{env: &Env{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" }}}
	return a.tree()
}

// treeFor is the program as far as the arguments can reach it. Nearly every run names
// its command first and wants that one alone: making all of them takes longer than
// many of them run.
func (a *app) treeFor(args []string) *cobra.Command {
	if len(args) == 0 {
		return a.root()
	}
	for _, c := range allCommands() {
		if c.name == args[0] {
			root := a.root()
			a.addCommands(root, c)
			return root
		}
	}
	root := a.tree()
	if args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd {
		a.complete(root)
	}
	return root
}

// tree is the program with all its commands and topics.
func (a *app) tree() *cobra.Command {
	root := a.root()
	a.addCommands(root, allCommands()...)
	root.AddCommand(topicCmds()...)
	return root
}

// addCommands gives the program commands, in their groups.
func (a *app) addCommands(root *cobra.Command, list ...command) {
	for _, g := range []cobra.Group{{ID: groupTokens, Title: "Tokens:"}, {ID: groupServer, Title: "Server:"}, {ID: groupSetUp, Title: "Set-up:"}, {ID: groupMore, Title: "More:"}} {
		root.AddGroup(&g)
	}
	for _, c := range list {
		cmd := c.make(a)
		cmd.GroupID = c.group
		root.AddCommand(cmd)
	}
	root.SetHelpCommandGroupID(groupMore)
}

// root is the program without its commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "patdesk",
		Short: "A console for ToolJet embed tokens",
		Long: `patdesk issues ToolJet embed tokens (Personal Access Tokens that let an app load in an
iframe without a login) and remembers them: ToolJet keeps no list that a client can
read, so the history of patdesk is the only record of who can open what, until when.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			err := noArgs(cmd, args)
			if err != nil && a.seat != nil {
				return a.seat.asRefusal(cmd.Context(), "run "+shortWord(args[0]), err)
			}
			return err
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if a.seat == nil {
				return nil
			}
			return a.seat.permit(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.version {
				return a.printVersion()
			}
			return a.console(cmd, args)
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	f := root.PersistentFlags()
	f.StringVar(&a.profile, "profile", "", "use this profile of the configuration")
	f.StringVar(&a.url, "url", "", "address of the ToolJet server, over profile and TOOLJET_HOST")
	f.BoolVar(&a.keyStdin, "key-stdin", false, "read the admin key from stdin")
	f.BoolVar(&a.allowHTTP, "allow-http", false, "allow a plain http address that is not on this computer")
	f.BoolVar(&a.json, "json", false, "print JSON for scripts; never ask anything")
	root.Flags().BoolVarP(&a.version, "version", "V", false, "print the version")
	f.BoolVar(&a.yes, "yes", false, "answer every question with yes")
	root.Flags().BoolVar(&a.aloud, "accessible", false, "read the console aloud: a conversation of sentences, also through a pipe")
	root.Flags().BoolVar(&a.demo, "demo", false, "open the sandbox: no server, nothing on disk")
	return root
}
