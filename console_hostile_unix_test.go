//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"patdesk/scripts/tty"
	"patdesk/ui/term/termtest"
)

// hostileServer is a ToolJet all of whose texts are one text. The first token is
// issued; after that, issuing is refused in its words.
func hostileServer(t *testing.T, text string) *httptest.Server {
	t.Helper()
	const app = "8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc"
	text = text[:min(len(text), 7000)] // what the client takes of one string
	answer := func(w http.ResponseWriter, status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	place := map[string]any{"id": "11111111-2222-4333-8444-555555555555", "name": text, "status": "active", "userPermission": map[string]any{"name": text}}
	user := map[string]any{"id": "99999999-2222-4333-8444-555555555555", "name": text, "email": "ana@example.com", "status": "active", "workspaces": []any{place}}
	other := map[string]any{"id": "99999999-3333-4333-8444-555555555555", "name": text, "email": text, "status": text, "workspaces": []any{place}}
	var issued atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusal := map[string]any{"statusCode": 400, "message": []string{text, "patExpiry " + text}, "error": text}
		switch p := r.URL.Path; {
		case p == "/api/ext/users/personal-access-token" && issued.Add(1) == 1:
			token := "pat_0123456789abcdef0123456789abcdef"
			answer(w, 201, map[string]any{"personalAccessToken": token, "redirectUrl": "http://" + r.Host + "/embed-apps/" + app + "?personal-access-token=" + token})
		case p == "/api/ext/users/personal-access-token":
			answer(w, 400, refusal)
		case p == "/api/ext/users":
			answer(w, 200, []any{user, other})
		case strings.HasPrefix(p, "/api/ext/user/"):
			answer(w, 200, user)
		case p == "/api/ext/workspaces":
			answer(w, 200, []any{place})
		case strings.HasSuffix(p, "/apps"):
			answer(w, 200, []any{map[string]any{"id": app, "name": text, "slug": "s" + text}})
		case p == "/api/config":
			answer(w, 200, map[string]any{"RELEASE_VERSION": text, "TOOLJET_HOST": text, "SUB_PATH": text})
		case p == "/api/health":
			answer(w, 200, map[string]any{"works": "yeah"})
		default:
			answer(w, 404, refusal)
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

// tour shows a server's texts on every page and in every dialog, and returns
// what the console wrote.
func hostileTour(t *testing.T, text string) (out []byte, title string, screens int) {
	t.Helper()
	srv := hostileServer(t, text)
	c := openConsole(t, tty.Options{Env: demoEnv(t, "TOOLJET_HOST="+srv.URL, "TOOLJET_API_TOKEN=key-0123456789abcdef")})
	c.sees("1 Tokens")
	step := func(keys ...string) {
		c.press(keys...)
		c.Look(func(s *tty.Screen) {
			if !strings.HasPrefix(s.String(), " patdesk ") {
				t.Errorf("after %q the header is not where it was:\n%s", keys, s)
			}
		})
		screens++
	}
	step("n")
	c.sees("1 app", "ana@")
	step("a")
	step("n", "a", "@", enter)
	step("a", enter)
	step(ctrlS)
	c.sees("pat_…")
	step("Y")
	step(esc, "V")
	step(esc, "y")
	c.sees("5 Doctor")
	step("?")
	step(esc, "v")
	step("/", "o", "w", "n")
	step(esc, ":")
	step(esc, enter)
	step(esc, "5")
	c.sees("Clock")
	step("1", "n", "a", "n", "a", "@", enter, "a", enter)
	step(ctrlS)
	step("\x1bOQ")
	step(esc, esc, esc)
	c.press("q")
	if strings.Contains(c.Text(), "Quit") {
		c.press("y")
	}
	c.ends(0)
	c.restored()
	c.Look(func(s *tty.Screen) { title = s.Title })
	return c.Output(), title, screens
}

// numbers are what differs between two functions of one kind.
var numbers = regexp.MustCompile(`[0-9;]+`)

// drawing moves the cursor, erases and scrolls; which of these a renderer takes
// depends on where it is. That a text did it would show on the screen.
var drawing = regexp.MustCompile(`^\x1b\[[0-9;]*[A-MPSTXZ@abder` + "`" + `]$`)

// sequences are the kinds of control functions in what a program wrote: their
// names and prefixes, and for modes and operating system commands their numbers.
// What is left is the text.
func sequences(out []byte) (kinds map[string]bool, text []byte) {
	kinds = map[string]bool{}
	var state byte
	p := ansi.NewParser()
	for len(out) > 0 {
		seq, _, n, next := ansi.DecodeSequence(out, state, p)
		state = next
		switch s := string(seq); {
		case n == 0:
			return kinds, append(text, out...)
		case strings.HasPrefix(s, "\x1b[") && (strings.HasSuffix(s, "h") || strings.HasSuffix(s, "l")):
			kinds[s] = true
		case strings.HasPrefix(s, "\x1b[") && strings.HasSuffix(s, "m"):
			kinds["\x1b[m"] = true
			for _, v := range strings.Split(colours.ReplaceAllString(s[2:len(s)-1], ""), ";") {
				if v == "5" || v == "6" || v == "8" {
					kinds["style "+v] = true
				}
			}
		case drawing.MatchString(s):
			kinds["\x1b[H"] = true
		case strings.HasPrefix(s, "\x1b["):
			kinds[numbers.ReplaceAllString(s, "")] = true
		case strings.HasPrefix(s, "\x1b]"):
			number, _, _ := strings.Cut(s[2:], ";")
			kinds["OSC "+strings.TrimRight(number, "\a\x1b\\")] = true
		case s[0] == 0x1b:
			kinds[s[:min(2, len(s))]] = true
		case len(s) == 1 && s[0] < 0x20:
			kinds[fmt.Sprintf("%q", s)] = true
		default:
			text = append(text, seq...)
		}
		out = out[n:]
	}
	return kinds, text
}

// colours are parameters of SGR that set a colour.
var colours = regexp.MustCompile(`[345]8(?:;2(?:;\d*){3}|:2(?::\d*){3,4}|[;:]5[;:]\d+)`)

// Ensure that no text of a server gets a control function to a real terminal
// that harmless text does not cause, on any page.
func TestConsole_HostileTextIsText(t *testing.T) {
	t.Parallel()
	corpus := termtest.Corpus()
	sample := []termtest.Hostile{}
	for _, name := range []string{"osc52-open", "osc0-bel", "csi-c1-09", "cr-overwrite", "bidi-override"} {
		i := slices.IndexFunc(corpus, func(h termtest.Hostile) bool { return h.Name == name })
		if i < 0 {
			t.Fatalf("the corpus has no %s", name)
		}
		sample = append(sample, corpus[i])
	}
	hostileTours(t, sample)
}

// Ensure the same for a sample of the corpus that differs from run to run, or
// for all of it with PATDESK_LONG=full, which takes an hour.
func TestConsole_HostileTextIsText_Sweep(t *testing.T) {
	corpus := termtest.Corpus()
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
	default:
		rand.Shuffle(len(corpus), func(i, j int) { corpus[i], corpus[j] = corpus[j], corpus[i] })
		corpus = corpus[:12]
	}
	hostileTours(t, corpus)
}

func hostileTours(t *testing.T, corpus []termtest.Hostile) {
	t.Helper()
	allowed, _ := sequences(nil)
	for _, harmless := range []string{"a harmless text of some length " + termtest.Marker, strings.Repeat("a long text ", 60)} {
		out, _, _ := hostileTour(t, harmless)
		kinds, text := sequences(out)
		for k := range kinds {
			allowed[k] = true
		}
		if !bytes.Contains(text, []byte(harmless[:5])) {
			t.Fatalf("the harmless text %.20q was never shown", harmless)
		}
	}
	for _, k := range []string{"style 5", "style 6", "style 8", "OSC 9", "OSC 777"} {
		if allowed[k] {
			t.Fatalf("a harmless run causes %s", k)
		}
	}
	for _, h := range corpus {
		t.Run(h.Name, func(t *testing.T) {
			t.Parallel()
			out, title, screens := hostileTour(t, h.Value)
			kinds, text := sequences(out)
			for k := range kinds {
				if !allowed[k] {
					t.Errorf("%q is written for this text only", k)
				}
			}
			if found := termtest.ForeignControls(text, false); len(found) > 0 {
				t.Errorf("between the sequences: %v", found[:min(3, len(found))])
			}
			if found := termtest.ForeignControls([]byte(title), false); len(found) > 0 || strings.Contains(title, "owned") {
				t.Errorf("the title is %q", title)
			}
			if screens < 15 {
				t.Errorf("only %d screens were seen", screens)
			}
		})
	}
}
