package exposure

import (
	"testing"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure that hostile names and verdicts are text.
func TestHostile_NamesAreText(t *testing.T) {
	for _, h := range termtest.Corpus() {
		s := kittest.NewShell(t)
		p := New(s, h.Value)
		p.Update(exposureMsg{exposure: pat.Exposure{
			Person: pat.Person{Listed: true, Known: true, Tokens: 1, Until: s.Clock.Add(time.Hour), User: pat.User{Email: h.Value, Status: h.Value}},
			Alive: []pat.Token{{
				ID: 7, Outcome: pat.Issued, AppName: h.Value, Life: time.Hour, Issued: s.Clock, Expires: s.Clock.Add(time.Hour),
				UnitProven: true, Verified: s.Clock, VerifyResult: h.Value,
			}},
		}})
		for _, w := range []int{60, 120} {
			p.SetSize(w, 24)
			kittest.Quiet(t, p, "exposure", h.Value)
		}
	}
}
