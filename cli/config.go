package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/kit"
)

func (a *app) configCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Show and change settings",
		Long: `Show and change what stands in the configuration file. A setting is named by its path: theme,
profiles.acme.max_life, keys.issue, snippets.portal. Comments stay, and nothing is saved
that could not be used.`,
		Example: "  patdesk config list\n  patdesk config set profiles.acme.max_life 7d\n  patdesk config set keys.issue n ctrl+n",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noArgs(cmd, args)
			}
			return usage("config wants one of: list, get, set, edit")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(a.configListCmd(), a.configGetCmd(), a.configSetCmd(), a.configEditCmd())
	return cmd
}

// settingView is a setting as --json prints it.
type settingView struct {
	Key   string `json:"key"`
	Value any    `json:"value"` // text, true or false, or an array of keys
	From  string `json:"from"`  // "file" or "default"
	Line  int    `json:"line"`  // of the file, 0 = it does not stand there
	May   string `json:"may_be"`
	Doc   string `json:"doc"`
}

func settingOf(e config.Entry) settingView {
	v := settingView{Key: e.Key, Value: e.Value, From: e.From.Kind, Line: e.From.Line, May: e.May, Doc: e.Doc}
	switch e.Value.(type) {
	case bool, []string:
	default:
		v.Value = e.Text()
	}
	return v
}

func (a *app) configListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all settings with their values", Args: noArgs,
		Example: "  patdesk config list\n  patdesk config list --json",
		RunE: func(*cobra.Command, []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			views := []settingView{}
			var rows [][]string
			for _, e := range s.config.Entries() {
				views = append(views, settingOf(e))
				rows = append(rows, []string{e.Key, e.Text(), e.From.String()})
			}
			if a.json {
				return a.printJSON(a.env.Out, views)
			}
			if err := a.printTable([]column{{"SETTING", 48}, {"VALUE", 60}, {"FROM", 16}}, rows); err != nil {
				return err
			}
			a.sayColours(s.config)
			return nil
		},
	}
}

func (a *app) configGetCmd() *cobra.Command {
	return &cobra.Command{
		Use: "get KEY", Short: "Print the value of a setting", Args: exactly(1, "the path of a setting"),
		Example: "  patdesk config get theme\n  patdesk config get profiles.acme.max_life --json",
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			e, err := s.config.Entry(args[0])
			if err != nil {
				return wrongSetting(err)
			}
			if a.json {
				return a.printJSON(a.env.Out, settingOf(e))
			}
			for text := range strings.SplitSeq(strings.TrimSuffix(e.Text(), "\n"), "\n") {
				line(a.env.Out, "%s", text)
			}
			return nil
		},
	}
}

func (a *app) configSetCmd() *cobra.Command {
	return &cobra.Command{
		Use: "set KEY VALUE", Short: "Change a setting, after checking it",
		Example: "  patdesk config set theme dark\n  patdesk config set profiles.acme.max_life 7d\n  patdesk config set keys.issue n ctrl+n",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 && strings.HasPrefix(args[0], "keys.") {
				return nil
			}
			return exactly(2, "the path of a setting and its value")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			key := args[0]
			if err := s.config.Set(key, strings.Join(args[1:], " ")); err != nil {
				return wrongSetting(err)
			}
			if err := checkParts(s.config, key); err != nil {
				return wrongSetting(err)
			}
			sweep(s)
			if err := s.config.Save(); err != nil {
				return unsavedConfig(s, err)
			}
			e, err := s.config.Entry(key)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(a.env.Out, settingOf(e))
			}
			a.say("%s = %s, saved in %s", e.Key, e.Text(), s.paths.ConfigFile)
			if strings.HasPrefix(key, "colours.") || key == "theme" {
				a.sayColours(s.config)
			}
			return nil
		},
	}
}

// sayColours tells of colours that cannot be read well.
func (a *app) sayColours(c *config.Config) {
	for _, warning := range kit.ColourWarnings(kit.LookFor(c, a.env.Getenv)) {
		a.say("%s", warning)
	}
}

// checkParts checks what config leaves to others: templates, and the keys of
// actions. key is the setting that was changed, "" = all of them. Errors are of
// type *config.Error.
func checkParts(c *config.Config, key string) error {
	if _, err := snippet.NewSet(c.Snippets); err != nil {
		return c.Problem(key, err.Error(), "")
	}
	table, action, _ := strings.Cut(key, ".")
	if table != "keys" && key != "" {
		return nil
	}
	known := (&kit.Keys{}).Named()
	if action = config.ActionName(action); action != "" && known[action] == nil {
		names := make([]string, 0, len(known))
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		return &config.Error{Key: key, Msg: "there is no such action", Suggest: config.DidYouMean(action, names)}
	}
	_, problems := kit.NewKeys(c.Keys)
	for _, p := range problems {
		if of, rest, _ := strings.Cut(strings.TrimPrefix(p, "[keys] "), " "); action == "" || of == action {
			rest = strings.TrimSuffix(strings.TrimPrefix(rest, "= "), "; the default stays")
			return c.Problem("keys."+of, rest, "")
		}
	}
	return nil
}

// wrongSetting is a mistake in a path or a value on the command line. A value is
// not repeated: it may be a secret in the wrong place.
func wrongSetting(err error) error {
	e, ok := errors.AsType[*config.Error](err)
	if !ok {
		return err
	}
	p := &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("%s: %s", e.Key, e.Msg), Next: "See: patdesk config list"}
	if e.Suggest != "" {
		p.Next = pat.AsSentence(e.Suggest)
	}
	return p
}
