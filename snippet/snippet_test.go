package snippet

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/secret"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fakeToken has the form of a token and is none.
const fakeToken = "pat_00112233445566778899aabbccddeeff00119f3c"

const fakeURL = "https://tooljet.example.com/embed-apps/8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc?personal-access-token=" + fakeToken + "&appSlug=orders"

// sample is a token as it is right after issuing.
func sample() Data {
	return Data{
		URL: secret.New(fakeURL), Token: secret.New(fakeToken), BaseURL: "https://tooljet.example.com",
		AppID: "8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc", AppName: "Orders portal", AppSlug: "orders", User: "ana@example.com",
		Ends: time.Date(2026, 11, 21, 21, 12, 2, 0, time.UTC), Life: time.Hour, IdleMinutes: 60, SentExpiry: 3600, Unit: "seconds",
	}
}

func mustSet(t *testing.T, own map[string]string) *Set {
	t.Helper()
	s, err := newSet(own, ample)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func reveal(s Snippet) string { return s.Text.Reveal(secret.ForChecking) }

func render(t *testing.T, kind string, d Data) string {
	t.Helper()
	s, err := mustSet(t, nil).Render(kind, d)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return reveal(s)
}

func TestRender_Golden(t *testing.T) {
	t.Parallel()
	for _, masked := range []bool{false, true} {
		for _, k := range Kinds() {
			d, name := sample(), k.Name
			if masked {
				d, name = d.Masked(), k.Name+"_masked"
			}
			t.Run(name, func(t *testing.T) {
				got := render(t, k.Name, d)
				path := filepath.Join("testdata", name+".golden")
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("run with -update if this is meant (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Ensure that Kind.Secret tells the truth: what is not marked holds no token,
// and no masked form does.
func TestRender_TokenOnlyWhereSaid(t *testing.T) {
	t.Parallel()
	own := mustSet(t, map[string]string{"name": "{{.AppName}}", "whole": "{{.}}", "frame": `<i a="{{.URL}}">`, "tok": "{{/* text */}}{{.Token}}"})
	for _, k := range own.Kinds() {
		s, err := own.Render(k.Name, sample())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(reveal(s), fakeToken); got != k.Secret {
			t.Errorf("%s: holds the token = %v, marked %v", k.Name, got, k.Secret)
		}
		s, err = own.Render(k.Name, sample().Masked())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(reveal(s), fakeToken[:20]) {
			t.Errorf("%s: the masked form holds the token", k.Name)
		}
	}
}

func TestRender_StaticSnippetsSayDoNotCommit(t *testing.T) {
	t.Parallel()
	for kind, start := range map[string]string{"iframe": "<!-- ", "env": "# "} {
		line, _, _ := strings.Cut(render(t, kind, sample()), "\n")
		if want := "holds a live token until 2026-11-21T21:12:02Z: do not commit"; !strings.HasPrefix(line, start+want) {
			t.Errorf("%s starts with %q", kind, line)
		}
		d := sample()
		d.Ends = time.Time{}
		line, _, _ = strings.Cut(render(t, kind, d), "\n")
		if !strings.HasPrefix(line, start+"holds a live token: do not commit") {
			t.Errorf("%s without a known end starts with %q", kind, line)
		}
	}
}

func TestRender_LongLifeIsWarnedAbout(t *testing.T) {
	t.Parallel()
	d := sample()
	warnings := func(kind string) []string {
		s, err := mustSet(t, nil).Render(kind, d)
		if err != nil {
			t.Fatal(err)
		}
		return s.Warnings
	}
	d.Life = 24 * time.Hour
	if w := warnings("iframe"); len(w) != 0 {
		t.Errorf("a day: %q", w)
	}
	d.Life = 24*time.Hour + time.Second
	want := "anyone who can view the page source can use this token until 2026-11-21T21:12:02Z"
	if w := warnings("iframe"); !slices.Contains(w, want) {
		t.Errorf("iframe: %q", w)
	}
	for _, kind := range []string{"url", "curl", "react", "express"} {
		if w := warnings(kind); len(w) != 0 {
			t.Errorf("%s: %q", kind, w)
		}
	}
}

// Ensure that no frame has a name, which ToolJet takes for a token, and that each
// says nothing of the page it stands in (contract 6).
func TestRender_FramesHaveNoName(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		text := render(t, k.Name, sample())
		framed := strings.Contains(text, "<iframe src") || strings.Contains(text, `createElement("iframe")`)
		if framed != k.Framed {
			t.Errorf("%s: makes a frame: %v, marked %v", k.Name, framed, k.Framed)
		}
		if framed && (strings.Contains(text, " name=") || strings.Contains(text, ".name =") || !strings.Contains(text, "no-referrer")) {
			t.Errorf("%s: a name, or no referrer policy, in\n%s", k.Name, text)
		}
	}
}

func TestRender_JSONOfTheCallerIsKept(t *testing.T) {
	t.Parallel()
	d := sample()
	d.JSON = func() ([]byte, error) {
		return []byte(`{"id":7,"user":"aña@example.com","url":"https:\/\/tooljet.example.com\/embed-apps\/1?personal-access-token=` + fakeToken + `\u0026a=1","big":12345678901234567890,"token":"` + fakeToken + `","none":null,"list":[1,"x"]}`), nil
	}
	d.URL = secret.New("https://tooljet.example.com/embed-apps/1?personal-access-token=" + fakeToken + "&a=1")
	got := render(t, "json", d)
	if !strings.Contains(got, `"id": 7`) || !strings.Contains(got, `a\u00f1a@`) || !strings.Contains(got, "12345678901234567890") {
		t.Errorf("got %s", got)
	}
	masked := render(t, "json", d.Masked())
	if strings.Contains(masked, "001122") {
		t.Errorf("masked form holds the token: %s", masked)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(masked), &m); err != nil {
		t.Fatal(err)
	}
	if m["token"] != "pat_…9f3c" || m["url"] != "https://tooljet.example.com/embed-apps/1?personal-access-token=pat_…9f3c&a=1" {
		t.Errorf("masked: %v", m)
	}
	broken := errors.New("history is closed")
	d.JSON = func() ([]byte, error) { return nil, broken }
	if _, err := mustSet(t, nil).Render("json", d); !errors.Is(err, broken) {
		t.Errorf("error of the caller: %v", err)
	}
}

func TestRender_UnknownKind(t *testing.T) {
	t.Parallel()
	if _, err := mustSet(t, nil).Render("nonesuch", sample()); !errors.Is(err, ErrNoKind) {
		t.Errorf("got %v", err)
	}
}

// Ensure that an entry whose secrets were purged gives errors, not empty frames.
func TestRender_WithoutSecrets(t *testing.T) {
	t.Parallel()
	d := sample()
	d.URL, d.Token = secret.Text{}, secret.Text{}
	for _, k := range Kinds() {
		_, err := mustSet(t, nil).Render(k.Name, d)
		if wantErr := k.Secret && k.Name != "json"; (err != nil) != wantErr {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
}

func TestFrameSource(t *testing.T) {
	t.Parallel()
	if got, want := FrameSource(sample()), "Content-Security-Policy: frame-src https://tooljet.example.com"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMasked_TokenThatIsOnlyInTheAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		fakeURL: strings.Replace(fakeURL, fakeToken, "pat_…9f3c", 1),
		"https://h.example.com/e?personal-access-token=pat_%30%30112233445566778899aabb": "https://h.example.com/e?personal-access-token=pat_…aabb",
		"https://h.example.com/e?x=1#f": "https://h.example.com/e?x=1#f",
		"":                              "",
	} {
		d := Data{URL: secret.New(in)}
		if got := d.Masked().URL.Reveal(secret.ForChecking); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

// Ensure that a broken token object does not get past the mask.
func TestMasked_BrokenJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"a":1} x "` + fakeToken + `"`, `{"a" "` + fakeToken + `"}`, `{"url":"` + fakeToken} {
		d := sample()
		d.JSON = func() ([]byte, error) { return []byte(text), nil }
		if b, err := d.Masked().JSON(); err == nil || strings.Contains(string(b), fakeToken) {
			t.Errorf("%s: %s, %v", text, b, err)
		}
	}
}
