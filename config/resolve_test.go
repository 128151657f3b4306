package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"patdesk/secret"
)

// env returns a getenv of these variables, given as NAME=value.
func env(vars ...string) func(string) string {
	return func(name string) string {
		for _, v := range vars {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

const twoServers = `profile = "prod"
[profiles.prod]
url = "https://tooljet.example.com"
key_command = "pass prod"
production = true
max_life = "7d"
unit_proven_at = "2026-11-19T08:00:00Z"
key_file = "keys/prod"
key = "command"
[profiles.staging]
url = "https://staging.example.com/tools/"
ca_file = "~/ca.pem"
`

func TestResolve_OrderAndOrigins(t *testing.T) {
	for _, tt := range []struct {
		name string
		over Override
		env  []string
		want string // profile url key | origin of profile, url, key, default_life
	}{
		{"file", Override{}, nil, "prod https://tooljet.example.com command | config line 1, config line 3, config line 9, default"},
		{"flag", Override{Profile: "staging"}, nil, "staging https://staging.example.com/tools keyring | --profile, config line 11, default, default"},
		{"token alone", Override{}, []string{"TOOLJET_API_TOKEN=k"}, "prod https://tooljet.example.com env | config line 1, config line 3, TOOLJET_API_TOKEN, default"},
		{"stdin beats token", Override{KeyStdin: true}, []string{"TOOLJET_API_TOKEN=k"}, "prod https://tooljet.example.com stdin | config line 1, config line 3, --key-stdin, default"},
		{"host of a profile", Override{}, []string{"TOOLJET_HOST=https://STAGING.example.com:443/tools"}, "staging https://staging.example.com/tools keyring | TOOLJET_HOST, TOOLJET_HOST, default, default"},
		{"foreign host", Override{}, []string{"TOOLJET_HOST=https://other.example.com", "TOOLJET_API_TOKEN=k"}, "other-example-com https://other.example.com env | TOOLJET_HOST, TOOLJET_HOST, TOOLJET_API_TOKEN, default"},
		{"foreign host gets no key of a profile", Override{}, []string{"TOOLJET_HOST=https://other.example.com"}, "other-example-com https://other.example.com session | TOOLJET_HOST, TOOLJET_HOST, default, default"},
		{"pasted with its variable", Override{URL: "export TOOLJET_HOST=“https://flag.example.com/”"}, nil, "flag-example-com https://flag.example.com session | --url, --url, default, default"},
		{"pasted from a file", Override{}, []string{"TOOLJET_HOST=\ufeff<https://other.example.com>,\u00a0"}, "other-example-com https://other.example.com session | TOOLJET_HOST, TOOLJET_HOST, default, default"},
		{"url beats host", Override{URL: "https://flag.example.com"}, []string{"TOOLJET_HOST=https://other.example.com"}, "flag-example-com https://flag.example.com session | --url, --url, default, default"},
		{"url of a profile", Override{URL: "tooljet.example.com/"}, nil, "prod https://tooljet.example.com command | --url, --url, config line 9, default"},
		{"profile with a tunnel", Override{Profile: "prod", URL: "http://localhost:9000"}, nil, "prod http://localhost:9000 command | --profile, --url, config line 9, default"},
		{"profile and its host", Override{Profile: "prod"}, []string{"TOOLJET_HOST=https://tooljet.example.com", "TOOLJET_API_TOKEN=k"}, "prod https://tooljet.example.com env | --profile, config line 3, TOOLJET_API_TOKEN, default"},
		{"profile and the host and key of another", Override{Profile: "prod"}, []string{"TOOLJET_HOST=https://other.example.com", "TOOLJET_API_TOKEN=k"}, "prod https://tooljet.example.com command | --profile, config line 3, config line 9, default"},
	} {
		tt.over.Getenv = env(tt.env...)
		p, from, err := load(t, twoServers).Resolve(tt.over)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := p.Name + " " + p.URL + " " + p.Key + " | " + from["profile"].String() + ", " + from["url"].String() + ", " + from["key"].String() + ", " + from["default_life"].String()
		if got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
		if p.DefaultLife.Duration != time.Hour || p.Unit != Seconds {
			t.Errorf("%s: defaults are missing: %+v", tt.name, p)
		}
		if ignored := strings.HasPrefix(tt.name, "profile and the host"); (from[HostVar].Kind == Ignored) != ignored || (from[secret.TokenVar].Kind == Ignored) != ignored {
			t.Errorf("%s: what was ignored: %v", tt.name, from)
		}
	}
}

func TestResolve_EnvironmentAlone(t *testing.T) {
	c := Default("/nowhere/config.toml")
	for host, want := range map[string]string{
		"https://tooljet.example.com":       "tooljet-example-com",
		"https://tooljet.example.com:8443/": "tooljet-example-com-8443",
		"https://example.com/apps/tooljet/": "example-com-apps-tooljet",
		"http://localhost:3000":             "localhost-3000",
		"localhost:3000":                    "localhost-3000",
		"http://[::1]:3000":                 "1-3000",
	} {
		p, _, err := c.Resolve(Override{Getenv: env("TOOLJET_HOST="+host, "TOOLJET_API_TOKEN=k")})
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		if p.Name != want || p.Key != secret.KindEnv {
			t.Errorf("%s: %+v", host, p)
		}
		if !isProfileName(p.Name) {
			t.Errorf("%s: the name %q could not be saved", host, p.Name)
		}
	}
	if _, _, err := c.Resolve(Override{Getenv: env()}); !errors.Is(err, ErrNoProfile) {
		t.Errorf("nothing at all: %v", err)
	}
	if _, _, err := c.Resolve(Override{Getenv: env("TOOLJET_API_TOKEN=k")}); !errors.Is(err, ErrNoProfile) {
		t.Errorf("a key without a host: %v", err)
	}
}

func TestResolve_NameOfAnotherProfileIsNotTaken(t *testing.T) {
	c := load(t, "[profiles.tooljet-example-com]\nurl = \"https://old.example.com\"\n")
	p, _, err := c.Resolve(Override{Getenv: env("TOOLJET_HOST=https://tooljet.example.com")})
	if err != nil || p.Name != "tooljet-example-com-2" {
		t.Errorf("got %+v, %v", p, err)
	}
}

// Ensure a server that is named in other words than its profile's is the same one, with
// the profile's guard, and is reached where the profile says.
func TestResolve_OneServerManyNames(t *testing.T) {
	t.Parallel()
	c := &Config{Path: "/x/config.toml", Profiles: map[string]*Profile{
		"acme": {Name: "acme", URL: "http://127.0.0.1:3000", Key: "env", Production: true},
		"dev":  {Name: "dev", URL: "http://localhost:3000", Key: "env"},
	}}
	for given, want := range map[string]string{
		"http://127.0.0.1:3000": "acme http://127.0.0.1:3000", "http://localhost:3000": "dev http://localhost:3000",
		"http://127.0.0.2:3000": "acme http://127.0.0.1:3000", "http://[::1]:3000/": "acme http://127.0.0.1:3000", "http://[::1]:3001": "1-3001 http://[::1]:3001",
		"http://localhost:3000/tooljet": "localhost-3000-tooljet http://localhost:3000/tooljet", "http://192.0.2.1:3000": "192-0-2-1-3000 http://192.0.2.1:3000",
	} {
		p, _, err := c.Resolve(Override{URL: given, AllowHTTP: true, Getenv: func(string) string { return "" }})
		if err != nil {
			t.Errorf("%s: %v", given, err)
			continue
		}
		if got := p.Name + " " + p.URL; got != want || p.Production != (p.Name == "acme") {
			t.Errorf("%s: %s, want %s; production %v", given, got, want, p.Production)
		}
	}
}

func TestResolve_Faults(t *testing.T) {
	const several = "[profiles.a]\nurl = \"https://a.example.com\"\n[profiles.b]\nurl = \"http://b.example.com\"\n"
	for _, tt := range []struct {
		over Override
		env  []string
		want string
	}{
		{Override{Profile: "c"}, nil, "--profile: there is no profile of this name"},
		{Override{}, nil, "there are several profiles and none is chosen; name one with --profile: a, b"},
		{Override{URL: "ftp://x"}, nil, "--url: the address must start with https://"},
		{Override{}, []string{"TOOLJET_HOST=https://u:SECRET@x.example.com"}, "TOOLJET_HOST: the address must not hold a user name or password"},
		{Override{URL: "http://x.example.com"}, nil, "--url: http would send the admin key in clear"},
		{Override{}, []string{"TOOLJET_HOST=http://x.example.com"}, "TOOLJET_HOST: http would send the admin key in clear"},
		{Override{Profile: "b"}, nil, ":4:7: profiles.b.url: http would send the admin key in clear over the network; use https, or --allow-http"},
	} {
		tt.over.Getenv = env(tt.env...)
		_, _, err := load(t, several).Resolve(tt.over)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%+v: got %v, want %s", tt.over, err, tt.want)
		}
	}
	for _, over := range []Override{{Profile: "b", AllowHTTP: true}, {URL: "http://127.0.0.1:3000"}, {URL: "http://tooljet.localhost"}} {
		over.Getenv = env()
		if _, _, err := load(t, several).Resolve(over); err != nil {
			t.Errorf("%+v: %v", over, err)
		}
	}
}

// Ensure a profile can allow plain http for its own server, and for no other.
func TestResolve_AllowHTTP(t *testing.T) {
	const file = "[profiles.lan]\nurl = \"http://tooljet.lan.example.com\"\nallow_http = true\n"
	p, from, err := load(t, file).Resolve(Override{Getenv: env()})
	if err != nil || !p.AllowHTTP || from["allow_http"].Kind != FromFile {
		t.Errorf("got %+v, %v, %v", p, from["allow_http"], err)
	}
	for _, over := range []Override{{Profile: "lan", URL: "http://other.example.com"}, {URL: "http://other.example.com"}} {
		over.Getenv = env()
		if _, _, err := load(t, file).Resolve(over); err == nil || !strings.Contains(err.Error(), "in clear") {
			t.Errorf("%+v: %v", over, err)
		}
	}
}

func TestResolve_SingleProfileNeedsNoChoice(t *testing.T) {
	p, from, err := load(t, "[profiles.a]\nurl = \"https://a.example.com\"\n").Resolve(Override{Getenv: env()})
	if err != nil || p.Name != "a" || from["profile"].Kind != FromDefault {
		t.Errorf("got %+v, %v, %v", p, from, err)
	}
}

// Ensure that a proof of the unit does not go along to another server, and that
// the Config is not changed by resolving.
func TestResolve_ProofStaysWithItsServer(t *testing.T) {
	c := load(t, twoServers)
	for url, want := range map[string]bool{"": true, "https://tooljet.example.com/": true, "http://localhost:1": false} {
		p, _, err := c.Resolve(Override{Profile: "prod", URL: url, Getenv: env()})
		if err != nil || p.UnitProven() != want {
			t.Errorf("%q: proven %v, %v", url, p.UnitProven(), err)
		}
	}
	if !c.Profiles["prod"].UnitProven() {
		t.Error("resolving changed the configuration")
	}
}

func TestResolve_PathsAreMeantFromTheFile(t *testing.T) {
	c := load(t, twoServers)
	c.Path = "/etc/pd/config.toml"
	p, _, err := c.Resolve(Override{Profile: "prod", Getenv: env("HOME=/home/ana")})
	if err != nil || p.KeyFile != "/etc/pd/keys/prod" {
		t.Errorf("got %+v, %v", p, err)
	}
	p, _, err = c.Resolve(Override{Profile: "staging", Getenv: env("HOME=/home/ana")})
	if err != nil || p.CAFile != "/home/ana/ca.pem" {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestProfile_SourceReadsTheKey(t *testing.T) {
	for _, tt := range []struct {
		over Override
		env  []string
		want string
	}{
		{Override{}, []string{"TOOLJET_API_TOKEN=from-env"}, "from-env"},
		{Override{KeyStdin: true}, nil, "from-stdin"},
		{Override{URL: "https://other.example.com"}, nil, "from-session"},
	} {
		tt.over.Getenv = env(tt.env...)
		p, _, err := load(t, twoServers).Resolve(tt.over)
		if err != nil {
			t.Fatal(err)
		}
		src := p.Source(tt.over.Getenv, strings.NewReader("from-stdin\n"), secret.New("from-session"))
		key, err := src.Resolve(t.Context())
		if err != nil || key.Reveal(secret.ForChecking) != tt.want {
			t.Errorf("%s: %v", tt.want, err)
		}
	}
}
