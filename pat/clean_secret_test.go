package pat_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that no secret gets into what is kept in clear: a note, from a form, a list or
// a later change, a field of the request, or a filter; and that none is repeated.
func TestSecrets_StayOutOfClearText(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request())
	key := r.server.Key()
	for name, text := range map[string]string{
		"token": "see pat_0123456789abcdef0123", "address": "was https://tj.example.com/embed-apps/a?personal-access-token=x1y2",
		"admin key": "key: " + key,
	} {
		asked := len(r.server.Requests())
		req := request()
		req.Note, req.Again = text, true
		_, issued := r.Issue(t.Context(), req)
		_, listed := r.PlanBatch(t.Context(), []pat.BatchRow{{Line: 2, User: req.User, App: req.App, Note: text}}, request())
		for what, err := range map[string]error{"issue": issued, "list": listed, "note": r.SetNote(t.Context(), g.Token.ID, text)} {
			if err == nil || !strings.Contains(pat.Explain(err).Cause, "stands in it") || strings.Contains(pat.Explain(err).Cause, text) {
				t.Errorf("%s, %s: %v", what, name, err)
			}
		}
		for _, sent := range r.server.Requests()[asked:] {
			if sent.Method != "GET" {
				t.Errorf("%s: sent %s %s", name, sent.Method, sent.Path)
			}
		}
	}
	if row, err := r.History.Get(t.Context(), g.Token.ID); err != nil || row.Note != request().Note {
		t.Errorf("the note is %q: %v", row.Note, err)
	}
	if _, err := pat.ParseFilter("user:ana pat_0123456789abcdef0123"); err == nil || strings.Contains(err.Error(), "0123") {
		t.Errorf("a filter takes a token: %v", err)
	}
	// What an earlier version kept is not copied into another row.
	old := g.Token
	old.Note = "see pat_0123456789abcdef0123"
	if again := pat.Again(old, old.Life); again.Note != "" {
		t.Errorf("re-issued with the note %q", again.Note)
	}
}
