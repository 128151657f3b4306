package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/term"
)

func (a *app) teamCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "team", Short: "See who may sit at this desk", Example: "  patdesk team check\n  patdesk team who", Args: noArgs}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Check team.toml, and what the members are allowed against the server's lists",
			Example: "  patdesk team check", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.teamCheck(cmd) },
		},
		&cobra.Command{
			Use: "who", Short: "List the members: role, profiles, apps, until when",
			Example: "  patdesk team who", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.teamWho() },
		},
		&cobra.Command{
			Use: "keys", Short: "Print the members as lines for authorized_keys of the desk's account",
			Example: "  patdesk team keys > ~desk/.ssh/authorized_keys", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.teamKeys() },
		},
	)
	cmd.AddCommand(a.teamMigrateCmd())
	return cmd
}

func (a *app) seatKeysCmd() *cobra.Command {
	return &cobra.Command{
		Use: "seat-keys TYPE KEY", Short: "Print the line for one key; for AuthorizedKeysCommand of sshd",
		Long: `sshd asks it who a key belongs to, each time somebody logs in, so that team.toml alone
decides. It prints nothing for a key of nobody.`,
		Example: "  AuthorizedKeysCommand /usr/bin/patdesk seat-keys %t %k",
		Args:    exactly(2, "the type and the base64 of a public key, %t and %k of sshd"),
		RunE: func(_ *cobra.Command, args []string) error {
			team, program, err := a.team()
			if err != nil {
				return err
			}
			m := team.OfKey(args[0], args[1])
			if m == nil || m.Ended(time.Now()) {
				return nil
			}
			line(a.env.Out, "%s", m.Login(program, args[0]+" "+args[1]))
			return nil
		},
	}
}

// team reads the team, and names this program as a line of authorized_keys can.
func (a *app) team() (*config.Team, string, error) {
	paths, err := config.FindPaths(a.env.Getenv)
	if err != nil {
		return nil, "", err
	}
	team, err := config.LoadTeam(paths.TeamFile())
	if err != nil {
		return nil, "", err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, "", &pat.Problem{ID: pat.IDOther, Cause: "the path of this program cannot be found out", Err: err}
	}
	if strings.ContainsAny(program, "\"\\$` '\t") {
		return nil, "", &pat.Problem{ID: pat.IDBadPlace, Cause: "the path of this program cannot stand in authorized_keys", Next: "Install it where the path has plain characters only, as /usr/bin/patdesk"}
	}
	return team, program, nil
}

func (a *app) teamKeys() error {
	team, program, err := a.team()
	if err != nil {
		return err
	}
	for _, m := range team.Members {
		for _, key := range m.Keys {
			if !m.Ended(time.Now()) {
				line(a.env.Out, "%s", m.Login(program, key))
			}
		}
	}
	return nil
}

// memberView is a member as --json prints it. Its names are fixed: scripts rely on
// them.
type memberView struct {
	Name       string   `json:"name"`
	Machine    bool     `json:"machine"`
	Role       string   `json:"role"`
	Profiles   []string `json:"profiles"` // empty = all
	Apps       []string `json:"apps"`
	Workspaces []string `json:"workspaces"` // empty = all
	Commands   []string `json:"commands"`   // of a machine
	MaxLife    int64    `json:"max_life_seconds"`
	Rate       int      `json:"rate_per_minute"` // 0 = no limit
	Until      *string  `json:"until"`           // last day, null = no end
	Ended      bool     `json:"ended"`
	Keys       int      `json:"keys"`
}

func memberViewOf(m *config.Member, now time.Time) memberView {
	some := func(list []string) []string { return append([]string{}, list...) }
	v := memberView{
		Name: m.Name, Machine: m.Machine, Role: m.Role, Profiles: some(m.Profiles), Apps: some(m.Apps), Workspaces: some(m.Spaces),
		Commands: some(m.Commands), MaxLife: int64(m.MaxLife.Seconds()), Rate: m.Rate, Ended: m.Ended(now), Keys: len(m.Keys),
	}
	if !m.Until.IsZero() {
		day := m.Until.Add(-time.Second).Format(time.DateOnly)
		v.Until = &day
	}
	return v
}

func (a *app) teamWho() error {
	team, _, err := a.team()
	if err != nil {
		return err
	}
	now := time.Now()
	if a.json {
		all := make([]memberView, len(team.Members))
		for i, m := range team.Members {
			all[i] = memberViewOf(m, now)
		}
		return a.printJSON(a.env.Out, all)
	}
	rows := a.newTable([]column{{"NAME", 24}, {"ROLE", 8}, {"PROFILES", 24}, {"APPS", 36}, {"WORKSPACES", 24}, {"COMMANDS", 36}, {"UNTIL", 17}})
	for _, m := range team.Members {
		v, until := memberViewOf(m, now), ""
		if v.Until != nil {
			until = *v.Until
		}
		if v.Ended {
			until += " (over)"
		}
		commands := "console and commands"
		if m.Machine {
			commands = strings.Join(m.Commands, " ")
		}
		rows.row(m.Name, m.Role, allOr(m.Profiles), strings.Join(m.Apps, " "), allOr(m.Spaces), commands, until)
	}
	return rows.end()
}

func allOr(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return strings.Join(list, " ")
}

// teamCheck finds what the file alone cannot tell: profiles, commands, apps and
// workspaces that there are not.
func (a *app) teamCheck(cmd *cobra.Command) error {
	team, _, err := a.team()
	if err != nil {
		return err
	}
	s, err := a.openConfig(needConfig)
	if err != nil {
		return err
	}
	odd := 0
	note := func(m *config.Member, format string, args ...any) {
		odd++
		a.say("%s: %s", m.Name, fmt.Sprintf(format, args...))
	}
	if len(team.Members) == 0 {
		odd++
		a.say("nobody may sit at this desk: each member begins with a line [people.NAME]")
	}
	for _, name := range slices.Sorted(maps.Keys(team.Reveal)) {
		if s.config.Profiles[name] == nil { // what it says of secrets would hold nowhere
			odd++
			a.say("profiles.%s: there is no profile %[1]s", term.Clean(name))
		}
	}
	for _, m := range team.Members {
		for _, name := range m.Profiles {
			if s.config.Profiles[name] == nil {
				note(m, "there is no profile %s", term.Clean(name))
			}
		}
		for _, name := range m.Commands {
			if _, ok := seatCommands[name]; !ok {
				note(m, "%s is no command of a seat; these are: %s", term.Clean(name), strings.Join(seatNames(), ", "))
			}
		}
		if m.Ended(time.Now()) {
			a.say("%s: their time at this desk is over", m.Name) // as the team wants it
		}
	}
	a.checkApps(cmd, team, note)
	if odd > 0 {
		return &pat.Problem{ID: pat.IDBadConfig, Cause: fmt.Sprintf("%s in %s", pat.Plural(odd, "doubt"), team.Path), Next: "See the lines above"}
	}
	line(a.env.Out, "%s, nothing odd", pat.Plural(len(team.Members), "member"))
	return nil
}

// checkApps looks the apps and workspaces of the members up in the lists that were
// loaded last; where there are none, nothing is said.
func (a *app) checkApps(cmd *cobra.Command, team *config.Team, note func(*config.Member, string, ...any)) {
	s, err := a.open(cmd.Context(), needHistory)
	if err != nil {
		return
	}
	defer s.close()
	lists, err := s.issuer.LastLists(cmd.Context())
	if err != nil || len(lists.Apps) == 0 {
		return
	}
	for _, m := range team.Members {
		for _, name := range m.Apps {
			if name != "*" && pat.FindApp(lists.Apps, name) == nil {
				note(m, "the lists that were loaded last have no app %s", term.Clean(name))
			}
		}
		for _, name := range m.Spaces {
			found := false
			for _, app := range lists.Apps {
				found = found || app.Workspace == name || strings.EqualFold(app.WorkspaceID, name)
			}
			if !found {
				note(m, "the lists that were loaded last have no app in a workspace %s", term.Clean(name))
			}
		}
	}
}
