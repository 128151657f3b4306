package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"patdesk/address"
	"patdesk/paste"
	"patdesk/secret"
)

// HostVar is the environment variable that names the server, as ToolJet's own
// settings do. Its companion with the key is secret.TokenVar.
const HostVar = "TOOLJET_HOST"

// ErrNoProfile means that nothing says which server is meant: there is no
// profile, no --url and no TOOLJET_HOST.
var ErrNoProfile = errors.New("no ToolJet server is set up")

// Override is what stands above the file for one run.
type Override struct {
	Profile   string              // --profile
	URL       string              // --url
	KeyStdin  bool                // --key-stdin
	AllowHTTP bool                // --allow-http: plain http to another computer is accepted
	Getenv    func(string) string // nil means os.Getenv
}

// The kinds of an Origin.
const (
	FromFlag    = "flag"
	FromEnv     = "environment"
	FromFile    = "file"
	FromDefault = "default"
	Ignored     = "ignored" // it was set, and does not belong to the profile that was asked for
)

// Origin says where a value came from.
type Origin struct {
	Kind string // FromFlag, FromEnv, FromFile, FromDefault or Ignored
	Name string // the flag or the variable
	Line int    // line of the file, 0 = not known
}

// String returns the origin in words, as "--url", "TOOLJET_HOST", "config line
// 12" or "default".
func (o Origin) String() string {
	switch {
	case o.Kind == FromFile && o.Line > 0:
		return fmt.Sprintf("config line %d", o.Line)
	case o.Kind == FromFile:
		return "config"
	case o.Kind == Ignored:
		return o.Name + " (ignored)"
	case o.Name != "":
		return o.Name
	default:
		return o.Kind
	}
}

// Origins tells for each key of a profile, and for "profile" itself, where its
// value came from. What was ignored stands under the name of its variable.
type Origins map[string]Origin

// Resolve returns the profile of this run: a copy of one in the file with what
// flags and environment change, or one made of them alone. A flag beats the
// environment, which beats the file.
//
// A key is never taken to another server by accident: an address from --url or
// TOOLJET_HOST selects the profile with that address, and if there is none, a
// profile of its own, whose key comes from the environment, standard input or
// the person, never from another profile. When --profile names a profile,
// TOOLJET_HOST of another server is ignored together with TOOLJET_API_TOKEN.
//
// Faults are of type *Error; ErrNoProfile means that nothing is set up yet.
func (c *Config) Resolve(over Override) (*Profile, Origins, error) {
	if over.Getenv == nil {
		over.Getenv = os.Getenv
	}
	r := resolver{c: c, over: over, from: Origins{}, token: over.Getenv(secret.TokenVar) != ""}
	if err := r.addresses(); err != nil {
		return nil, nil, err
	}
	p, err := r.choose()
	if err != nil {
		return nil, nil, err
	}
	r.keySource(p)
	if err := r.checkScheme(p); err != nil {
		return nil, nil, err
	}
	p.KeyFile = c.expand(p.KeyFile, over.Getenv)
	p.CAFile = c.expand(p.CAFile, over.Getenv)
	return p, r.from, nil
}

// resolver is the state of one Resolve.
type resolver struct {
	c       *Config
	over    Override
	from    Origins
	flagURL string // --url in its one form
	envURL  string // TOOLJET_HOST in its one form
	token   bool   // TOOLJET_API_TOKEN is set
}

// addresses reads the addresses that flags and environment give.
func (r *resolver) addresses() error {
	for _, a := range []struct {
		name, value string
		to          *string
	}{{"--url", r.over.URL, &r.flagURL}, {HostVar, r.over.Getenv(HostVar), &r.envURL}} {
		if strings.TrimSpace(a.value) == "" {
			continue
		}
		u, err := address.Parse(paste.Address(a.value))
		if err != nil {
			return &Error{Key: a.name, Msg: err.Error()}
		}
		*a.to = u
	}
	return nil
}

// choose finds or makes the profile.
func (r *resolver) choose() (*Profile, error) {
	if name := r.over.Profile; name != "" {
		p, ok := r.c.Profiles[name]
		if !ok {
			return nil, r.unknown(name)
		}
		r.from["profile"] = Origin{Kind: FromFlag, Name: "--profile"}
		return r.named(p), nil
	}
	if r.flagURL != "" {
		return r.byAddress(r.flagURL, Origin{Kind: FromFlag, Name: "--url"}), nil
	}
	if r.envURL != "" {
		return r.byAddress(r.envURL, Origin{Kind: FromEnv, Name: HostVar}), nil
	}
	name := r.c.Profile
	r.from["profile"] = r.c.origin("profile", name != "")
	if name == "" && len(r.c.Profiles) == 1 {
		name = r.c.Names()[0]
	}
	switch p, ok := r.c.Profiles[name]; {
	case ok:
		return r.copyOf(p), nil
	case name != "":
		return nil, r.unknown(name)
	case len(r.c.Profiles) == 0:
		return nil, ErrNoProfile
	default:
		return nil, &Error{
			Path: r.c.Path, Key: "profile", Msg: "there are several profiles and none is chosen",
			Suggest: "name one with --profile: " + strings.Join(r.c.Names(), ", "),
		}
	}
}

func (r *resolver) unknown(name string) *Error {
	return &Error{Key: "--profile", Msg: noProfile, Suggest: nearOrAll(name, r.c.Names())}
}

// named is the profile of --profile. Only --url changes its address.
func (r *resolver) named(p *Profile) *Profile {
	out := r.copyOf(p)
	if r.flagURL != "" {
		if r.flagURL != out.URL {
			// What was proven holds for the server where it was proven.
			out.UnitProvenAt, out.UnitProvenVersion, out.AllowHTTP = "", "", false
		}
		out.URL = r.flagURL
		r.from["url"] = Origin{Kind: FromFlag, Name: "--url"}
		return out
	}
	if r.envURL != "" && r.envURL != out.URL {
		r.from[HostVar] = Origin{Kind: Ignored, Name: HostVar}
		if r.token {
			r.from[secret.TokenVar] = Origin{Kind: Ignored, Name: secret.TokenVar}
			r.token = false
		}
	}
	return out
}

// byAddress is the profile with this address, the default one first, or one that
// the file does not know. An address that is the same server's in other words finds its
// profile too, with its guard, and is then reached as the profile says.
func (r *resolver) byAddress(server string, from Origin) *Profile {
	r.from["profile"] = from
	for _, same := range []func(string) bool{
		func(u string) bool { return u == server },
		func(u string) bool { return address.Server(u) == address.Server(server) },
	} {
		for _, name := range append([]string{r.c.Profile}, r.c.Names()...) {
			p, ok := r.c.Profiles[name]
			if !ok {
				continue
			}
			if u, err := address.Parse(p.URL); err == nil && same(u) {
				out := r.copyOf(p)
				if u == server {
					r.from["url"] = from
				}
				return out
			}
		}
	}
	p := &Profile{Name: r.c.freeName(ProfileName(server)), URL: server, Key: secret.KindSession}
	p.fillDefaults()
	for _, field := range names(ofProfile) {
		r.from[field] = Origin{Kind: FromDefault}
	}
	r.from["url"] = from
	return p
}

// freeName returns name, or name with a number if a profile has it already.
func (c *Config) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, taken := c.Profiles[free]; !taken {
			return free
		}
		free = fmt.Sprintf("%s-%d", name[:min(len(name), 36)], n)
	}
}

// copyOf copies a profile of the file and notes where its values came from.
func (r *resolver) copyOf(p *Profile) *Profile {
	out := *p
	out.fillDefaults()
	if u, err := address.Parse(out.URL); err == nil {
		out.URL = u
	}
	for _, s := range ofProfile {
		r.from[s.name] = r.c.origin("profiles."+p.Name+"."+s.name, s.value(&out) != s.value(defaults()))
	}
	return &out
}

// keySource applies --key-stdin and TOOLJET_API_TOKEN.
func (r *resolver) keySource(p *Profile) {
	switch {
	case r.over.KeyStdin:
		p.Key = secret.KindStdin
		r.from["key"] = Origin{Kind: FromFlag, Name: "--key-stdin"}
	case r.token:
		p.Key = secret.KindEnv
		r.from["key"] = Origin{Kind: FromEnv, Name: secret.TokenVar}
	}
}

// checkScheme refuses to send the admin key in clear to another computer.
func (r *resolver) checkScheme(p *Profile) error {
	if r.over.AllowHTTP || p.AllowHTTP || !address.InClear(p.URL) {
		return nil
	}
	const msg = "http would send the admin key in clear over the network"
	const fix = "use https, or --allow-http (in a profile: allow_http = true) if nobody else is on that network"
	switch o := r.from["url"]; o.Kind {
	case FromFlag, FromEnv:
		return &Error{Key: o.Name, Msg: msg, Suggest: fix}
	default:
		return r.c.Problem("profiles."+p.Name+".url", msg, fix)
	}
}

// expand makes a path of the file absolute: ~/ is the home directory, and what
// is relative is meant from the directory of the file.
func (c *Config) expand(path string, getenv func(string) string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home := getenv("HOME"); home != "" {
			return filepath.Join(home, rest)
		}
	}
	return filepath.Join(filepath.Dir(c.Path), path)
}

// PasswordSource returns where the password of the history's database is read; of kind ""
// if none is sent.
func (c *Config) PasswordSource(getenv func(string) string) secret.Source {
	return secret.Source{
		Kind: c.HistoryPassword, What: "the password of the history", Command: c.HistoryPasswordCommand,
		Path: c.expand(c.HistoryPasswordFile, getenv), Var: secret.HistoryPasswordVar, Getenv: getenv,
	}
}

// Source returns where the admin key of the profile is read. The session key and
// stdin are used only by profiles that read theirs there.
func (p *Profile) Source(getenv func(string) string, stdin io.Reader, session secret.Text) secret.Source {
	return secret.Source{
		Kind: p.Key, Profile: p.Name, Command: p.KeyCommand, Path: p.KeyFile, Var: secret.TokenVar,
		Stdin: stdin, Getenv: getenv, Session: session,
	}
}
