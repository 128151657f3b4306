package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// serverless is a first run whose Save keeps what it was given.
func serverless(saved *[]kit.Candidate, env map[string]string) stage {
	return stage{first: true, options: func(d *driver, o *Options) {
		o.Terminal.Getenv = func(name string) string { return env[name] }
		o.Connect = func(_ context.Context, c kit.Candidate) (*pat.Issuer, error) {
			cl, err := client.New(c.URL, c.Key, client.WithTransport(d.box.Transport()))
			if err != nil {
				return nil, err
			}
			return &pat.Issuer{Client: cl, History: d.store, Settings: pat.Settings{Unit: pat.Seconds, KeySource: "typed here"}}, nil
		}
		o.Save = func(_ context.Context, c kit.Candidate) (kit.Session, error) {
			*saved = append(*saved, c)
			return kit.Session{Issuer: d.issuer, Profile: &config.Profile{Name: c.Name, URL: c.URL, Production: c.Production}, KeyOrigin: c.Keep}, nil
		}
		o.Sandbox = func(context.Context) (kit.Session, error) {
			return kit.Session{Issuer: d.issuer, Profile: &config.Profile{Name: "demo"}, Demo: true}, nil
		}
	}}
}

func (d *driver) paste(text string) {
	d.t.Helper()
	d.send(tea.PasteMsg{Content: text})
	d.settle()
}

// Ensure that nothing set up becomes a copied snippet in 22 keys.
func TestFirstRun_TwentyTwoKeysToASnippet(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		var saved []kit.Candidate
		st := serverless(&saved, nil)
		st.w, st.h = size[0], size[1]
		story(t, st, func(d *driver) {
			count := 0
			press := func(names ...string) { count += len(names); d.press(names...) }
			count++
			d.paste("https://tooljet.example.com")
			press("enter")
			count++
			d.paste(d.box.Key() + "\n")
			d.sleep(2 * time.Second)
			press("enter")
			d.sees("accepted")
			press("enter", "ctrl+s") // where the key lives; save
			d.sees("New token")
			press("a", "n", "a", "enter", "o", "r", "d", "enter", "ctrl+s", "i")
			if got := d.clipboard(); !strings.Contains(got, "<iframe") {
				t.Errorf("copied %q", got)
			}
			if count > 22 {
				t.Errorf("%d keys", count)
			}
		})
		if len(saved) != 1 || saved[0].Name != "tooljet-example-com" || saved[0].Keep == "" {
			t.Errorf("saved %v", saved)
		}
	}
}

// Ensure that nothing is written before the person says where the key shall live.
func TestFirstRun_AsksWhereTheKeyLivesBeforeSaving(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.paste("tooljet.example.com")
		d.press("tab")
		d.paste(d.box.Key())
		d.sleep(time.Second)
		d.press("ctrl+s")
		d.sees("Say first where the key shall live", "plain file, mode 0600")
		if len(saved) != 0 {
			t.Fatal("saved before")
		}
		d.press("down", "enter", "enter", "space", "ctrl+s")
		if len(saved) != 1 || saved[0].Keep != "session" || saved[0].URL != "https://tooljet.example.com" {
			t.Errorf("saved %v", saved)
		}
	})
}

// Ensure that address and key of the environment are offered.
func TestFirstRun_OffersWhatTheEnvironmentHolds(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	env := map[string]string{"TOOLJET_HOST": "https://tooljet.example.com"}
	story(t, serverless(&saved, env), func(d *driver) {
		d.sleep(time.Second)
		d.sees("https://tooljet.example.com", "found in TOOLJET_HOST, enter takes it", "answers in")
		d.press("enter")
		d.sees("paste the server's")
	})
}

// Ensure that what is typed is checked as it is typed, and told at its field.
func TestFirstRun_ChecksAsYouType(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.typeText("https://tooljet.example.com")
		d.sees("asking the server")
		d.sleep(time.Second)
		d.sees("answers in", "version 3.20")
		if n := len(d.box.Requests()); n > 12 {
			t.Errorf("%d requests for one address", n)
		}
		d.press("tab")
		d.paste("tj_pat_0123456789abcdef")
		d.press("enter")
		d.sees("workspace token")
		for range 40 {
			d.press("backspace")
		}
		d.paste("wrong-key-0123456789")
		d.sleep(2 * time.Second)
		d.sees("Admin key not accepted")
		d.misses("wrong-key")
		d.press("tab", "enter", "ctrl+s")
		d.sees("Save although a check failed?")
		d.press("n")
		if len(saved) != 0 {
			t.Error("saved without a yes")
		}
	})
}

func TestFirstRun_SandboxNeedsNothing(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.press("ctrl+o")
		d.sees("DEMO", "1 Tokens")
	})
}

func TestFirstRun_FailedSaveSaysWhy(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	st := serverless(&saved, nil)
	inner := st.options
	st.options = func(d *driver, o *Options) {
		inner(d, o)
		o.Save = func(context.Context, kit.Candidate) (kit.Session, error) {
			return kit.Session{}, &pat.Problem{ID: "K1", Err: errors.New("the keyring is locked")}
		}
	}
	story(t, st, func(d *driver) {
		d.paste("https://tooljet.example.com")
		d.press("tab")
		d.paste(d.box.Key())
		d.sleep(time.Second)
		d.press("tab", "enter", "ctrl+s")
		d.sees("Key store does not answer", "the keyring is locked")
	})
}

// Ensure that another profile is opened with its own badge, and that a failure
// leaves the one in use alone.
func TestProfiles_Switch(t *testing.T) {
	t.Parallel()
	story(t, stage{options: func(d *driver, o *Options) {
		o.Config.Profiles = map[string]*config.Profile{
			"acme":      {Name: "acme", URL: "https://tooljet.example.com", Key: "keyring"},
			"acme-prod": {Name: "acme-prod", URL: "https://prod.example.com", Key: "command", Production: true},
		}
		tries := 0
		o.Open = func(_ context.Context, name string) (kit.Session, error) {
			if tries++; tries == 1 {
				return kit.Session{}, &pat.Problem{ID: "key", Cause: "the command printed nothing"}
			}
			return kit.Session{Issuer: d.issuer, Profile: o.Config.Profiles[name], KeyOrigin: "command"}, nil
		}
	}}, func(d *driver) {
		d.press("P")
		d.sees("Profiles", "✓ acme", "acme-prod", "PROD")
		d.press("enter")
		d.sees("This is the profile in use.")
		d.press("down", "enter")
		d.sees("The admin key cannot be used", "the command printed nothing", "stays open")
		d.press("enter")
		d.sees("1 Tokens", "PROD", "acme-prod")
	})
}

// Ensure that the sandbox marks its own profile, and none of a configuration file
// that has the same name.
func TestProfiles_SandboxIsNoneOfTheFile(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/home/kim/.config/patdesk/config.toml"} {
		story(t, stage{profile: &config.Profile{Name: "demo", URL: "https://tooljet.example.com"}, options: func(_ *driver, o *Options) {
			o.Demo, o.Config = true, config.Default(path)
			o.Config.Profiles = map[string]*config.Profile{"demo": {Name: "demo", URL: "https://demo.example.org"}}
		}}, func(d *driver) {
			d.press("P")
			if path == "" {
				d.sees("✓ demo")
			} else {
				d.sees("demo")
				d.misses("✓ demo")
			}
		})
	}
}

// Ensure that the doctor goes from check to check, says what to do, and runs again.
func TestDoctor_StreamsAndRunsAgain(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.toTab(kit.Doctor{})
		d.sees("Server", "Version", "Admin key", "Unit of patExpiry", "Not knowable", "Prove it on a test pair")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Unauthorized"`, Match: "GET /api/ext", Times: -1})
		d.press("ctrl+r")
		d.sees("Admin key not accepted", "1 thing to look at")
		d.press("1")
		d.sees("1 Tokens")
	})
}

// Ensure that leaving the doctor in the middle of a slow check leaves nothing
// behind (a goroutine left would fail the bubble).
func TestDoctor_LeftInTheMiddle(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 20 * time.Second, Match: "GET /api/ext", Times: -1})
		d.toTab(kit.Doctor{})
		d.sleep(time.Second)
		d.sees("Looking at")
		d.press("ctrl+r")
		d.press("1")
	})
}
