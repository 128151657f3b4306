package pat_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
)

// Ensure each verdict has its word for scripts and a cause that is true: who is
// archived needs neither access nor a new token, and is told so once.
func TestVerify_Words(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		app    string
		change func(*rig)
		word   string
		parts  []string
		not    string
	}{
		{"valid", "orders", func(*rig) {}, "valid", nil, ""},
		{"no access", "invoices", func(*rig) {}, "no_access", []string{"may not open", "Give access"}, "archived"},
		{"refused before its end", "orders", func(r *rig) {
			r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Match: "/users/session", Body: `"Invalid or expired personal access token"`})
		}, "refused", []string{"check the unit"}, "archived"},
		{"ended", "orders", func(r *rig) { r.server.Advance(61 * time.Minute) }, "ended", []string{"not valid"}, "archived"},
		{"archived", "orders", func(r *rig) { _ = r.server.SetUserStatus("ana@example.com", "archived") }, "archived", []string{"archived", "no new token is needed"}, "ive access"},
		{"archived in the workspace", "orders", func(r *rig) {
			_ = r.server.SetMembership("ana@example.com", "sales", "archived", "end-user")
		}, "archived", []string{"archived", "no new token is needed"}, "ive access"},
		{"workspace archived", "orders", func(r *rig) { _ = r.server.SetWorkspaceStatus("sales", "archived") }, "archived", []string{"archived", "no new token is needed"}, "ive access"},
		{"switched off", "orders", func(r *rig) {
			r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 451, Match: "/users/session"})
		}, "unknown", []string{"nothing is known about the token"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			req := request()
			req.App = tt.app
			g := r.issue(t, req)
			tt.change(r)
			v, err := r.Verify(t.Context(), g.Token.ID)
			if got := v.Word(r.Now()); got != tt.word {
				t.Errorf("%s, want %s: %v", got, tt.word, err)
			}
			row, gerr := r.History.Get(t.Context(), g.Token.ID)
			if want := strings.TrimPrefix(strings.ReplaceAll(tt.word, "_", " "), "unknown"); gerr != nil || pat.CheckedWord(row) != want {
				t.Errorf("the row says %q, want %q: %v", pat.CheckedWord(row), want, gerr)
			}
			if v.AskedAt.IsZero() {
				t.Error("nobody knows when it was asked")
			}
			if tt.word == "valid" && (err != nil || v.SessionUser != "ana@example.com" || v.SessionApp != g.Token.AppID) {
				t.Errorf("session for %q on %q: %v", v.SessionUser, v.SessionApp, err)
			}
			if err == nil {
				return
			}
			said := pat.Explain(err).Sentence(pat.CommandLine)
			for _, part := range tt.parts {
				if !strings.Contains(said, part) {
					t.Errorf("lacks %q: %s", part, said)
				}
			}
			if tt.not != "" && strings.Contains(said, tt.not) || strings.Count(said, "archived") > 1 {
				t.Errorf("says %q: %s", tt.not, said)
			}
		})
	}
}

// Ensure a row without a text says why it has none: what never was is not "not kept".
func TestReveal_WhyThereIsNoText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault sandbox.Fault
		part  string
	}{
		{"refused", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`}, "There is no token in this row: ToolJet refused"},
		{"lost", sandbox.Fault{Kind: sandbox.FaultDropAfter}, "Nobody holds the token of this row: its answer never came"},
		{"failed after it was sent", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Body: `"no"`}, "Nobody holds the token of this row"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			r.server.Inject(tt.fault)
			g, _ := r.Issue(t.Context(), request())
			_, err := r.Reveal(t.Context(), g.Token.ID)
			if said := pat.Explain(err).Sentence(pat.CommandLine); !errors.Is(err, history.ErrNoSecret) || !strings.Contains(said, tt.part) {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

// Ensure a token of another kind is known by its form, and is not sent.
func TestOtherToken(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		"pat_0123456789abcdef": "", "": "", "orders": "", "eyJhbGciOi": "", "eyJ.x@example.com.y": "",
		"tj_pat_0123456789abcdef": "workspace token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln": "session",
	} {
		if got := pat.OtherToken(text); part == "" && got != "" || !strings.Contains(got, part) || strings.Contains(got, "0123") {
			t.Errorf("%q: %q", text, got)
		}
	}
	r := newRig(t, sandbox.Options{})
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 201, Body: `{"personalAccessToken":"tj_pat_0123456789abcdef"}`, ContentType: "application/json"})
	g, err := r.Issue(t.Context(), request())
	if err != nil {
		t.Skipf("such an answer is no token: %v", err)
	}
	if _, err := r.Verify(t.Context(), g.Token.ID); err == nil || !strings.Contains(err.Error(), "workspace token") {
		t.Errorf("verified: %v", err)
	}
	for _, q := range r.server.Requests() {
		if strings.HasSuffix(q.Path, "/users/session") {
			t.Errorf("it was sent: %s", q.Path)
		}
	}
}
