package history

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"patdesk/secret"
)

// epoch is the "now" of tests that need one, on the server's clock.
var epoch = time.Date(2026, 11, 21, 20, 10, 5, 0, time.UTC)

// testKey is one key for the whole test run.
var testKey = must(secret.NewKey())

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// options are those of a history that keeps tokens, in a folder of its own.
func options(tb testing.TB) Options {
	tb.Helper()
	return Options{
		Path:       filepath.Join(tb.TempDir(), "data", "history.db"),
		Key:        func(context.Context) (secret.Key, error) { return testKey, nil },
		KeepTokens: true,
		Actor:      Actor{Name: "kim", Machine: "laptop-7"},
	}
}

// as is ctx of somebody else than the one who opened s; "" is that one.
func as(ctx context.Context, s *Store, name string) context.Context {
	a := s.Actor(ctx)
	a.Name = first(name, a.Name)
	return WithActor(ctx, a)
}

func open(tb testing.TB, o Options) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func draft(user, app string) Draft {
	return Draft{
		Profile: "acme-prod", Host: "https://tooljet.example.com",
		UserID: "id-" + user, UserEmail: user + "@example.com", UserName: user,
		AppID: "id-" + app, AppName: app + " portal", AppSlug: app,
		WorkspaceID: "w1", Workspace: "Sales", Role: "end-user",
		Life: time.Hour, IdleMinutes: 60, SentExpiry: 3600, Unit: "seconds",
	}
}

func token(n int64) secret.Text { return secret.New(fmt.Sprintf("pat_%060x", n)) }

// issue begins and finishes a row whose token was issued at a moment.
func issue(tb testing.TB, s *Store, d Draft, at time.Time) Entry {
	tb.Helper()
	e, err := s.Begin(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	e, err = s.Finish(tb.Context(), e.ID, issued(e.ID, at))
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func issued(id int64, at time.Time) Result {
	return Result{
		Outcome: Issued, Token: token(id), Issued: at, Status: 201,
		URL: secret.New("https://tooljet.example.com/embed-apps/x?personal-access-token=" + token(id).Reveal(secret.ForChecking)),
	}
}

func TestHistory_IssuedTokenIsKeptSealedAndFound(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	e := issue(t, s, draft("ana", "orders"), epoch)
	got, err := s.Get(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Outcome != Issued || !got.HasSecret || got.By != "kim" || !got.Expires.Equal(epoch.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	found, err := s.Reveal(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if found.Token.Reveal(secret.ForChecking) != token(e.ID).Reveal(secret.ForChecking) {
		t.Error("another token came back")
	}
	page, err := s.Page(t.Context(), Query{Now: epoch, Filter: Filter{Word: []Term{{Text: "ORD"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) != 1 || page.Entries[0] != got {
		t.Errorf("page holds %+v", page.Entries)
	}
}

// listDir returns the names in a folder.
func listDir(tb testing.TB, dir string) []string {
	tb.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	var names []string
	for _, d := range found {
		names = append(names, d.Name())
	}
	return names
}

// shell runs a command as a person pastes it.
func shell(tb testing.TB, command string) {
	tb.Helper()
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		tb.Errorf("%s: %v: %s", command, err, out)
	}
}
