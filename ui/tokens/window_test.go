package tokens

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
)

// Ensure a key typed while a query runs stops it, and that its result, should it
// come, is dropped.
func TestTokens_OlderViewsAreStopped(t *testing.T) {
	l := New(kittest.NewShell(t))
	l.ctx = context.Background()
	l.ask(request{kind: requestFirst})
	old, seq := l.reading, l.seq
	l.ask(request{kind: requestFirst})
	if old.Err() == nil {
		t.Error("the query of the first letter still runs")
	}
	l.Update(tokensMsg{seq: seq, page: rows{tokens: []pat.Token{{ID: 1}}}})
	if l.loaded || len(l.rows.tokens) != 0 {
		t.Error("a result that was overtaken is shown")
	}
}

// Ensure a list that is walked for long holds only what is near, from either end.
func TestTokens_WindowIsBounded(t *testing.T) {
	piece := func(n int) rows { return rows{tokens: make([]pat.Token, n), cursors: make([]*pat.Cursor, n)} }
	for _, kind := range []requestKind{requestAfter, requestBefore} {
		held := piece(firstPiece)
		for range 20 {
			var moved int
			held, moved = held.join(kind, piece(nextPiece))
			if n := len(held.tokens); n > mostRows || n != len(held.cursors) || moved < 0 && kind == requestBefore {
				t.Fatalf("%d rows and %d places are held, moved by %d", n, len(held.cursors), moved)
			}
		}
		if len(held.tokens) != mostRows {
			t.Errorf("only %d rows are held", len(held.tokens))
		}
	}
}

// Ensure a failing history says what happened and what to do, and keeps working.
func TestTokens_BrokenHistoryIsExplained(t *testing.T) {
	l := New(kittest.NewShell(t))
	l.ctx = context.Background()
	l.SetSize(100, 24)
	l.ask(request{kind: requestFirst})
	sees := func(texts ...string) {
		t.Helper()
		view, _ := l.View()
		for _, x := range texts {
			if !strings.Contains(ansi.Strip(view), x) {
				t.Errorf("the list does not show %q:\n%s", x, ansi.Strip(view))
			}
		}
	}
	l.Update(tokensMsg{seq: l.seq, err: errors.New("the device is gone")})
	sees("Something unexpected failed", "ctrl+r")
	l.refresh()
	l.Update(tokensMsg{seq: l.seq, page: rows{atStart: true, atEnd: true}})
	sees("No tokens yet.")
}
