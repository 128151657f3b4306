package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"patdesk/pattern"
)

// Roles of a team, from the least to the most.
const (
	RoleView  = "view"  // sees the history, no secret in any way
	RoleIssue = "issue" // and issues for its apps, and copies what it issued
	RoleAdmin = "admin" // and everything else
)

var roles = []string{RoleView, RoleIssue, RoleAdmin}

// Who may see a secret again that somebody else issued.
const (
	RevealIssuer = "issuer" // who issued it, and admins
	RevealRole   = "role"   // whoever may issue for the app
	RevealNobody = "nobody" // nobody, at a seat
)

var reveals = []string{RevealIssuer, RevealRole, RevealNobody}

// Team says who may sit at this desk, with which key and for what. Whoever works
// alone has none.
type Team struct {
	Path    string
	Members []*Member // by name
	// Reveal is who may see secrets again, by profile; RevealIssuer where none is named.
	Reveal map[string]string
	// Environment is what a seat has of the desk's, such as a proxy: of that of a login
	// nothing of the kind is taken.
	Environment map[string]string
	Serve       Serve
}

// Member is a person of a team, or a machine.
type Member struct {
	Name string
	// Machine runs its Commands only, at most Rate requests in a minute (0 = no limit).
	Machine  bool
	Commands []string
	Rate     int
	Keys     []string // as in authorized_keys, without options
	Role     string
	Profiles []string // empty = all
	Apps     []string // ids or slugs; "*" = all
	Spaces   []string // names or ids of workspaces; empty = all
	MaxLife  Duration // 0 = the profile's
	Until    time.Time

	until, rate string
}

// Ended reports whether the membership is over.
func (m *Member) Ended(now time.Time) bool { return !m.Until.IsZero() && !now.Before(m.Until) }

// TeamFile is where the team stands: beside the configuration.
func (p Paths) TeamFile() string { return filepath.Join(p.ConfigDir, "team.toml") }

// Member is the member of a name, or nil.
func (t *Team) Member(name string) *Member {
	for _, m := range t.Members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// LoadTeam reads the team. Who can write it decides who may do what with the admin
// key, so it is checked as the configuration is: its owner, its directory, unknown
// keys. Whatever a person can mend is an *Error with its place in the file.
func LoadTeam(path string) (*Team, error) { return loadTeam(path, time.Local) }

// loadTeam reads the team at a desk whose days are those of a zone.
func loadTeam(path string, zone *time.Location) (*Team, error) {
	b, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Path: path, Msg: "there is no team", Suggest: "write who may sit at this desk into it, as docs/team.md shows"}
	}
	if err != nil {
		return nil, err
	}
	r, tree, e := (&Config{Path: path}).reader(b)
	if e != nil {
		return nil, e
	}
	t := &Team{Path: path, Reveal: map[string]string{}, Environment: map[string]string{}, Serve: defaultServe(path)}
	r.table("", tree, map[string]setter{
		"people":      r.members(t, false),
		"machines":    r.members(t, true),
		"profiles":    r.teamProfiles(t),
		"environment": r.environment(t),
		"serve":       r.serve(&t.Serve),
	}, func(string) string { return "" })
	if e := first(r.bad); e != nil {
		return nil, e
	}
	slices.SortFunc(t.Members, func(a, b *Member) int { return cmp.Compare(a.Name, b.Name) })
	r.checkTeam(t, zone)
	if e := first(r.bad); e != nil {
		return nil, e
	}
	return t, nil
}

// memberName is what a member may be called: it stands in a line of
// authorized_keys, and in the history.
var memberName = pattern.New(`^[a-z0-9][a-z0-9_-]{0,30}$`)

// members reads the people or the machines.
func (r *reader) members(t *Team, machine bool) setter {
	return func(key string, v any) {
		all, ok := v.(map[string]any)
		if !ok {
			r.wrong(key, "a table: start each member with a line ["+key+".NAME]")
			return
		}
		for _, name := range sortedKeys(all) {
			key := join(key, name)
			fields, ok := all[name].(map[string]any)
			switch {
			case !memberName.MatchString(name):
				r.fail(r.keys, join("members", printable(name)), key, "this cannot be the name of a member", "use up to 31 small letters, digits, - and _")
				continue
			case !ok:
				r.wrong(key, "a table: start the member with a line ["+key+"]")
				continue
			case t.Member(name) != nil:
				r.fail(r.keys, key, key, "a person and a machine have this name", "give one of them another")
				continue
			}
			m := &Member{Name: name, Machine: machine}
			t.Members = append(t.Members, m)
			r.table(key, fields, r.ofMember(m), func(field string) string {
				if field == "commands" || field == "rate" {
					return "only a machine has it, below a line [machines.NAME]"
				}
				return ""
			})
		}
	}
}

// ofMember are the settings of a member.
func (r *reader) ofMember(m *Member) map[string]setter {
	fields := map[string]setter{
		"keys": r.texts(&m.Keys), "role": r.text(&m.Role), "profiles": r.texts(&m.Profiles),
		"apps": r.texts(&m.Apps), "workspaces": r.texts(&m.Spaces), "max_life": r.span(&m.MaxLife), "until": r.text(&m.until),
	}
	if m.Machine {
		fields["commands"], fields["rate"] = r.texts(&m.Commands), r.text(&m.rate)
	}
	return fields
}

// teamProfiles reads what holds at a profile.
func (r *reader) teamProfiles(t *Team) setter {
	return func(key string, v any) {
		all, ok := v.(map[string]any)
		if !ok {
			r.wrong(key, "a table: start each profile with a line [profiles.NAME]")
			return
		}
		for _, name := range sortedKeys(all) {
			key := join(key, name)
			fields, ok := all[name].(map[string]any)
			if !ok {
				r.wrong(key, "a table: start the profile with a line ["+key+"]")
				continue
			}
			var reveal string
			r.table(key, fields, map[string]setter{"reveal": r.text(&reveal)}, func(string) string { return "" })
			if reveal != "" && !contains(reveals, reveal) {
				r.choose(join(key, "reveal"), reveal, reveals)
			}
			t.Reveal[name] = reveal
		}
	}
}

// envName is what a variable may be called (POSIX, Environment Variables).
var envName = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// environment reads the variables of the desk.
func (r *reader) environment(t *Team) setter {
	return func(key string, v any) {
		all, ok := v.(map[string]any)
		if !ok {
			r.wrong(key, "a table: start it with a line [environment]")
			return
		}
		for _, name := range sortedKeys(all) {
			value, is := all[name].(string)
			switch {
			case !envName.MatchString(name):
				r.fail(r.keys, join(key, printable(name)), join(key, name), "this cannot be the name of a variable", "as HTTPS_PROXY")
			case holdsSecret(name):
				r.fail(r.keys, join(key, name), join(key, name), "this would be a secret in a file that others may read", noSecretHere)
			case !is:
				r.wrong(join(key, name), "text in quotes")
			default:
				t.Environment[name] = value
			}
		}
	}
}

// texts reads a list of texts.
func (r *reader) texts(to *[]string) setter {
	return func(key string, v any) {
		list, ok := v.([]any)
		for _, item := range list {
			s, is := item.(string)
			if ok = ok && is && strings.TrimSpace(s) != ""; !ok {
				break
			}
			*to = append(*to, strings.TrimSpace(s))
		}
		if !ok {
			r.wrong(key, `a list of texts, as ["orders", "stock"]`)
		}
	}
}

// choose reports a word that is not among those that are allowed.
func (r *reader) choose(key, value string, among []string) {
	r.fail(r.c.at, key, key, "must be one of: "+strings.Join(among, ", "), DidYouMean(value, among))
}

// checkTeam checks what the members' settings say together.
func (r *reader) checkTeam(t *Team, zone *time.Location) {
	owner := map[string]string{} // by key
	for _, m := range t.Members {
		key := "people." + m.Name
		if m.Machine {
			key = "machines." + m.Name
		}
		r.checkMember(key, m, zone)
		for _, k := range m.Keys {
			blob := keyBlob(k)
			if blob == "" {
				r.fail(r.c.at, key+".keys", key+".keys", "this is no whole public key", "write each as in a .pub file: ssh-ed25519 AAAA… name, without options")
				continue
			}
			switch owner[blob] {
			case "":
			case m.Name:
				r.fail(r.c.at, key+".keys", key+".keys", "one key stands here twice", "remove one of the two")
			default:
				r.fail(r.c.at, key+".keys", key+".keys", "another member ("+owner[blob]+") has the same key", "a key says who somebody is: give each their own")
			}
			owner[blob] = m.Name
		}
	}
}

func (r *reader) checkMember(key string, m *Member, zone *time.Location) {
	switch {
	case m.Role == "":
		r.fail(r.keys, key, key, "has no role", "write role = \""+RoleView+"\", or "+RoleIssue+", or "+RoleAdmin)
	case !contains(roles, m.Role):
		r.choose(key+".role", m.Role, roles)
	case m.Role == RoleIssue && len(m.Apps) == 0:
		r.fail(r.keys, key, key, "issues, but for no app", `write apps = ["SLUG"], or apps = ["*"] for all`)
	case len(m.Keys) == 0:
		r.fail(r.keys, key, key, "has no key", `write keys = ["ssh-ed25519 …"]`)
	case m.Machine && len(m.Commands) == 0: // which there are, the command line knows
		r.fail(r.keys, key, key, "is a machine without commands", `write commands = ["issue"]`)
	}
	if m.until != "" {
		day, err := time.Parse(time.DateOnly, m.until)
		if err != nil {
			r.wrong(key+".until", `a date, as "2027-01-31"; it ends with that day`)
		}
		// The days of a calendar, not of a clock: where it jumps at midnight, a day has no 0:00.
		m.Until = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)
	}
	if m.rate != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(m.rate, "/min"))
		if err != nil || n < 1 || n > 6000 || !strings.HasSuffix(m.rate, "/min") {
			r.wrong(key+".rate", `a number of requests in a minute, as "60/min"`)
		}
		m.Rate = n
	}
}

// keyTypes are the public keys that are taken; DSA is not (RFC 9142, 4).
var keyTypes = []string{
	"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
}

// keyBlob is the base64 of a public key as in authorized_keys (sshd(8)) if it is a
// whole one of its type, or "". Options before it would be options of a login.
func keyBlob(line string) string {
	fields := strings.Fields(line)
	if len(fields) < 2 || !contains(keyTypes, fields[0]) || strings.ContainsAny(line, "\r\n\"") {
		return ""
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(fields[1])
	if err != nil {
		return ""
	}
	// Of what is cut, or written in another way than sshd writes it, nobody would be let in.
	key, err := ssh.ParsePublicKey(raw)
	if err != nil || key.Type() != fields[0] {
		return ""
	}
	return fields[1]
}

// OfKey is the member whose public key it is, as sshd names it: its type and its
// base64; nil for a key of nobody.
func (t *Team) OfKey(kind, blob string) *Member {
	for _, m := range t.Members {
		for _, k := range m.Keys {
			if fields := strings.Fields(k); fields[0] == kind && fields[1] == blob {
				return m
			}
		}
	}
	return nil
}

// HasKey reports whether a fingerprint is that of a key of the member.
func (m *Member) HasKey(fingerprint string) bool {
	return slices.ContainsFunc(m.Keys, func(k string) bool { return fingerprintOf(strings.Fields(k)[1]) == fingerprint })
}

// fingerprintOf is what ssh-keygen -l prints of a public key, of its base64.
func fingerprintOf(blob string) string {
	raw, _ := base64.StdEncoding.DecodeString(blob) // what is no base64 is the key of nobody
	sum := sha256.Sum256(raw)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// Login is the line of authorized_keys for one key of the member: it may do nothing
// but sit at its seat. program is the path of patdesk.
func (m *Member) Login(program, key string) string {
	options := "restrict,"
	if !m.Machine {
		options += "pty,"
	}
	fields := strings.Fields(key)
	return options + `command="` + program + ` seat ` + m.Name + ` ` + fingerprintOf(fields[1]) + `" ` + fields[0] + " " + fields[1] + " " + m.Name
}
