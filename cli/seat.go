package cli

import (
	"context"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui"
)

// seat is a place at this desk for somebody who comes from elsewhere. Whatever would
// be a door on the computer is off: see seatCommands, seatEnv and ui.Options.Seat.
type seat struct {
	roster *config.Roster
	team   *config.Team // as it was when they sat down
	member *config.Member
	from   string // "ssh 192.0.2.7"
}

// seatCommands are the commands that can be asked for at a seat, each with the flags
// it may have beside seatFlags. All others are doors: they read or write files of this
// computer, start programs, listen, or change its configuration.
var seatCommands = map[string][]string{
	"issue":      {"again", "copy", "idle", "life", "note", "output", "reveal"},
	"list":       {"app", "left", "limit", "state", "user"},
	"show":       {"allow", "height", "lazy", "output", "ratio", "reveal"},
	"copy":       {"as"},
	"reissue":    {"app", "copy", "dry-run", "left", "life", "match", "output", "rate", "reveal", "user"},
	"role":       {"dry-run", "reissue", "workspace"},
	"verify":     {"reveal"},
	"drift":      {"dry-run"},
	"exposure":   nil,
	"handover":   {"all"},
	"activity":   {"limit", "since", "user"},
	"next":       {"short"},
	"due":        {"left"},
	"export":     {"format", "reveal"},
	"users":      nil,
	"apps":       nil,
	"workspaces": nil,
	"framing":    nil,
	"version":    nil,
}

// seatFlags are the flags that every command may have at a seat.
var seatFlags = []string{"help", "json", "profile", "version", "yes"}

// seatVars are what a seat takes of the environment of its login. The rest is the
// desk's, or was sent by the person.
var seatVars = []string{
	"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR_FORCE", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "TZ",
	"HOME", "SSH_CONNECTION", "SSH_TTY",
}

func (a *app) seatCmd() *cobra.Command {
	return &cobra.Command{
		Use: "seat NAME", Short: "Sit at this desk as a member of its team; for sshd, not for typing",
		Long: `sshd runs it for a key of a member of team.toml, as the line says that "patdesk team keys" prints.
It opens the console, or runs the command that was given to ssh. What would be a door on this
computer is left out.`,
		Example: `  restrict,pty,command="/usr/bin/patdesk seat ana" ssh-ed25519 AAAA… ana`,
		Args:    exactly(1, "the name of a member"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.seat != nil {
				return a.seat.deny("take a seat", "this is one")
			}
			return a.sit(cmd.Context(), args[0])
		},
	}
}

// canHost refuses to be the desk of a team on Windows: whether somebody else may change
// its files is in access lists, which patdesk does not read.
func canHost(goos string) error {
	if goos != "windows" {
		return nil
	}
	return usage("a desk for several people needs a host with Linux or macOS; its members may come from Windows")
}

// sit runs what was asked for at the seat of a member.
func (a *app) sit(ctx context.Context, name string) error {
	if flag := firstFlag(a); flag != "" {
		return usage("a seat takes no flag --%s", flag)
	}
	if err := canHost(runtime.GOOS); err != nil {
		return err
	}
	paths, err := config.FindPaths(seatEnv(a.env.Getenv))
	if err != nil {
		return err
	}
	s, err := takeSeat(config.NewRoster(paths.TeamFile()), name, from(a.env.Getenv("SSH_CONNECTION")))
	if err != nil {
		return err
	}
	return a.sitAt(ctx, s, a.env.Getenv("SSH_ORIGINAL_COMMAND"))
}

// takeSeat is the seat of a member, if they may sit here.
func takeSeat(roster *config.Roster, name, from string) (*seat, error) {
	team, err := roster.Team()
	if err != nil {
		return nil, err
	}
	m := team.Member(name)
	if m == nil {
		return nil, &pat.DeniedError{Actor: "whoever comes with this key", What: "sit here", Rule: "team.toml names no such member"}
	}
	s := &seat{roster: roster, team: team, member: m, from: from}
	if m.Ended(time.Now()) {
		return nil, s.deny("sit here", "their time at this desk ended on "+m.Until.Add(-time.Second).Format(time.DateOnly))
	}
	return s, nil
}

// sitAt opens the console at a seat, or runs the command that was given to ssh. Both
// doors come here.
func (a *app) sitAt(ctx context.Context, s *seat, command string) error {
	words, err := splitCommand(command)
	if err != nil {
		return err
	}
	if len(words) == 0 && s.member.Machine {
		return s.deny("open the console", "a machine runs commands only: "+strings.Join(s.member.Commands, ", "))
	}
	inner := *a.env
	// What a login sends along could lead requests, and the admin key with them, elsewhere:
	// a proxy, certificates to trust, the path of programs.
	environ := s.environ(a.env.Getenv)
	inner.Getenv = ui.Terminal{Environ: environ}.Lookup
	if a.env.Only != nil {
		a.env.Only(environ)
	}
	b := &app{env: &inner, seat: s, desk: a.desk}
	if b.desk != nil {
		ctx = history.WithActor(ctx, b.actor())
	}
	if code := b.run(ctx, words); code != pat.ExitOK {
		return &exitError{code}
	}
	return nil
}

// firstFlag is the name of a flag that was given beside the name, or "".
func firstFlag(a *app) string {
	switch {
	case a.profile != "":
		return "profile"
	case a.url != "":
		return "url"
	case a.keyStdin:
		return "key-stdin"
	case a.allowHTTP:
		return "allow-http"
	}
	return ""
}

// from names where a login came from, of what sshd says of its connection. Nothing
// else of it is used: it is data of the login.
func from(connection string) string {
	address, _, _ := strings.Cut(connection, " ")
	if ip, err := netip.ParseAddr(address); err == nil {
		return "ssh " + ip.WithZone("").String()
	}
	return "ssh"
}

// seatEnv is what a seat sees of an environment.
func seatEnv(getenv func(string) string) func(string) string {
	return func(name string) string {
		if slices.Contains(seatVars, name) {
			return getenv(name)
		}
		return ""
	}
}

// seatPath is where programs of the desk are looked for.
const seatPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environ is the environment of a seat: of the login's what seatVars names, and the
// desk's own of team.toml.
func (s *seat) environ(getenv func(string) string) []string {
	list := []string{"PATH=" + seatPath}
	for _, name := range seatVars {
		if v := getenv(name); v != "" {
			list = append(list, name+"="+v)
		}
	}
	for name, v := range s.team.Environment {
		list = append(list, name+"="+v)
	}
	return list
}

// zone is the person's, if their login named one.
func (a *app) zone() *time.Location {
	if a.seat == nil {
		return time.Local
	}
	if name := a.env.Getenv("TZ"); name != "" && !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, ":") {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.Local
}

func (s *seat) deny(what, rule string) error {
	return &pat.DeniedError{Actor: s.member.Name, What: what, Rule: rule}
}

// permit is what forbids a command at this seat, or a flag of it.
func (s *seat) permit(cmd *cobra.Command) error {
	if cmd == cmd.Root() {
		return s.permitFlags(cmd, nil)
	}
	name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	flags, ok := seatCommands[name]
	switch {
	case !ok && isTopic(name):
		return nil
	case !ok:
		return s.deny("run "+shortWord(name), "it is not offered at a seat; these are: "+strings.Join(seatNames(), ", "))
	case s.member.Machine && !slices.Contains(s.member.Commands, name):
		return s.deny("run "+name, "team.toml allows: "+strings.Join(s.member.Commands, ", "))
	}
	return s.permitFlags(cmd, flags)
}

func (s *seat) permitFlags(cmd *cobra.Command, flags []string) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && !slices.Contains(flags, f.Name) && !slices.Contains(seatFlags, f.Name) {
			err = s.deny("use --"+f.Name, "it is not offered at a seat")
		}
	})
	return err
}

// seatNames are the commands of seats, for errors.
func seatNames() []string {
	names := make([]string, 0, len(seatCommands))
	for name := range seatCommands {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isTopic reports whether a name is that of a topic of the help, or of the help itself.
func isTopic(name string) bool {
	return name == "help" || slices.ContainsFunc(Topics(), func(t Topic) bool { return t.Name == name })
}

// shortWord is a word as an error may repeat it.
func shortWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "this"
}

// splitCommand splits what was given to ssh into words: at blanks, with single and
// double quotes and the backslash as in a shell. Nothing is expanded, no shell runs,
// and what a shell would do more with is refused rather than taken as it is.
func splitCommand(line string) (words []string, err error) {
	var word strings.Builder
	begun, quote, escaped := false, rune(0), false
	for _, r := range line {
		switch {
		case r < ' ' || r == 0x7f || r == '\ufffd':
			return nil, usage("a command at a seat is one line of plain text")
		case escaped:
			word.WriteRune(r)
			escaped = false
		case quote == '\'' && r != '\'', quote == '"' && !strings.ContainsRune("\"\\$`", r):
			word.WriteRune(r)
		case r == quote:
			quote = 0
		case r == '\\':
			begun, escaped = true, true
		case quote == 0 && (r == '\'' || r == '"'):
			begun, quote = true, r
		case strings.ContainsRune("$`;&|<>(){}", r):
			return nil, usage("no shell reads a command at a seat: put a text with %q in it in single quotes", r)
		case r == ' ':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, usage("a quote of this command has no end")
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// actor is who writes to the history.
func (a *app) actor() pat.Actor {
	if a.seat != nil {
		return pat.Actor{Name: a.seat.member.Name, Machine: a.seat.from, Via: first(a.via, pat.ViaCommand), Role: a.seat.member.Role}
	}
	by, machine := who(a.env.Getenv)
	return pat.Actor{Name: by, Machine: machine, Via: first(a.via, pat.ViaCommand)}
}
