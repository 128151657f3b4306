package handover

import (
	"testing"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure that hostile places and names are text.
func TestHostile_PlacesAreText(t *testing.T) {
	for _, h := range termtest.Corpus() {
		s := kittest.NewShell(t)
		p := New(s)
		token := pat.Token{ID: 7, UserEmail: h.Value, AppName: h.Value, Note: h.Value}
		p.Update(handoversMsg{list: []pat.Handover{{ID: 1, New: token, Old: token, Since: s.Clock}}})
		for _, w := range []int{60, 120} {
			p.SetSize(w, 24)
			kittest.Quiet(t, p, "hand-over", h.Value)
		}
	}
}
