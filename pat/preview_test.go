package pat_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/snippet"
)

// visit opens the page of a preview as a browser does, and reports what its frame
// says: a kind, or the number of an error.
func visit(t *testing.T, p *pat.Preview, reports ...string) {
	t.Helper()
	fetch := func(address string) string {
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return string(b)
	}
	report := regexp.MustCompile(`/told/[\w-]+`).FindString(fetch(p.Address()))
	base := regexp.MustCompile(`^http://[^/]+`).FindString(p.Address())
	for _, r := range reports {
		if kind := "kind=" + r; strings.Trim(r, "0123456789") == "" {
			fetch(base + report + "?kind=message&error=" + r)
		} else {
			fetch(base + report + "?" + kind)
		}
	}
}

// verdict waits for the verdict of a preview.
func verdict(t *testing.T, p *pat.Preview) pat.PreviewResult {
	t.Helper()
	for step, more := p.Next(t.Context()); more; step, more = p.Next(t.Context()) {
		if step.Judge != nil {
			return *step.Judge
		}
	}
	t.Fatal("no verdict")
	return pat.PreviewResult{}
}

// Ensure the words of a refusal say what went wrong: the same 401 and 403 have other
// causes by the clock, the user and the access list.
func TestPreview_Verdicts(t *testing.T) {
	t.Parallel()
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, user, app string
		options         sandbox.Options
		change          func(*rig)
		reports         []string
		verdict         string
		parts           []string
		not             string
	}{
		{"no access", "cy@example.com", "invoices", sandbox.Options{}, nil, []string{"loaded", "403"}, "may not open", []string{
			"ToolJet says expired. That is not what went wrong: 59 minutes are left; cy@example.com may not open Invoices",
			"cy@example.com has no entry; Invoices is open to", "Finance", "Give cy@example.com access to Invoices", "load again",
		}, "Issue a new token"},
		{"no access, no list", "cy@example.com", "invoices", sandbox.Options{NoV2: true}, nil, []string{"403"}, "may not open", []string{"Workspace settings > Groups"}, "has no entry"},
		{"archived", "ana@example.com", "orders", sandbox.Options{}, func(r *rig) { _ = r.server.SetUserStatus("ana@example.com", "archived") }, []string{"401"}, "may not open", []string{
			"That is not what went wrong", "ana@example.com is archived in ToolJet", "Activate the user",
		}, "Issue a new token"},
		{"archived in the workspace", "ana@example.com", "orders", sandbox.Options{}, func(r *rig) {
			_ = r.server.SetMembership("ana@example.com", "sales", "archived", "end-user")
		}, []string{"401"}, "may not open", []string{"ana@example.com is archived in the workspace Sales"}, "Issue a new token"},
		{"ended", "ana@example.com", "orders", sandbox.Options{}, func(r *rig) { r.server.Advance(61 * time.Minute) }, []string{"401"}, "has ended", []string{"1m ago by its documented end", "Issue a new token"}, "not what went wrong"},
		{"unknown before its end", "ana@example.com", "orders", sandbox.Options{}, nil, []string{"401"}, "has ended", []string{"does not know this token any more, although by our count 59 minutes are left", "not proven"}, "not what went wrong"},
		{"no token", "ana@example.com", "orders", sandbox.Options{}, nil, []string{"400"}, "no token", []string{"lost its token"}, ""},
		{"own API not reached", "ana@example.com", "orders", sandbox.Options{}, nil, []string{"500"}, "network error", []string{"could not reach its own API"}, ""},
		{"signed out", "ana@example.com", "orders", sandbox.Options{}, nil, []string{"loaded", "0"}, "signed out", []string{"still good"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.options)
			req := request()
			req.User, req.App = tt.user, tt.app
			g := r.issue(t, req)
			if tt.change != nil {
				tt.change(r)
			}
			p, err := r.NewPreview(t.Context(), g.Token, set, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			visit(t, p, tt.reports...)
			got := verdict(t, p)
			all := strings.Join(append(append([]string{got.Title}, got.Lines...), append(got.Do, got.Message)...), "\n")
			if got.Verdict != tt.verdict {
				t.Errorf("%s: %s", got.Verdict, all)
			}
			for _, part := range tt.parts {
				if !strings.Contains(all, part) {
					t.Errorf("lacks %q:\n%s", part, all)
				}
			}
			if tt.not != "" && strings.Contains(all, tt.not) || strings.Contains(all+fmt.Sprint(got), "pat_") {
				t.Errorf("says %q:\n%s", tt.not, all)
			}
		})
	}
}

// Ensure a preview can be loaded again by a new address, and that an earlier one
// opens nothing.
func TestPreview_Again(t *testing.T) {
	t.Parallel()
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, sandbox.Options{})
	p, err := r.NewPreview(t.Context(), r.issue(t, request()).Token, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	before := p.Address()
	visit(t, p, "400")
	if got := verdict(t, p); got.Verdict != "no token" {
		t.Error(got)
	}
	p.Again()
	if p.Address() == before || strings.Contains(p.Address(), "pat_") {
		t.Errorf("%s after %s", p.Address(), before)
	}
	visit(t, p, "500")
	if got := verdict(t, p); got.Verdict != "network error" {
		t.Error(got)
	}
	res, err := http.Get(before)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusGone {
		t.Errorf("the address before answers %d", res.StatusCode)
	}
}
