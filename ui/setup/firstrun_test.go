package setup

import (
	"errors"
	"testing"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure what was typed and what the checks found reach the terminal as text.
func TestHostile_FirstRunIsText(t *testing.T) {
	f := newFirstRun(kittest.NewShell(t))
	f.SetSize(100, 24)
	for _, h := range termtest.Corpus() {
		f.url.SetValue(h.Value)
		f.name.SetValue(h.Value)
		f.run.Checks = []pat.Check{{ID: pat.CheckServer, Name: "Server", Level: pat.Bad, Text: h.Value, Next: h.Value}, {Name: "Clock", Level: pat.Warn, Text: h.Value}}
		f.refused, f.problem = nil, nil
		kittest.Quiet(t, f, "first run", h.Value)
		f.refused, f.problem = errors.New(h.Value), &pat.Problem{ID: "K1", Cause: h.Value, Err: errors.New(h.Value)}
		kittest.Quiet(t, f, "first run refused", h.Value)
	}
}
