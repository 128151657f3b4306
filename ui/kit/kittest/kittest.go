// Package kittest gives a room what it needs of the console around it, so that it
// can be tested alone.
package kittest

import (
	"context"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"patdesk/client"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/term/termtest"
)

// Shell is a kit of values. Opening and leaving screens is not in it: that is what
// the stories of the whole console are for.
type Shell struct {
	kit.Shell
	Clock    time.Time
	theme    kit.Theme
	keys     kit.Keys
	config   *config.Config
	issuer   *pat.Issuer
	snippets *snippet.Set
	requests *kit.Requests
	choice   kit.Choice
}

// NewShell returns a Shell at a fixed time, with a server that is never reached.
func NewShell(tb testing.TB) *Shell {
	tb.Helper()
	c, err := client.New("https://tooljet.example.com", secret.New("a-key-0123456789"))
	if err != nil {
		tb.Fatal(err)
	}
	set, err := snippet.NewSet(nil)
	if err != nil {
		tb.Fatal(err)
	}
	s := &Shell{
		Clock: time.Date(2026, 11, 19, 19, 10, 5, 0, time.UTC), theme: kit.NewTheme(kit.Look{Dark: true, Profile: colorprofile.TrueColor}),
		config: config.Default(""), issuer: &pat.Issuer{Client: c, Settings: pat.Settings{Profile: "acme", Unit: pat.Seconds}}, snippets: set,
	}
	s.keys, _ = kit.NewKeys(nil)
	s.requests, s.choice = kit.NewRequests(s.Now), kit.NewChoice()
	return s
}

// Context implements kit.Shell.
func (s *Shell) Context() context.Context { return context.Background() }

// Now implements kit.Shell.
func (s *Shell) Now() time.Time { return s.Clock }

// Local implements kit.Shell.
func (s *Shell) Local() time.Time { return s.Clock }

// Zone implements kit.Shell.
func (s *Shell) Zone() *time.Location { return time.UTC }

// Theme implements kit.Shell.
func (s *Shell) Theme() *kit.Theme { return &s.theme }

// Keys implements kit.Shell.
func (s *Shell) Keys() *kit.Keys { return &s.keys }

// Small implements kit.Shell.
func (s *Shell) Small() bool { return false }

// Blurred implements kit.Shell.
func (s *Shell) Blurred() bool { return false }

// Issuer implements kit.Shell.
func (s *Shell) Issuer() *pat.Issuer { return s.issuer }

// SetIssuer takes another issuer than the one without a history.
func (s *Shell) SetIssuer(i *pat.Issuer) { s.issuer = i }

// Profile implements kit.Shell.
func (s *Shell) Profile() *config.Profile { return nil }

// Config implements kit.Shell.
func (s *Shell) Config() *config.Config { return s.config }

// Seat implements kit.Shell.
func (s *Shell) Seat() bool { return false }

// Demo implements kit.Shell.
func (s *Shell) Demo() bool { return false }

// Snippets implements kit.Shell.
func (s *Shell) Snippets() *snippet.Set { return s.snippets }

// Clipboard implements kit.Shell.
func (s *Shell) Clipboard() *term.Clipboard { return nil }

// Servers implements kit.Shell.
func (s *Shell) Servers() kit.Servers { return kit.Servers{} }

// Browser implements kit.Shell.
func (s *Shell) Browser() kit.Browser { return kit.Browser{} }

// Getenv implements kit.Shell.
func (s *Shell) Getenv(string) string { return "" }

// About implements kit.Shell.
func (s *Shell) About() string { return "patdesk devel" }

// Requests implements kit.Shell.
func (s *Shell) Requests() *kit.Requests { return s.requests }

// Choice implements kit.Shell.
func (s *Shell) Choice() *kit.Choice { return &s.choice }

// CopyFailed implements kit.Shell.
func (s *Shell) CopyFailed() bool { return false }

// Page implements kit.Shell.
func (s *Shell) Page() kit.Screen { return nil }

// Say implements kit.Shell.
func (s *Shell) Say(kit.Level, string) {}

// Quiet fails if a screen holds anything that a terminal would act on, beyond
// colours.
func Quiet(tb testing.TB, sc kit.Screen, where, hostile string) {
	tb.Helper()
	view, _ := sc.View()
	if found := termtest.ForeignControls([]byte(view), true); len(found) > 0 {
		tb.Fatalf("%s: %v reach the terminal from %q", where, found, hostile)
	}
}

// shortEnough is how many bytes of a hostile text Corpus keeps: far more than a screen
// shows.
const shortEnough = 1 << 16

// Corpus is the corpus of hostile texts with those of a megabyte cut, which take longer
// than all others together.
func Corpus() []termtest.Hostile {
	all := termtest.Corpus()
	for i, h := range all {
		all[i].Value = h.Value[:min(len(h.Value), shortEnough)]
	}
	return all
}
