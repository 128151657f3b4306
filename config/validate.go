package config

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"patdesk/address"
	"patdesk/pattern"
	"patdesk/secret"
	"patdesk/span"
)

var (
	// snippetName is what a snippet of the person's own may be called.
	snippetName = pattern.New(`^[a-z0-9][a-z0-9_-]{0,30}$`)
	// unquoted matches a line whose value is a bare word.
	unquoted = pattern.New(`^\s*[A-Za-z0-9_-]+\s*=\s*[A-Za-z/~]`)
)

// isProfileName tells what a profile may be called: it stands in a table header, in the
// keyring and in the history. Every start asks, which is why it is no pattern.
func isProfileName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case i > 0 && (c == '_' || c == '-'):
		default:
			return false
		}
	}
	return name != "" && len(name) <= 40
}

// CheckProfileName returns what is wrong with the name of a profile, or nil.
func CheckProfileName(name string) *Error {
	if isProfileName(name) {
		return nil
	}
	return &Error{Key: join("profiles", printable(name)), Msg: "this cannot be the name of a profile", Suggest: "use up to 40 letters, digits, - and _"}
}

// fillDefaults gives each profile what the file leaves out.
func (c *Config) fillDefaults() {
	for _, p := range c.Profiles {
		p.fillDefaults()
	}
}

func (p *Profile) fillDefaults() {
	if p.Key == "" {
		switch {
		case p.KeyCommand != "":
			p.Key = secret.KindCommand
		case p.KeyFile != "":
			p.Key = secret.KindFile
		default:
			p.Key = secret.KindKeyring
		}
	}
	if p.DefaultLife.Duration == 0 {
		p.DefaultLife.Duration = defaultLife
		if p.MaxLife.Duration > 0 && p.MaxLife.Duration < defaultLife {
			p.DefaultLife = p.MaxLife
		}
	}
	if p.DefaultIdle.Duration == 0 {
		p.DefaultIdle.Duration = defaultIdle
	}
	if p.Unit == "" {
		p.Unit = Seconds
	}
}

// Validate checks all values and returns the first problem, in the order of the
// file, as an *Error, or nil.
func (c *Config) Validate() error {
	v := checker{c: c}
	validate(&v, globals, "", c)
	validate(&v, ofColours, "colours", &c.Colours)
	for action, keys := range c.Keys {
		v.keys("keys."+action, keys)
	}
	for name, body := range c.Snippets {
		if !snippetName.MatchString(name) {
			v.fail("snippets."+name, "this cannot be the name of a snippet", "use up to 31 lower-case letters, digits, - and _")
		} else if strings.TrimSpace(body) == "" {
			v.fail("snippets."+name, "the template is empty", "")
		}
	}
	for name, p := range c.Profiles {
		v.profile(name, p)
	}
	if e := first(v.bad); e != nil {
		return e
	}
	return nil
}

// checker collects the problems of the values.
type checker struct {
	c   *Config
	bad []*Error
}

func (v *checker) fail(key, msg, suggest string) {
	e := v.c.Problem(key, msg, suggest)
	if table, name, ok := cutLast(key); ok {
		e.Key = join(table, printable(name))
	}
	v.bad = append(v.bad, e)
}

// cutLast splits the names that people choose from the tables they stand in.
func cutLast(key string) (table, name string, ok bool) {
	for _, t := range []string{"keys", "snippets"} {
		if name, found := strings.CutPrefix(key, t+"."); found {
			return t, name, true
		}
	}
	return "", "", false
}

func (v *checker) choice(key, value string, choices []string) {
	if !contains(choices, value) {
		suggest := DidYouMean(value, choices)
		v.fail(key, "must be "+oneOf(choices), suggest)
	}
}

func (v *checker) within(key string, d Duration, l limits) {
	if d.Duration == 0 && l.zero != "" {
		return
	}
	if d.Duration < l.least || d.Duration > l.most {
		also := ""
		if l.zero != "" {
			also = "0, or "
		}
		v.fail(key, fmt.Sprintf("must be %sfrom %s to %s", also, span.Format(l.least), span.Format(l.most)), "")
	}
}

func (v *checker) keys(key string, keys []string) {
	for _, k := range keys {
		if k == "" || len(k) > 32 || strings.ContainsFunc(k, func(r rune) bool { return !unicode.IsPrint(r) }) {
			v.fail(key, "this is not the name of a key", `write it as "n", "ctrl+n", "shift+tab" or "f5"`)
			return
		}
	}
}

func (v *checker) profile(name string, p *Profile) {
	if e := CheckProfileName(name); e != nil {
		v.fail(e.Key, e.Msg, e.Suggest)
		return
	}
	validate(v, ofProfile, "profiles."+name, p)
}

func checkChosenProfile(v *checker, key string, c *Config) {
	if _, ok := c.Profiles[c.Profile]; c.Profile != "" && !ok {
		v.fail(key, noProfile, nearOrAll(c.Profile, c.Names()))
	}
}

// noProfile is the fault of a name that no profile has.
const noProfile = "there is no profile of this name"

// nearOrAll says which of the names may be meant, or which there are.
func nearOrAll(name string, names []string) string {
	suggest := DidYouMean(name, names)
	if suggest == "" && len(names) > 0 {
		suggest = "there is " + strings.Join(names, ", ")
	}
	return suggest
}

func checkURL(v *checker, key string, p *Profile) {
	if p.URL == "" {
		v.fail(strings.TrimSuffix(key, ".url"), "the profile has no url", `add url = "https://tooljet.example.com"`)
	} else if _, err := address.Parse(p.URL); err != nil {
		v.fail(key, err.Error(), "")
	}
}

func checkDefaultLife(v *checker, key string, p *Profile) {
	if p.MaxLife.Duration > 0 && p.DefaultLife.Duration > p.MaxLife.Duration {
		v.fail(key, "is longer than max_life", "")
	}
}

func checkDefaultIdle(v *checker, key string, p *Profile) {
	if p.DefaultIdle.Duration%time.Minute != 0 {
		v.fail(key, "must be whole minutes", "ToolJet counts idle time in minutes")
	}
}

func checkUnitProvenAt(v *checker, key string, p *Profile) {
	if _, err := time.Parse(time.RFC3339, p.UnitProvenAt); p.UnitProvenAt != "" && err != nil {
		v.fail(key, "must be a time, as 2026-11-19T08:00:00Z", "remove the line to prove the unit again")
	}
}

func checkQuietHours(v *checker, key string, p *Profile) {
	if _, err := ParseQuietHours(p.QuietHours); p.QuietHours != "" && err != nil {
		v.fail(key, err.Error(), "")
	}
}

func checkKeySource(v *checker, key string, p *Profile) {
	switch {
	case !contains(keySources, p.Key):
		// What stands here may be the admin key itself: it is not looked at closely.
		v.fail(key, "must be "+oneOf(keySources), "the admin key itself never stands in this file")
	case p.Key == secret.KindCommand && strings.TrimSpace(p.KeyCommand) == "":
		v.fail(key, `"command" needs a key_command`, `add key_command = "…", a command that prints the key`)
	case p.Key == secret.KindFile && p.KeyFile == "":
		v.fail(key, `"file" needs a key_file`, `add key_file = "…", a file of mode 0600`)
	}
}

func checkKeyFile(v *checker, key string, p *Profile) {
	noNUL(func(p *Profile) string { return p.KeyFile })(v, key, p)
	source, chosen := strings.TrimSuffix(key, "_file"), contains(keySources, p.Key)
	if chosen && v.c.at[source] == (position{}) && p.KeyCommand != "" && p.KeyFile != "" {
		v.fail(key, "there is a key_command too", `say which with key = "command" or key = "file"`)
	}
}

// checkHistory looks at what can be said of the address without a database.
func checkHistory(v *checker, key string, c *Config) {
	if c.History == "" {
		return
	}
	u, err := url.Parse(c.History)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		v.fail(key, "must be the URL of a PostgreSQL database", `write it as "postgres://user@host/database"; the file of this computer needs no setting`)
		return
	}
	if _, has := u.User.Password(); has {
		v.fail(key, "holds a password", "leave it out, and say with history_password where it is")
	}
}

func checkPassword(v *checker, key string, c *Config) {
	switch {
	case !contains(passwords, c.HistoryPassword):
		// What stands here may be the password itself: it is not looked at closely.
		v.fail(key, "must be "+oneOf(passwords[1:]), "the password itself never stands in this file")
	case c.HistoryPassword == secret.KindCommand && strings.TrimSpace(c.HistoryPasswordCommand) == "":
		v.fail(key, `"command" needs a history_password_command`, `add history_password_command = "…", a command that prints the password`)
	case c.HistoryPassword == secret.KindFile && c.HistoryPasswordFile == "":
		v.fail(key, `"file" needs a history_password_file`, `add history_password_file = "…", a file of mode 0600`)
	}
}

// noNUL refuses a text that would end early where it is used.
func noNUL[T any](of func(*T) string) func(*checker, string, *T) {
	return func(v *checker, key string, owner *T) {
		if strings.ContainsRune(of(owner), 0) {
			v.fail(key, "must not contain the character NUL", "")
		}
	}
}
