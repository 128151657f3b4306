package cli_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure people at a terminal are told beside a snippet which pages may show it, and
// that scripts are not, and cost the server no request for it.
func TestFraming_BesideSnippets(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	pages := func() (n int) {
		for _, r := range s.Requests() {
			if strings.HasPrefix(r.Path, "/embed-apps/") {
				n++
			}
		}
		return n
	}
	const verdict = "Framing: any page may show it in a frame (frame-ancestors *)."
	for _, tt := range []struct {
		name string
		args []string
		tty  bool
		want string // on stderr, "" for no word of frames
	}{
		{"a script issues", []string{"issue", "ana@example.com", "orders", "-o", "iframe"}, false, ""},
		{"a person issues", []string{"issue", "bea@example.com", "orders"}, true, verdict},
		{"a person issues a snippet", []string{"issue", "dana@example.com", "orders", "-o", "iframe"}, true, verdict},
		{"a person shows an iframe", []string{"show", "1", "-o", "iframe"}, true, verdict},
		{"a person shows a front end", []string{"show", "1", "-o", "vue"}, true, verdict},
		{"a person shows what is in no frame", []string{"show", "1", "-o", "token"}, true, ""},
		{"a script shows", []string{"show", "1", "-o", "iframe"}, false, ""},
	} {
		before := pages()
		var out, errs string
		code := 0
		if tt.tty {
			out, errs, code = typing(t, env, "", tt.args...)
		} else {
			o, e, c := run(t, env, tt.args...)
			out, errs, code = string(o), string(e), c
		}
		if code != 0 || !strings.Contains(errs, tt.want) || tt.want == "" && strings.Contains(errs, "Framing") || strings.Contains(out, "Framing") {
			t.Errorf("%s: exit %d\n%s", tt.name, code, errs)
		}
		if asked := pages() > before; asked != (tt.want != "") {
			t.Errorf("%s: the embed page was asked for: %v", tt.name, asked)
		}
	}
	s.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Match: "/embed-apps/", Body: "<p>", Header: map[string]string{"Content-Security-Policy": "", "X-Frame-Options": "DENY"}, Times: -1})
	_, errs, _ := typing(t, env, "", "show", "1", "-o", "iframe")
	if flat := strings.Join(strings.Fields(errs), " "); !strings.Contains(flat, "[!!] Framing: X-Frame-Options DENY: no page of another site may show it in a frame. Unset DISABLE_APP_EMBED on the server") {
		t.Errorf("a server that forbids frames: %s", errs)
	}
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.Path, "/embed-apps/") && (r.HasAuthorization || strings.Contains(r.Path+r.Body, "pat_")) {
			t.Errorf("a key or a token was sent for it: %+v", r)
		}
	}
}

// Ensure a server whose TOOLJET_HOST names another address is told, and that the
// corrected URL is offered, with the same token at the address of the profile.
func TestFraming_CorrectedURL(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{Host: "https://tooljet.internal.example"})
	env := homeOf(t, s)
	base := env["TOOLJET_HOST"]
	_, errs, code := run(t, env, "issue", "ana@example.com", "orders", "-o", "url")
	if code != 0 || !strings.Contains(string(errs), "format corrected") {
		t.Fatalf("exit %d: %s", code, errs)
	}
	url := must(t, env, "show", "1", "-o", "url")
	fixed := must(t, env, "show", "1", "-o", "corrected")
	if !strings.HasPrefix(url, "https://tooljet.internal.example/embed-apps/") || fixed != base+strings.TrimPrefix(url, "https://tooljet.internal.example") {
		t.Errorf("corrected\n%s\nfrom\n%s", fixed, url)
	}
	out, _, code := run(t, env, "framing", "orders")
	flat := strings.Join(strings.Fields(string(out)), " ")
	if code != 0 || !strings.Contains(flat, "patdesk copy ID --as corrected") || !strings.Contains(flat, "TOOLJET_HOST") {
		t.Errorf("exit %d: %s", code, flat)
	}
}
