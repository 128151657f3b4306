package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// completer proposes words for an argument or a flag. It asks no server and makes
// no file: what it knows is the configuration and the history.
type completer func(cmd *cobra.Command, args []string, typed string) []cobra.Completion

// completions are what is proposed for the arguments of a command, by its path
// without the program's name: one for each argument, the last one for all more.
func (a *app) completions() map[string][]completer {
	id, profile := a.completeID, a.completeProfile
	return map[string][]completer{
		"issue": {a.completeUser, a.completeApp, nil}, "list": {a.completeFilter},
		"show": {id, nil}, "copy": {id, nil}, "verify": {id, nil}, "preview": {id, nil}, "reissue": {id},
		"role": {a.completeUser, words(pat.Roles()...), nil}, "bulk resume": {a.completeRun, nil},
		"framing":    {a.completeApp, nil},
		"config get": {a.completeSetting, nil}, "config set": {a.completeSetting, nil},
		"exposure": {a.completeUser, nil}, "handover": {nil, words("done"), nil},
		"profile use": {profile, nil}, "profile remove": {profile, nil}, "profile test": {profile, nil},
		"completion": {words("bash", "zsh", "fish", "powershell"), nil}, "help": {completeHelp, nil},
	}
}

// flagCompletions are what is proposed for the values of flags, by their names.
func (a *app) flagCompletions() map[string]completer {
	return map[string]completer{
		"profile": a.completeProfile, "user": a.completeUser, "app": a.completeApp,
		"output": a.completeFormat, "as": a.completeFormat, "state": completeState,
		"left": words("<1h", "<1d", "<7d", ">1d"), "life": words("1h", "8h", "1d", "7d", "30d"), "idle": words("15m", "60m", "8h"),
		"format": words("csv", "json", "ics"),
		"unit":   words("seconds", "minutes", "milliseconds"), "reissue": words("adds", "replaces", "dead"),
	}
}

// complete gives every command and flag its proposals.
func (a *app) complete(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	flags, places := a.flagCompletions(), a.completions()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		path := strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")
		if list, ok := places[path]; cmd.HasParent() && (ok || cmd.ValidArgsFunction == nil) {
			cmd.ValidArgs, cmd.ValidArgsFunction = nil, positional(list)
		}
		for name, c := range flags {
			if cmd.Flags().Lookup(name) != nil || cmd == root && root.PersistentFlags().Lookup(name) != nil {
				// It fails only if the flag is not there or has proposals already.
				_ = cmd.RegisterFlagCompletionFunc(name, noFiles(c))
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

// positional proposes for each argument by its place.
func positional(list []completer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(list) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return noFiles(list[min(len(args), len(list)-1)])(cmd, args, typed)
	}
}

// noFiles proposes what a completer knows, and never the names of files. A word
// that ends in a colon is to be continued.
func noFiles(c completer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp
		if c == nil {
			return nil, directive
		}
		var out []cobra.Completion
		for _, word := range c(cmd, args, typed) {
			choice, _, _ := strings.Cut(word, "\t")
			if !strings.HasPrefix(strings.ToLower(choice), strings.ToLower(typed)) {
				continue
			}
			if strings.HasSuffix(choice, ":") {
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			out = append(out, word)
		}
		return out, directive | cobra.ShellCompDirectiveKeepOrder
	}
}

// words proposes always the same.
func words(list ...string) completer {
	return func(*cobra.Command, []string, string) []cobra.Completion { return list }
}

// described is a proposal with what it means. A word that a shell could take for
// more than one is not proposed: that is foreign text.
func described(list []cobra.Completion, word string, about ...string) []cobra.Completion {
	if word == "" || term.CleanWidth(word, 320).String() != word || strings.ContainsAny(word, " \t\"'`$\\!*?()[]{}<>|&;#~") {
		return list
	}
	var parts []string
	for _, s := range about {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return append(list, cobra.CompletionWithDesc(word, term.CleanWidth(strings.Join(parts, ", "), 60).String()))
}

// completeSetting proposes the paths of settings.
func (a *app) completeSetting(*cobra.Command, []string, string) (list []cobra.Completion) {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return nil
	}
	for _, e := range s.config.Entries() {
		list = described(list, e.Key, e.Doc)
	}
	return list
}

// completeHelp proposes the commands and the topics of the help.
func completeHelp(cmd *cobra.Command, _ []string, _ string) (list []cobra.Completion) {
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			list = append(list, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return list
}

func completeState(*cobra.Command, []string, string) (list []cobra.Completion) {
	for _, s := range history.States() {
		list = append(list, cobra.CompletionWithDesc(string(s), pat.StateMeaning(s)))
	}
	return list
}

func (a *app) completeFormat(*cobra.Command, []string, string) (list []cobra.Completion) {
	kinds := snippet.Kinds()
	if s, err := a.openConfig(needConfig); err == nil {
		kinds = s.snippets.Kinds()
	}
	for _, k := range kinds {
		list = append(list, cobra.CompletionWithDesc(k.Name, k.Title))
	}
	return list
}

func (a *app) completeProfile(*cobra.Command, []string, string) (list []cobra.Completion) {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return nil
	}
	for _, name := range s.config.Names() {
		list = described(list, name, s.config.Profiles[name].URL)
	}
	return list
}

// promptly bounds what a completion may take: a shell waits for it.
func (a *app) promptly(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, cmp.Or(a.env.Patience, time.Second))
}

// mostRows is how many of the newest rows are looked through, and mostProposals how
// many words are proposed.
const (
	mostRows      = 1000
	mostProposals = 200
)

// openExisting opens the history if there is one: nothing is made by looking.
func (a *app) openExisting(ctx context.Context) (*session, error) {
	s, err := a.openConfig(needHistory)
	if err != nil {
		return nil, err
	}
	if s.config.History != "" {
		return a.open(ctx, needHistory)
	}
	if _, err := os.Stat(s.paths.History); err != nil {
		return nil, err
	}
	return a.open(ctx, needHistory)
}

// recent calls fn for the newest tokens of the profile until it returns false.
func (a *app) recent(cmd *cobra.Command, f pat.Filter, fn func(t pat.Token, now time.Time) bool) {
	ctx, cancel := a.promptly(cmd.Context())
	defer cancel()
	s, err := a.openExisting(ctx)
	if err != nil {
		return
	}
	defer s.close()
	f.Server = s.issuer.Server()
	now := s.issuer.Now()
	_, _ = each(ctx, s, pat.Query{Filter: f, Sort: pat.SortIssued, Now: now}, mostRows, func(t pat.Token) error {
		if !fn(t, now) {
			return context.Canceled
		}
		return nil
	})
}

func (a *app) completeID(cmd *cobra.Command, args []string, _ string) (list []cobra.Completion) {
	a.recent(cmd, pat.Filter{}, func(t pat.Token, now time.Time) bool {
		id := fmt.Sprint(t.ID)
		for _, given := range args {
			if strings.TrimPrefix(given, "#") == id {
				return true
			}
		}
		list = append(list, cobra.CompletionWithDesc(id, term.CleanWidth(
			fmt.Sprintf("%s on %s, %s", first(t.UserEmail, t.UserID), first(t.AppName, t.AppSlug, t.AppID), t.State(now).Word()), 80).String()))
		return len(list) < mostProposals
	})
	return list
}

// completeRun proposes the runs that wait.
func (a *app) completeRun(cmd *cobra.Command, _ []string, _ string) (list []cobra.Completion) {
	ctx, cancel := a.promptly(cmd.Context())
	defer cancel()
	s, err := a.openExisting(ctx)
	if err != nil {
		return nil
	}
	defer s.close()
	runs, err := s.issuer.Waiting(ctx)
	if err != nil {
		return nil
	}
	for _, r := range runs[:min(len(runs), mostProposals)] {
		list = append(list, cobra.CompletionWithDesc(r.ID, fmt.Sprintf("%s, %d of %d wait", r.Kind, r.Waiting, r.Total)))
	}
	return list
}

// lists are the users and apps of the server as they were read last.
func (a *app) lists(cmd *cobra.Command) pat.Lists {
	ctx, cancel := a.promptly(cmd.Context())
	defer cancel()
	s, err := a.openExisting(ctx)
	if err != nil {
		return pat.Lists{}
	}
	defer s.close()
	l, err := s.issuer.LastLists(ctx)
	if err != nil {
		return pat.Lists{}
	}
	return l
}

// completeUser proposes the users of the newest tokens, then those of the last list.
func (a *app) completeUser(cmd *cobra.Command, _ []string, typed string) (list []cobra.Completion) {
	seen := map[string]bool{}
	add := func(email, name string) bool {
		if key := strings.ToLower(email); !seen[key] && strings.HasPrefix(key, strings.ToLower(typed)) {
			seen[key] = true
			list = described(list, email, name)
		}
		return len(list) < mostProposals
	}
	a.recent(cmd, pat.Filter{}, func(t pat.Token, _ time.Time) bool { return add(t.UserEmail, t.UserName) })
	for _, u := range a.lists(cmd).Users {
		if !add(u.Email, u.Name) {
			break
		}
	}
	return list
}

// completeApp proposes the apps of the newest tokens, then those of the last list.
func (a *app) completeApp(cmd *cobra.Command, _ []string, typed string) (list []cobra.Completion) {
	seen := map[string]bool{}
	add := func(word, name, workspace string) bool {
		if !seen[word] && strings.HasPrefix(strings.ToLower(word), strings.ToLower(typed)) {
			seen[word] = true
			list = described(list, word, name, workspace)
		}
		return len(list) < mostProposals
	}
	a.recent(cmd, pat.Filter{}, func(t pat.Token, _ time.Time) bool { return add(first(t.AppSlug, t.AppID), t.AppName, t.Workspace) })
	for _, p := range a.lists(cmd).Apps {
		if !add(first(p.Slug, p.ID), p.Name, p.Workspace) {
			break
		}
	}
	return list
}

// completeFilter proposes the fields of the filter, and the values of some.
func (a *app) completeFilter(cmd *cobra.Command, args []string, typed string) (list []cobra.Completion) {
	not := ""
	if rest, ok := strings.CutPrefix(typed, "!"); ok {
		not, typed = "!", rest
	}
	name, value, isField := strings.Cut(typed, ":")
	if !isField {
		for _, f := range pat.FilterFields() {
			list = append(list, cobra.CompletionWithDesc(not+f.Name+":", f.Meaning))
		}
		return list
	}
	of := map[string]completer{
		"user": a.completeUser, "app": a.completeApp, "state": completeState,
		"role": words("admin", "builder", "end-user"), "left": words("<1h", "<1d", "<7d", ">1d"),
	}[name]
	if of == nil {
		return nil
	}
	for _, word := range of(cmd, args, value) {
		list = append(list, not+name+":"+word)
	}
	return list
}
