package aloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/term/termtest"
)

// room is a conversation with a sandbox in this process.
type room struct {
	box   *sandbox.Server
	o     Options
	store *history.Store
	mu    sync.Mutex
	out   bytes.Buffer
}

func (r *room) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}

func (r *room) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

// quietNow are quiet hours that began an hour ago and last as long as they may: what is
// issued for an hour ends within them at whatever time a test runs.
func quietNow() string {
	now := time.Now().UTC()
	return now.Add(-time.Hour).Format("15:04") + "-" + now.Add(-2*time.Hour).Format("15:04") + " UTC"
}

func newRoom(t *testing.T, seed *sandbox.Seed) *room {
	t.Helper()
	r := &room{box: sandbox.New(sandbox.Options{Host: "https://tooljet.example.com", Seed: seed})}
	key, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "history.db")
	if err := historytest.Blank(path); err != nil {
		t.Fatal(err)
	}
	r.store, err = history.Open(t.Context(), history.Options{
		Path: path, KeepTokens: true, Actor: history.Actor{Name: "kim", Machine: "laptop-7"},
		Key: func(context.Context) (secret.Key, error) { return key, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	log := &pat.RequestLog{}
	c, err := client.New("https://tooljet.example.com", secret.New(r.box.Key()), client.WithTransport(r.box.Transport()), client.WithObserver(log.Observe))
	if err != nil {
		t.Fatal(err)
	}
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	i := pat.NewIssuer(c, r.store, pat.Settings{Profile: "acme", Unit: pat.Seconds, UnitProven: true, KeySource: "keyring"})
	i.Requests = log
	r.o = Options{
		Session: kit.Session{
			Issuer: i, Config: config.Default(""), KeyOrigin: "keyring", Close: func() { _ = r.store.Close() },
			Profile: &config.Profile{Name: "acme", URL: "https://tooljet.example.com", QuietHours: quietNow()},
		},
		Switch: "a test", Snippets: set, Out: r, Zone: time.UTC, About: "patdesk devel", Getenv: func(string) string { return "" },
		Clipboard: term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile, Dir: filepath.Join(t.TempDir(), "clips")}),
	}
	return r
}

// run holds a conversation whose lines are all there, and returns what was said.
func (r *room) run(t *testing.T, lines ...string) string {
	t.Helper()
	r.o.In = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if err := Run(t.Context(), r.o); err != nil {
		t.Fatalf("%v\n%s", err, r.text())
	}
	return r.text()
}

// hostileSeed has a user and an app for each text of the corpus.
func hostileSeed(t *testing.T, corpus []termtest.Hostile) *sandbox.Seed {
	t.Helper()
	type m map[string]any
	var users, apps []m
	for n, h := range corpus {
		users = append(users, m{"email": fmt.Sprintf("u%d@example.com", n), "name": h.Value, "memberships": []m{{"workspace": "sales", "role": "end-user"}}})
		apps = append(apps, m{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", n), "name": h.Value, "slug": fmt.Sprintf("app-%d", n), "workspace": "sales", "owner": "u0@example.com"})
	}
	b, err := json.Marshal(m{"workspaces": []m{{"slug": "sales", "name": "Sales"}}, "users": users, "apps": apps})
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sandbox.ReadSeed(b)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// Ensure nothing that a server, the history or a person brings reaches the output as
// more than text, whatever is read: no byte below space but newline, and no sequence.
func TestHostile_AllIsText(t *testing.T) {
	t.Parallel()
	corpus := slices.DeleteFunc(termtest.Corpus(), func(h termtest.Hostile) bool { return len(h.Value) > 10<<10 })
	r := newRoom(t, hostileSeed(t, corpus))
	lines := []string{"users", "next 100", "users a\x1b]0;x\x07b", "n", "", "", "", "esc"}
	issued := 0
	for n := 0; n < len(corpus); n += 5 {
		lines = append(lines, "n", fmt.Sprintf("u%d@example.com", n), fmt.Sprintf("app-%d", n), "", "", corpus[n].Value, "y")
		issued++
	}
	for _, h := range corpus {
		lines = append(lines, h.Value+" ?")
	}
	lines = append(lines, "l", "next 100", "1", "2", "s", "html", "y", "b 1", "timeline 7d", "activity", "next 100", "b 3", "activity action:request", "b 1", "u 3", "doctor", "H", "esc", "W", "m", "n", "e 1", "Kiosk", "V 1", "q", "y")
	flat := make([]string, len(lines)) // a text with line ends would be several answers
	for n, l := range lines {
		flat[n] = strings.NewReplacer("\n", " ", "\r", " ").Replace(l)
	}
	said := r.run(t, flat...)
	for i, c := range []byte(said) {
		if c < ' ' && c != '\n' || c == 0x7f {
			t.Fatalf("byte %#x after %q", c, said[max(0, i-200):i])
		}
	}
	for l := range strings.Lines(said) {
		if l = strings.TrimSuffix(l, "\n"); term.Clean(l).String() != l {
			t.Fatalf("this is not clean: %q", l)
		}
	}
	if n := strings.Count(said, "It is token #"); n < issued/2 {
		t.Errorf("only %d tokens were issued of %d:\n%s", n, issued, said)
	}
}

// Ensure a wait is told once in 30 seconds, and what changes is told while nobody
// types.
func TestTalk_TellsOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t, nil)
		in, person := io.Pipe()
		r.o.In = in
		over := make(chan error, 1)
		go func() { over <- Run(t.Context(), r.o) }()
		says := func(lines ...string) {
			for _, l := range lines {
				_, _ = io.WriteString(person, l+"\n")
				synctest.Wait()
			}
		}
		says("n", "ana@example.com", "orders", "30m", "", "")
		r.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 28 * time.Second})
		says("y")
		time.Sleep(27 * time.Second)
		if strings.Contains(r.text(), "Still") {
			t.Errorf("told too early:\n%s", r.text())
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !strings.Contains(r.text(), "It is token #1") {
			t.Fatalf("no answer:\n%s", r.text())
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		for _, want := range []string{"1 token became urgent: ana.", "1 token ended: ana."} {
			if n := strings.Count(r.text(), want); n != 1 {
				t.Errorf("%q was told %d times:\n%s", want, n, r.text())
			}
		}
		_ = person.Close()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// Ensure await tells of itself each 30 seconds and not more often.
func TestAwait_OnceInHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		c := &talk{voice: &voice{out: &out}}
		c.await(t.Context(), "asking", func(context.Context) { time.Sleep(95 * time.Second) })
		if want := "Still asking, for 30 seconds.\nStill asking, for 1 minute.\nStill asking, for 1 minute.\n"; out.String() != want {
			t.Errorf("%q", out.String())
		}
	})
}

// Ensure lines are what was typed, whatever keys send beside text, and that one key
// goes back by its name or by itself.
func TestLines(t *testing.T) {
	t.Parallel()
	l := newLines(strings.NewReader("n\r\n\x1b[Ar 1\n\x1b\n\n  y \t\nlast" + strings.Repeat("x", 2*maxLine)))
	var got []string
	for {
		line := <-l.next()
		l.took()
		if line.err != nil {
			break
		}
		got = append(got, line.text)
	}
	want := []string{"n", "r 1", "esc", "", "y"}
	if len(got) != 6 || strings.Join(got[:5], "|") != strings.Join(want, "|") || len(got[5]) > 2*maxLine {
		t.Errorf("%q", got)
	}
}

// Ensure letters narrow a choice, what begins with them first, and numbers choose only
// what was read.
func TestChoose(t *testing.T) {
	t.Parallel()
	all := []choice{{words: "dana"}, {words: "ana, first"}, {words: "bo and ana"}, {words: "cy", names: []string{"an-id-77"}}}
	for _, c := range []struct {
		answers string
		at      int
	}{
		{"an\n1\n", 1}, {"an\n2\n", 2}, {"cy\n", 3}, {"AN-ID-77\n", 3}, {"77\n9\nzz\n3\n", 2}, {"4\n", 3}, {"an\n4\nbo\n", 2},
	} {
		var out bytes.Buffer
		chat := &talk{voice: &voice{out: &out}, in: newLines(strings.NewReader(c.answers))}
		chat.keys, _ = kit.NewKeys(nil)
		if at, _, err := chat.choose(t.Context(), "Who?", all, nil); err != nil || at != c.at {
			t.Errorf("%q: %d, %v\n%s", c.answers, at, err, out.String())
		}
	}
}

// Ensure the requests of the conversation are read where they are asked for, and that the
// report of one holds no secret.
func TestActivity_ReadsRequests(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	said := r.run(t, "n", "ana@example.com", "orders", "", "", "", "y", "activity action:request post", "b 1", "q", "y")
	for _, part := range []string{"1. ", "issue: POST /api/ext/users/personal-access-token, 201 in "} {
		if !strings.Contains(said, part) {
			t.Errorf("%q was not said:\n%s", part, said)
		}
	}
	if strings.Contains(said, r.box.Key()) {
		t.Errorf("the key was said:\n%s", said)
	}
}

// Ensure who came to a desk and what was refused are read with the rest, and that nothing
// takes them for tokens.
func TestActivity_ReadsWhoCame(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	ana := history.WithActor(t.Context(), pat.Actor{Name: "ana", Machine: "ssh 192.0.2.7", Via: pat.ViaConsole, Role: "issue"})
	if err := errors.Join(r.store.MarkLogin(ana, pat.LoginWords(pat.DoorServe, "")), r.store.MarkDenied(ana, "issue for stock: their apps are orders")); err != nil {
		t.Fatal(err)
	}
	said := r.run(t, "activity", "1", "b 2", "y 1", "activity action:denied", "q", "y")
	for _, part := range []string{
		"1. ", "ana@ssh 192.0.2.7, denied, issue for stock: their apps are orders.", "ana@ssh 192.0.2.7, login, through patdesk serve, which did not say with which key.",
		"Number 1 is no token.", "Report is ",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("%q was not said:\n%s", part, said)
		}
	}
	if strings.Count(said, ", login, ") != 1 || strings.Count(said, ", denied, ") != 2 || strings.Contains(said, "#0") {
		t.Errorf("said:\n%s", said)
	}
}

// Ensure a run that was cut off is told when the conversation begins, with the key that
// goes on with it.
func TestStart_TellsOfARunThatWaits(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	i := r.o.Session.Issuer
	plan, err := i.PlanBatch(t.Context(), []pat.BatchRow{{Line: 1, User: "ana@example.com", App: "orders"}, {Line: 2, User: "dana@example.com", App: "orders"}}, pat.Request{Life: time.Hour, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Record(t.Context(), pat.NewRun(pat.RunBulk, plan)); err != nil {
		t.Fatal(err)
	}
	if said := r.run(t, "q"); !strings.Contains(said, "1 run is not finished: W goes on with what is left.") {
		t.Errorf("it is not told:\n%s", said)
	}
}
