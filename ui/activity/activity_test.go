package activity

import (
	"os"
	"testing"

	"patdesk/client"
	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure what the history holds of events reaches the terminal as text.
func TestHostile_EventsAreText(t *testing.T) {
	eventsAreText(t, kittest.Corpus())
}

// Ensure the same where a text has a megabyte.
func TestHostile_EventsAreText_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	eventsAreText(t, termtest.Corpus())
}

func eventsAreText(t *testing.T, corpus []termtest.Hostile) {
	t.Helper()
	for _, size := range [][2]int{{100, 24}, {60, 16}, {140, 40}} {
		p := New(kittest.NewShell(t))
		p.SetSize(size[0], size[1])
		for _, h := range corpus {
			p.seq, p.loaded = 1, false
			p.sent = []pat.SentRequest{{
				ID: 1, Method: h.Value, Path: h.Value, Host: h.Value, RequestID: h.Value, At: p.shell.Now(), State: pat.RequestDone,
				Tries: []pat.Try{{Status: 403}}, Err: &client.Error{Failure: client.FailStatus, Status: 403, Messages: []string{h.Value}},
			}}
			p.arrived(eventsMsg{seq: 1, page: pat.EventPage{Events: []pat.Event{{
				ID: 1, Action: "copied", Actor: h.Value, On: h.Value, Via: h.Value, Detail: h.Value, UserEmail: h.Value, AppName: h.Value, Entry: 7,
			}}}})
			kittest.Quiet(t, p, "activity", h.Value)
		}
	}
}
