package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"patdesk/config"
)

func (a *app) pathsCmd() *cobra.Command {
	return &cobra.Command{
		Use: "paths", Short: "Print where patdesk keeps its files", Args: noArgs,
		Example: "  patdesk paths\n  patdesk paths --json",
		RunE: func(*cobra.Command, []string) error {
			p, err := config.FindPaths(a.env.Getenv)
			if err != nil {
				return err
			}
			for _, name := range config.RelativePlaces(a.env.Getenv) {
				a.say("%s", ignoredWords(name))
			}
			if a.json {
				return a.printJSON(a.env.Out, map[string]string{"config": p.ConfigFile, "history": p.History})
			}
			line(a.env.Out, "config   %s", p.ConfigFile)
			line(a.env.Out, "history  %s", p.History)
			return nil
		},
	}
}

// ignoredWords say why a variable of the environment says nothing.
func ignoredWords(name string) string {
	return name + " is not an absolute path, so it is not used (XDG Base Directory Specification)"
}

func (a *app) completionCmd() *cobra.Command {
	shells := map[string]func(root *cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(a.env.Out, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(a.env.Out) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(a.env.Out, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.env.Out) },
	}
	return &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: "Print a completion script for a shell",
		Example:   "  source <(patdesk completion bash)",
		Args:      exactly(1, "a shell: bash, zsh, fish or powershell"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			gen, ok := shells[args[0]]
			if !ok {
				return usage("there is no completion for %s", fmt.Sprintf("%q", args[0]))
			}
			return gen(cmd.Root())
		},
	}
}
