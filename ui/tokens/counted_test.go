package tokens

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/ui/kit/kittest"
)

// Ensure the rows of a filter, and those before one, are counted to a bound, that the
// line below the list says so, and that without a filter the number is exact.
func TestTokens_ManyAreNotCounted(t *testing.T) {
	const rows = pat.MostCounted + 300
	now := time.Date(2026, 11, 19, 19, 10, 5, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "history.db")
	if err := historytest.Fill(t.Context(), path, historytest.Past{Rows: rows, Users: 50, Apps: 20, Now: now}); err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(t.Context(), history.Options{Path: path, Reading: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	shell := kittest.NewShell(t)
	shell.Clock = now
	shell.SetIssuer(pat.NewIssuer(nil, store, pat.Settings{Server: historytest.Server, Unit: pat.Seconds}))
	l := New(shell)
	l.ctx = context.Background()
	l.SetSize(140, 40)
	var run func(tea.Cmd)
	run = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, c := range msg {
				run(c)
			}
		case tokensMsg, placeMsg, countMsg, countsMsg:
			run(l.Update(msg))
		}
	}
	sees := func(what, want string) {
		t.Helper()
		l.detail.place = ""
		view, _ := l.View()
		if view = ansi.Strip(view); !strings.Contains(view, want) {
			t.Errorf("%s: no %q in\n%s", what, want, view)
		}
	}
	l.failures = true
	run(l.ask(request{kind: requestFirst}))
	sees("all", " of 10,300")
	run(l.ask(request{kind: requestLast, jump: true}))
	sees("the end of all", "–10,300 of 10,300")
	ids, err := store.IDs(t.Context(), l.query, rows)
	if err != nil {
		t.Fatal(err)
	}
	run(l.show(ids[pat.MostCounted-20]))
	sees("a row far down, found by its number", "–9,981 of 10,300")
	run(l.show(ids[pat.MostCounted+1]))
	sees("one too far down, below some that are not", "–10,002 of 10,300")
	run(l.show(ids[pat.MostCounted+100]))
	sees("rows too far down", "beyond 10,000 of 10,300")
	l.list.By(-150)
	sees("some above them", "beyond 9,")

	l.word = "!51000000-0000-4000-8000-000000000007" // one user of fifty
	if l.filter, err = pat.ParseFilter(l.word); err != nil {
		t.Fatal(err)
	}
	run(l.ask(request{kind: requestFirst}))
	sees("a filter", " of over 10,000 (10,300 in all)")
	run(l.ask(request{kind: requestLast, jump: true}))
	sees("its end", "beyond 10,000 (10,300 in all)")
}
