package tokens

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/widget"
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
	l.Update(tokensMsg{seq: seq, page: piece{Piece: widget.Piece[row]{Rows: []row{{Token: pat.Token{ID: 1}}}}}})
	if l.loaded || l.list.Len() != 0 {
		t.Error("a result that was overtaken is shown")
	}
}

// Ensure a list that is walked for long holds only what is near, from either end.
func TestTokens_WindowIsBounded(t *testing.T) {
	for _, kind := range []requestKind{requestAfter, requestBefore} {
		l := New(kittest.NewShell(t))
		l.ctx = context.Background()
		l.SetSize(100, 24)
		l.ask(request{kind: requestFirst})
		for n := range 20 {
			page := piece{}
			for i := range nextPiece {
				id := int64(n*nextPiece + i + 1)
				if kind == requestBefore {
					id = int64(20*nextPiece - n*nextPiece - nextPiece + i + 1)
				}
				page.Rows = append(page.Rows, row{Token: pat.Token{ID: id}})
			}
			l.Update(tokensMsg{seq: l.seq, request: request{kind: kind}, page: page})
			if l.list.Len() > mostRows {
				t.Fatalf("%d rows are held", l.list.Len())
			}
		}
		if l.list.Len() != mostRows {
			t.Errorf("only %d rows are held", l.list.Len())
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
	l.Update(tokensMsg{seq: l.seq, page: piece{Piece: widget.Piece[row]{AtStart: true, AtEnd: true}}})
	sees("No tokens yet.")
}

// Ensure the column of numbers has room for the longest that is held.
func TestTokens_LongNumbersAreWhole(t *testing.T) {
	l := New(kittest.NewShell(t))
	l.ctx = context.Background()
	l.SetSize(130, 24)
	l.ask(request{kind: requestFirst})
	page := piece{Piece: widget.Piece[row]{AtStart: true, AtEnd: true}}
	for _, id := range []int64{7, 1_234_567} {
		page.Rows = append(page.Rows, row{Token: pat.Token{ID: id, UserEmail: "ana@example.com"}})
	}
	l.Update(tokensMsg{seq: l.seq, page: page})
	view, _ := l.View()
	for _, want := range []string{"        7  ○", "\n   1234567  ○"} {
		if !strings.Contains(ansi.Strip(view), want) {
			t.Errorf("no %q in\n%s", want, ansi.Strip(view))
		}
	}
}

// Ensure keys that came before the rows lead to theirs, and what is told of a row goes
// along, however much later they come.
func TestTokens_KeysBeforeRows(t *testing.T) {
	l := New(kittest.NewShell(t))
	l.ctx = context.Background()
	l.SetSize(120, 40)
	rows := func(from, to int64) (p piece) {
		for id := from; id <= to; id++ {
			p.Rows = append(p.Rows, row{Token: pat.Token{ID: id}})
		}
		return p
	}
	first := rows(1, 5)
	first.AtStart = true
	l.ask(request{kind: requestFirst})
	l.Update(tokensMsg{seq: l.seq, request: request{kind: requestFirst}, page: first})
	l.move(7)
	if sel, _ := l.selected(); sel.ID != 5 || l.detail.id != 5 {
		t.Errorf("before: the cursor is on %d, told is of %d", sel.ID, l.detail.id)
	}
	l.detail.moved = time.Time{}
	l.Update(tokensMsg{seq: l.seq, request: request{kind: requestAfter}, page: rows(6, 40)})
	if sel, _ := l.selected(); sel.ID != 8 || l.detail.id != 8 {
		t.Errorf("after: the cursor is on %d, told is of %d", sel.ID, l.detail.id)
	}
	// Where the rows do not come, the next key is one of the rows that are there.
	l.move(50)
	l.Update(tokensMsg{seq: l.seq, request: request{kind: requestAfter}, err: errors.New("the disk is gone")})
	l.move(-1)
	if sel, _ := l.selected(); sel.ID != 39 {
		t.Errorf("without them: the cursor is on %d", sel.ID)
	}
}

// Ensure states that could not be counted after something changed are asked for again, and
// that nothing is told from those before.
func TestTokens_CountsThatFailed(t *testing.T) {
	s := kittest.NewShell(t)
	store, err := history.Open(t.Context(), history.Options{Path: history.Memory})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s.Issuer().History = store
	l := New(s)
	l.ctx = t.Context()
	l.SetSize(120, 40)
	l.Update(l.countStates(s.Now())())
	if !l.tell(s.Now()) {
		t.Fatal("what was counted cannot be told")
	}
	l.Update(countsMsg{err: errors.New("the disk is gone")})
	if l.tell(s.Now()) {
		t.Error("states of before are told")
	}
	s.Clock = s.Clock.Add(time.Minute)
	cmd := l.tick()
	if cmd == nil {
		t.Fatal("they are not asked for again")
	}
	if l.Update(cmd()); !l.tell(s.Now()) {
		t.Error("they are not told once they are counted")
	}
}
