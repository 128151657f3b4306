package cli

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/pattern"
	"patdesk/ui"
)

// seat is a place at this desk for somebody who comes from elsewhere. Whatever would
// be a door on the computer is off: see seatCommands, seatEnv and ui.Options.Seat.
type seat struct {
	visit
	roster *config.Roster
	team   *config.Team // as it was when they sat down
	member *config.Member
	ledger pat.Ledger // the history, which is open as long as they sit
}

// visit is what a door knows of who comes.
type visit struct {
	name    string // of a member, as the door says
	from    string // "ssh 192.0.2.7"
	door    string // one of pat.DoorSSHD and pat.DoorServe
	key     string // fingerprint, "" where the door does not say it
	command string // that was given to ssh, as it came; "" = the console is wanted
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
		Use: "seat NAME [FINGERPRINT]", Short: "Sit at this desk as a member of its team; for sshd, not for typing",
		Long: `sshd runs it for a key of a member of team.toml, as the line says that "patdesk team keys" prints.
It opens the console, or runs the command that was given to ssh. What would be a door on this
computer is left out. The login is recorded first, with the fingerprint of the key.`,
		Example: `  restrict,pty,command="/usr/bin/patdesk seat ana SHA256:…" ssh-ed25519 AAAA… ana`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return exactly(1, "the name of a member")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.seat != nil {
				return a.seat.deny("take a seat", "this is one")
			}
			return a.sit(cmd.Context(), args[0], strings.Join(args[1:], ""))
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

// sit runs what was asked for at the seat of a member, whom sshd let in with a key.
func (a *app) sit(ctx context.Context, name, key string) error {
	if flag := firstFlag(a); flag != "" {
		return usage("a seat takes no flag --%s", flag)
	}
	if err := canHost(runtime.GOOS); err != nil {
		return err
	}
	if key != "" && !fingerprint.MatchString(key) {
		return usage("the fingerprint of a key is SHA256: with 43 characters, as ssh-keygen -l prints it")
	}
	paths, err := config.FindPaths(seatEnv(a.env.Getenv))
	if err != nil {
		return err
	}
	v := visit{name: name, from: from(a.env.Getenv("SSH_CONNECTION")), door: pat.DoorSSHD, key: key, command: a.env.Getenv("SSH_ORIGINAL_COMMAND")}
	return a.sitAt(ctx, config.NewRoster(paths.TeamFile(), hostZone()), v)
}

// fingerprint is that of a public key.
var fingerprint = pattern.New(`^SHA256:[A-Za-z0-9+/]{43}$`)

// sitAt lets somebody sit down as the team says, and opens the console there, or runs the
// command that was given to ssh. Both doors come here. The login, or that there is none,
// is recorded first: without that nobody sits here.
func (a *app) sitAt(ctx context.Context, roster *config.Roster, v visit) error {
	team, err := roster.Team()
	if err != nil {
		return err
	}
	s := &seat{visit: v, roster: roster, team: team, member: team.Member(v.name)}
	denied := s.mayEnter()
	if s.member == nil {
		s.member = &config.Member{Name: v.name} // who has no right at all
	}
	b := a.atSeat(s)
	done, err := b.openSeat(ctx)
	if err != nil {
		return err
	}
	defer done()
	ctx = history.WithActor(ctx, b.actor())
	if denied != nil {
		return pat.RecordDenied(ctx, s.ledger, denied)
	}
	if err := s.ledger.MarkLogin(ctx, pat.LoginWords(v.door, v.key)); err != nil {
		return err
	}
	words, err := splitCommand(v.command)
	if err != nil {
		return s.asRefusal(ctx, "run a line that is no plain command", err)
	}
	if len(words) == 0 && s.member.Machine {
		return pat.RecordDenied(ctx, s.ledger, s.deny("open the console", "a machine runs commands only: "+strings.Join(s.member.Commands, ", ")))
	}
	if code := b.run(ctx, words); code != pat.ExitOK {
		return &exitError{code}
	}
	return nil
}

// mayEnter is what forbids somebody to sit here at all.
func (s *seat) mayEnter() error {
	const what = "sit here"
	if s.member == nil {
		return &pat.DeniedError{Actor: "whoever comes with this key", What: what, Rule: "team.toml names no such member"}
	}
	if s.member.Ended(time.Now()) {
		return s.deny(what, "their time at this desk ended on "+s.member.Until.Add(-time.Second).Format(time.DateOnly))
	}
	if s.key != "" && !s.member.HasKey(s.key) {
		return s.deny(what, "team.toml names this key no more")
	}
	return nil
}

// asRefusal records a mistake in what was asked for as something that is refused. It
// returns the mistake.
func (s *seat) asRefusal(ctx context.Context, what string, err error) error {
	denied := s.deny(what, explain(err).Cause)
	if said := pat.RecordDenied(ctx, s.ledger, denied); !errors.Is(said, denied) {
		return said
	}
	return err
}

// atSeat is the program for who sits at a seat.
func (a *app) atSeat(s *seat) *app {
	inner := *a.env
	// What a login sends along could lead requests, and the admin key with them, elsewhere:
	// a proxy, certificates to trust, the path of programs.
	environ := s.environ(a.env.Getenv)
	inner.Getenv = ui.Terminal{Environ: environ}.Lookup
	if a.env.Only != nil {
		a.env.Only(environ)
	}
	b := &app{env: &inner, seat: s, desk: a.desk, via: pat.ViaCommand}
	if strings.TrimSpace(s.command) == "" {
		b.via = pat.ViaConsole
	}
	return b
}

// openSeat opens the history for this seat: that of the desk, or one that done closes.
func (a *app) openSeat(ctx context.Context) (done func(), err error) {
	if a.desk != nil {
		a.seat.ledger = a.desk.store
		return func() {}, nil
	}
	s, err := a.openConfig(needConfig)
	if err != nil {
		return nil, err
	}
	if a.seat.ledger, err = a.openLedger(ctx, s, needIssue); err != nil {
		return nil, err
	}
	return func() { _ = a.seat.ledger.Close() }, nil
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
	if zone := zoneOf(a.env.Getenv("TZ")); zone != nil {
		return zone
	}
	return time.Local
}

// hostZone is the zone of this computer. That of the process is the login's, which says how
// times are shown there, and not when a membership ends.
func hostZone() *time.Location {
	if data, err := os.ReadFile("/etc/localtime"); err == nil {
		if zone, err := time.LoadLocationFromTZData("Local", data); err == nil {
			return zone
		}
	}
	return time.UTC
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
