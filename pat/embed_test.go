package pat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/secret"
)

// Ensure what is wrong with an embed URL is kept with the row and told by every
// view of it, and that the row's app is the one that was asked for.
func TestIssue_URLIsJudged(t *testing.T) {
	t.Parallel()
	const token = "pat_0123456789abcdef0123456789abcdef"
	const other = "6b7d0c6e-6f0e-4c53-9d43-8c7f0f6f0b02"
	for _, tt := range []struct{ name, app, url, want string }{
		{"as it should be", "", rigURL + "/embed-apps/%s?personal-access-token=" + token, ""},
		{"another app", "", rigURL + "/embed-apps/" + other + "?personal-access-token=" + token, "opens another app"},
		{"another app, by slug", "orders", rigURL + "/embed-apps/" + other + "?personal-access-token=" + token + "&appSlug=billing", "names another app"},
		{"another app, the slug copied", "orders", rigURL + "/embed-apps/" + other + "?personal-access-token=" + token + "&appSlug=orders", "opens another app"},
		{"another app, no slug", "orders", rigURL + "/embed-apps/" + other + "?personal-access-token=" + token, "opens another app"},
		{"by slug, as it should be", "orders", rigURL + "/embed-apps/%s?personal-access-token=" + token + "&appSlug=orders", ""},
		{"no embed page", "", rigURL + "/applications/%s?personal-access-token=" + token, "no embed page"},
		{"another token", "", rigURL + "/embed-apps/%s?personal-access-token=pat_00", "another token"},
		{"no token", "", rigURL + "/embed-apps/%s", "no token"},
		{"plain http", "", "http://tooljet.example.com/apps/embed-apps/%s?personal-access-token=" + token, "plain http"},
		{"another host", "", "https://elsewhere.example/apps/embed-apps/%s?personal-access-token=" + token, "points to elsewhere.example"},
		{"no sub-path", "", "https://tooljet.example.com/embed-apps/%s?personal-access-token=" + token, "SUB_PATH /apps"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			app := seeded(t, r, "orders")
			url := strings.ReplaceAll(tt.url, "%s", app.ID)
			r.server.Inject(sandbox.Fault{
				Kind: sandbox.FaultStatus, Status: 201, Match: "personal-access-token", ContentType: "application/json",
				Body: fmt.Sprintf(`{"personalAccessToken":%q,"redirectUrl":%q}`, token, url),
			})
			req := request()
			if req.App = app.ID; tt.app != "" {
				req.App = tt.app
			}
			g := r.issue(t, req)
			if g.Token.AppID != app.ID || g.Token.Outcome != pat.Issued {
				t.Errorf("app %s, want %s; %s", g.Token.AppID, app.ID, g.Token.Outcome)
			}
			row, err := r.History.Get(t.Context(), g.Token.ID)
			if err != nil {
				t.Fatal(err)
			}
			for where, text := range map[string]string{
				"row": row.URLWarning, "answer": strings.Join(g.Warnings, "\n"), "view": strings.Join(pat.ViewOf(row, r.Now()).Warnings, "\n"),
			} {
				if told := strings.Contains(text, "embed URL"); told != (tt.want != "") || !strings.Contains(text, tt.want) || strings.Contains(text, "pat_") {
					t.Errorf("%s: %q", where, text)
				}
			}
			if s, err := r.Reveal(t.Context(), g.Token.ID); err != nil || s.URL.Reveal(secret.ForChecking) != url {
				t.Errorf("kept %q, %v", s.URL.Reveal(secret.ForChecking), err)
			}
		})
	}
}

// Ensure a token that came without a URL has one as soon as the app's id is known,
// on this server's sub-path, with or without a connection.
func TestIssue_URLIsMade(t *testing.T) {
	t.Parallel()
	for _, app := range []string{"orders", ""} {
		r := newRig(t, sandbox.Options{})
		id := seeded(t, r, "orders").ID
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultNoURL})
		req := request()
		if req.App = app; app == "" {
			req.App = id
		}
		g := r.issue(t, req)
		want := rigURL + "/embed-apps/" + id + "?personal-access-token=" + g.Secrets.Token.Reveal(secret.ForChecking)
		if got := g.Secrets.URL.Reveal(secret.ForChecking); got != want {
			t.Errorf("%q: URL %q, want %q", app, got, want)
		}
		row, err := r.History.Get(t.Context(), g.Token.ID)
		const told = "the server sent no embed address; it was made from the base URL"
		if all := pat.ViewOf(row, r.Now()).Warnings; err != nil || !slices.Contains(all, told) || !slices.Contains(g.Warnings, told) {
			t.Errorf("%q: later told %q, at issue %q, %v", app, all, g.Warnings, err)
		}
		offline := pat.NewIssuer(nil, r.History, pat.Settings{Profile: "acme", Server: rigURL})
		if s, err := offline.Reveal(t.Context(), g.Token.ID); err != nil || s.URL.Reveal(secret.ForChecking) != want {
			t.Errorf("%q: later %q, %v", app, s.URL.Reveal(secret.ForChecking), err)
		}
	}
}

// Ensure a token without a URL says so as long as none can be made.
func TestIssue_NoURLYet(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultNoURL})
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Match: "/apps", Times: -1})
	g := r.issue(t, request())
	row, err := r.History.Get(t.Context(), g.Token.ID)
	const told = "the server sent no embed address; it can be made once the app's id is known"
	if all := pat.ViewOf(row, r.Now()).Warnings; err != nil || !slices.Contains(all, told) || !slices.Contains(g.Warnings, told) || !g.Secrets.URL.IsZero() {
		t.Errorf("later told %q, at issue %q, %v", all, g.Warnings, err)
	}
}

// seeded is the sandbox's app with a slug.
func seeded(t *testing.T, r *rig, slug string) sandbox.App {
	t.Helper()
	for _, a := range r.server.Apps() {
		if a.Slug == slug {
			return a
		}
	}
	t.Fatalf("no app %s", slug)
	return sandbox.App{}
}

// Ensure that each fault of an embed URL is told by itself, at issue and later, and that
// what came with an older history in one line stays one.
func TestIssue_EachFaultOfTheURL(t *testing.T) {
	t.Parallel()
	const token = "pat_0123456789abcdef0123456789abcdef"
	for name, tt := range map[string]struct {
		url  string
		want []string
	}{
		"none": {rigURL + "/embed-apps/%s?personal-access-token=" + token, nil},
		"all at once": {"http://elsewhere.example/applications/%s", []string{
			"plain http", "leads to no embed page", "carries no token", "points to elsewhere.example, not to",
		}},
		"two":              {"https://tooljet.example.com/embed-apps/%s?personal-access-token=pat_00", []string{"SUB_PATH /apps", "another token"}},
		"not usable":       {"ftp://a@/embed-apps/%s", []string{"it does not begin with https://, it names no server, it holds a user name or a password; it was made from the base URL"}},
		"another app, too": {"http://tooljet.example.com/apps/embed-apps/6b7d0c6e-6f0e-4c53-9d43-8c7f0f6f0b02?personal-access-token=" + token, []string{"plain http", "opens another app"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			app := seeded(t, r, "orders")
			r.server.Inject(sandbox.Fault{
				Kind: sandbox.FaultStatus, Status: 201, Match: "personal-access-token", ContentType: "application/json",
				Body: fmt.Sprintf(`{"personalAccessToken":%q,"redirectUrl":%q}`, token, strings.ReplaceAll(tt.url, "%s", app.ID)),
			})
			req := request()
			req.App = app.ID
			g := r.issue(t, req)
			row := r.row(t, g.Token.ID)
			for where, told := range map[string][]string{"row": pat.URLFaults(row), "answer": g.Warnings, "view": pat.ViewOf(row, r.Now()).Warnings} {
				told = slices.DeleteFunc(slices.Clone(told), func(w string) bool { return !strings.Contains(w, "embed") })
				if len(told) != len(tt.want) {
					t.Errorf("%s tells %d: %q", where, len(told), told)
					continue
				}
				for n, want := range tt.want {
					if !strings.Contains(told[n], want) || strings.ContainsRune(told[n], '\n') {
						t.Errorf("%s: %q, want %q", where, told[n], want)
					}
				}
			}
		})
	}
	if old := pat.URLFaults(pat.Token{URLWarning: "the one; the other"}); len(old) != 1 {
		t.Errorf("%q", old)
	}
}
