package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure that what is odd about the embed URL of an answer is told once, as it is, by
// every way to print it.
func TestIssue_TellsOnceWhatIsOddAboutTheURL(t *testing.T) {
	t.Parallel()
	const token, app = "pat_0123456789abcdef", "ddda2119-36db-47e1-b4fa-3bfc1f493657"
	const query = "?personal-access-token=" + token
	for _, tt := range []struct {
		name, url string // after the address of the server, unless it has its own
		note      string // the only note about the URL, "" = none
	}{
		{"usual", "/embed-apps/" + app + query, ""},
		{"no token", "/embed-apps/" + app, "carries no token"},
		{"token under an escaped name", "/embed-apps/" + app + "?personal%2Daccess%2Dtoken=" + token, ""},
		{"another token", "/embed-apps/" + app + query + "0", "another token than"},
		{"no embed page", "/applications/" + app + query, "leads to no embed page"},
		{"another host", "https://other.example.com/embed-apps/" + app + query, "points to other.example.com"},
		{"none", "-", "the server sent no embed address; it was made from the base URL"},
		{"script", "javascript:alert(1)", "the embed address in the answer cannot be used: it does not begin with https://, it names no server; it was made"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(sandbox.Options{})
			env := homeOf(t, s)
			url := tt.url
			if url = strings.TrimPrefix(url, "-"); strings.HasPrefix(url, "/") {
				url = env["TOOLJET_HOST"] + url
			}
			s.Inject(sandbox.Fault{
				Kind: sandbox.FaultStatus, Status: 201, ContentType: "application/json", Match: "personal-access-token", Times: -1,
				Body: fmt.Sprintf(`{"personalAccessToken":%q,"redirectUrl":%q}`, token, url),
			})
			for _, more := range [][]string{{}, {"-o", "url"}, {"-o", "iframe"}, {"-o", "json"}} {
				_, errs, code := run(t, env, append([]string{"issue", "ana@example.com", "orders", "--again"}, more...)...)
				if code != 0 {
					t.Fatalf("%q: exit %d: %s", more, code, errs)
				}
				var told []string
				for _, l := range strings.Split(strings.TrimSpace(string(errs)), "\n") {
					if strings.Contains(l, "the embed") && !strings.Contains(l, "on this computer only") || strings.Contains(l, "sent no") {
						told = append(told, l)
					}
				}
				if got := strings.Join(told, "\n"); len(told) > 1 || (got == "") != (tt.note == "") || !strings.Contains(got, tt.note) {
					t.Errorf("%q: told\n%s\nwant %q once", more, got, tt.note)
				}
			}
			for _, later := range [][]string{{"show", "1", "--json"}, {"list", "--json"}, {"show", "1"}} {
				if out, errs, code := run(t, env, later...); code != 0 || !strings.Contains(strings.Join(strings.Fields(string(out)), " "), tt.note) {
					t.Errorf("%q: exit %d, %s%s\nwant %q", later, code, out, errs, tt.note)
				}
			}
		})
	}
}

// Ensure that scripts read of a near miss what people are told, at once and later.
func TestIssue_NearMissIsOneSentence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ user, app, title string }{
		{"ana@example.com", "order", "No such app here"},
		{"ana@exampel.com", "orders", "No such user here"},
		{"ana@example.com", "xylophone", "Some fields were refused"},
	} {
		env := home(t)
		_, told, code := run(t, env, "issue", tt.user, tt.app)
		if code != 6 || !slices.Contains(strings.Split(string(told), "\n"), tt.title) {
			t.Errorf("%s %s: exit %d, told %s", tt.user, tt.app, code, told)
		}
		out, errs, _ := run(t, env, "issue", tt.user, tt.app, "--json")
		shown := must(t, env, "show", "1", "--json")
		for where, text := range map[string]string{"stdout": string(out), "show": shown} {
			var v struct{ Error struct{ Title, Cause string } }
			var x struct{ Title, Cause string }
			if err := errors.Join(json.Unmarshal([]byte(text), &v), json.Unmarshal(errs, &x)); err != nil || v.Error != x || x.Title != tt.title {
				t.Errorf("%s %s: %v: %s says %+v, stderr %+v", tt.user, tt.app, err, where, v.Error, x)
			}
		}
	}
}

// Ensure that JSON has each thing to know about an answer in a sentence of its own, what
// is kept with the row and what only this answer showed.
func TestIssue_WarningsAsJSON(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	s.Inject(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: 201, ContentType: "text/plain", Match: "personal-access-token",
		Body: `{"personalAccessToken":"pat_0123456789abcdef","redirectUrl":"http://other.example.com/applications/x"}`,
	})
	var v struct{ Warnings []string }
	if err := json.Unmarshal([]byte(must(t, env, "issue", "ana@example.com", "orders", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"is not marked as such", "plain http", "no embed page", "carries no token", "points to other.example.com"} {
		if n := len(slices.DeleteFunc(slices.Clone(v.Warnings), func(w string) bool { return !strings.Contains(w, want) })); n != 1 {
			t.Errorf("%q stands in %d of %q", want, n, v.Warnings)
		}
	}
	if len(v.Warnings) != 6 { // and the unit
		t.Errorf("%q", v.Warnings)
	}
}
