package doctor

import (
	"testing"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure what checks found reaches the terminal as text.
func TestHostile_ChecksAreText(t *testing.T) {
	d := New(kittest.NewShell(t))
	d.SetSize(100, 24)
	for _, h := range termtest.Corpus() {
		d.run.Checks = []pat.Check{{Name: "Server", Level: pat.Bad, Text: h.Value, Next: h.Value}}
		kittest.Quiet(t, d, "doctor", h.Value)
	}
}
