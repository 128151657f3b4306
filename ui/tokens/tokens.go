// Package tokens is the room with the list of all tokens of the profile.
package tokens

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// List is the home screen: all tokens of the profile, with what is left of
// each. It holds only the rows near the screen; the order, the filter and the
// counting are the history's.
type List struct {
	shell kit.Shell
	ctx   context.Context
	w, h  int

	list     *widget.List[int64, row]
	countOf  string    // the filter that the list's count is of, as it was typed
	countFor int       // the query whose rows are counted while they are read
	countAt  time.Time // when that was so
	countDue bool      // more than time may have changed it
	loaded   bool
	problem  error
	highest  int64     // number of the rows held
	lastMove time.Time // when it was read anew because of nextMove
	nextMove time.Time // when the order or the counts change next, as far as rows are held

	sort     pat.Sort
	reverse  bool
	filter   pat.Filter
	failures bool   // FAILED rows are shown; else they are folded away
	word     string // the filter as typed
	badWord  string // why it cannot be read
	field    *widget.Field
	typing   bool
	query    pat.Query // of the rows held
	seq      int       // of query
	stop     context.CancelFunc
	reading  context.Context // ends with query
	inFlight map[requestKind]bool

	standing  pat.Standing // tokens of other servers are in it, which the list leaves out
	counted   time.Time    // when that was so; zero = not yet
	statesDue bool         // more than time may have changed it
	recount   time.Time    // when it is due to be told anew; zero = not
	changes   int64
	detail    detailed
	pair      pairMsg // what is known of the pair of the token in detail
	shown     revealing
	head      head

	comparing bool           // with the server
	held      func() tea.Cmd // what was asked for before the rows were there
}

// New returns the list of all tokens of the server, the first page of a session: what
// was chosen before is forgotten.
func New(s kit.Shell) *List {
	f := widget.NewField(s.Theme().Form, 200)
	f.Placeholder = "user:ana  app:orders  state:soon  left:<1h  role:  by:  !word"
	list := widget.NewList(func(r row) int64 { return r.ID })
	list.Most = mostRows
	*s.Choice() = kit.NewChoice()
	list.ShareMarks(s.Choice().Marks)
	return &List{shell: s, list: list, sort: pat.SortLeft, field: f, inFlight: map[requestKind]bool{}}
}

// Title implements Screen.
func (t *List) Title() string { return "Tokens" }

// Typing implements Screen.
func (t *List) Typing() bool { return t.typing }

// Init implements Screen.
func (t *List) Init(ctx context.Context) tea.Cmd {
	t.ctx = ctx
	rows := t.ask(request{kind: requestFirst})
	t.countFor = t.seq // without a filter the number is kept, so that one frame shows both
	return tea.Batch(rows, countTokens(t.reading, t.shell.Issuer(), t.seq, t.query), lookForChanges(ctx, t.shell.Issuer(), 0))
}

// SetSize implements Screen.
func (t *List) SetSize(w, h int) {
	t.w, t.h = w, h
	t.settle()
}

// Update implements Screen.
func (t *List) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if t.typing && t.field.Update(msg) {
			return t.typed()
		}
	case tokensMsg:
		return t.arrived(m)
	case placeMsg:
		if m.seq == t.seq && m.err == nil {
			if i := t.list.Index(m.id); i >= 0 {
				t.list.Locate(i, m.place.N, m.place.Over)
			}
		}
	case countMsg:
		if m.seq == t.seq && m.err == nil {
			t.list.SetCount(m.count.N, m.count.Over)
			t.countDue, t.countAt = false, t.query.Now
		}
	case countsMsg:
		t.stands(m)
	case markedMsg:
		t.marked(m)
	case foundMsg:
		return t.found(m)
	case comparedMsg:
		return t.compared(m)
	case toCopyMsg:
		if m.err != nil {
			t.shell.Say(kit.LevelBad, kit.ClipWords(m.err, t.shell.Seat()))
			return nil
		}
		return kit.CopyList(t.shell, m.tokens, m.kind)
	case kit.SecretsMsg:
		t.revealed(m)
	case idleMsg:
		return t.idle()
	case pairMsg:
		if t.detail.id == m.id && m.err == nil {
			t.pair = m
		}
	default:
		return t.fact(msg)
	}
	return nil
}

// fact takes news that may change the list.
func (t *List) fact(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.IssuedMsg:
		if m.Err == nil && (t.onTop() || t.word == "") { // a filter may hide it
			return t.show(m.Grant.Token.ID)
		}
		return t.refresh()
	case kit.TurnMsg: // a plan that is left half done says no more
		t.list.Unmark(m.Row)
	case kit.RanMsg:
		t.list.Unmark(m.Sent...) // what was not sent stays marked, for the next try
		return t.refresh()
	case kit.VerifiedMsg, kit.ProvedMsg:
		return t.refresh()
	case kit.CopiedMsg:
		return t.handedOut(m.Err)
	case kit.WroteMsg:
		return t.handedOut(m.Err)
	case kit.NotedMsg:
		if m.Err != nil {
			t.shell.Say(kit.LevelBad, pat.Explain(m.Err).Title)
		}
		return t.refresh()
	case changedMsg:
		first := t.changes == 0
		t.changes = m.count
		if m.changed && !first || m.err == nil && t.problem != nil {
			return t.refresh()
		}
	case kit.TouchedMsg:
		if !t.shell.Blurred() {
			return lookForChanges(t.ctx, t.shell.Issuer(), t.changes)
		}
	case kit.TickMsg:
		return t.tick()
	case tea.WindowSizeMsg: // what is read is as much as a screen wanted that may have been smaller
		return tea.Batch(t.more(), t.explain(false))
	case tea.FocusMsg, tea.ResumeMsg:
		return tea.Batch(t.tick(), lookForChanges(t.ctx, t.shell.Issuer(), t.changes))
	case tea.BlurMsg:
		t.hide()
	}
	return nil
}

// handedOut reads when tokens were copied last.
func (t *List) handedOut(err error) tea.Cmd {
	if err != nil {
		return nil
	}
	return t.refresh()
}

// onTop reports whether the list is in view.
func (t *List) onTop() bool { return t.shell.Page() == kit.Screen(t) }

// countsEvery is how old the counts may be: in a long history some token that is
// not on the screen changes its state every few seconds, and each of them would be a
// frame. movesEvery is how old the
// order of the rows may be, and what is said of a pair, where they change as quickly:
// the states themselves are those of now in every frame.
const (
	countsEvery = 10 * time.Second
	movesEvery  = 5 * time.Second
)

// notBefore is at, or soonest if that is later; zero stays zero.
func notBefore(at, soonest time.Time) time.Time {
	if !at.IsZero() && at.Before(soonest) {
		return soonest
	}
	return at
}

// tick reads the list anew if a row changed its state, which moves it.
func (t *List) tick() tea.Cmd {
	now := t.shell.Now()
	uncounted := !t.recount.IsZero() && !now.Before(t.recount) && !t.tell(now)
	if !t.nextMove.IsZero() && !now.Before(t.nextMove) {
		t.lastMove = now
		return t.refreshFor(true)
	}
	if next := t.pairChange(); !next.IsZero() && !now.Before(next) {
		t.pair.alive.Next = time.Time{}
		return t.explain(true)
	}
	if uncounted {
		return t.countStates(now)
	}
	return nil
}

// NextChange implements kit.Ticker.
func (t *List) NextChange(now time.Time) time.Time {
	next, pace := t.nextMove, kit.PaceOf(t.shell)
	if !next.After(now) {
		next = time.Time{} // being read
	}
	next = kit.Soonest(next, t.recount)
	next = kit.Soonest(next, t.pairChange())
	steps := int64(0)
	if l := t.layout(); l.has(colLife) {
		steps = int64(l.widths[colLife] * len(t.shell.Theme().Glyphs.Bar.Steps))
	}
	for _, r := range t.list.Visible() {
		next = kit.Soonest(next, pace.TokenChange(r.Token, now, steps))
	}
	if !t.shown.until.IsZero() {
		next = kit.Soonest(next, pace.EndChange(t.shown.until, now))
	}
	return next
}

// selected is the token under the cursor.
func (t *List) selected() (pat.Token, bool) {
	r, ok := t.list.Selected()
	return r.Token, ok
}

// settle gives the list the lines that are there for it now.
func (t *List) settle() { t.list.SetHeight(t.layout().rows) }

// move moves the cursor by n rows.
func (t *List) move(n int) tea.Cmd {
	t.list.By(n)
	return t.moved()
}

// moved reads on where the rows held end, and takes the detail along.
func (t *List) moved() tea.Cmd {
	if t.list.Len() == 0 {
		return nil
	}
	return tea.Batch(t.more(), t.follow())
}

// first and last go to the ends of the list.
func (t *List) first() tea.Cmd {
	if !t.list.AtStart() {
		return t.ask(request{kind: requestFirst, jump: true})
	}
	t.list.First()
	return t.moved()
}

func (t *List) last() tea.Cmd {
	if !t.list.AtEnd() {
		return t.ask(request{kind: requestLast, jump: true})
	}
	t.list.Last()
	return t.moved()
}

// sorts is the round of orders.
var sorts = []pat.Sort{pat.SortLeft, pat.SortIssued, pat.SortUser, pat.SortApp, pat.SortState}

func (t *List) nextSort() tea.Cmd {
	t.sort = sorts[(slices.Index(sorts, t.sort)+1)%len(sorts)]
	t.reverse = false
	return t.refresh()
}

// turnFailed shows the requests that failed among the tokens, or folds them away.
func (t *List) turnFailed() tea.Cmd {
	t.failures = !t.failures
	t.list.Uncount()
	return t.refresh()
}

func (t *List) turn() tea.Cmd {
	t.reverse = !t.reverse
	return t.refresh()
}
