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

	rows     rows
	start    int64  // place of the first row held in the whole list; -1 = not known
	count    int64  // rows of the whole list; -1 = not known
	countOf  string // the filter that count is of, as it was typed
	at, top  int    // the cursor and the first line on screen, among the rows held
	loaded   bool
	problem  error
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

	marks   map[int64]bool
	counts  pat.Counts
	counted bool
	recount time.Time // when the counts are due to be read anew; zero = not
	changes int64
	detail  detailed
	pair    pairMsg // what is known of the pair of the token in detail
	shown   revealing
}

// New returns the list of all tokens of the server, the first page of a session.
func New(s kit.Shell) *List {
	f := widget.NewField(s.Theme().Form, 200)
	f.Placeholder = "user:ana  app:orders  state:soon  left:<1h  role:  by:  !word"
	return &List{shell: s, start: -1, count: -1, sort: pat.SortLeft, field: f, marks: map[int64]bool{}, inFlight: map[requestKind]bool{}}
}

// Title implements Screen.
func (t *List) Title() string { return "Tokens" }

// Typing implements Screen.
func (t *List) Typing() bool { return t.typing }

// Init implements Screen.
func (t *List) Init(ctx context.Context) tea.Cmd {
	t.ctx = ctx
	return tea.Batch(t.ask(request{kind: requestFirst}), lookForChanges(ctx, t.shell.Issuer(), 0))
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
			if i := t.rows.index(m.id); i >= 0 {
				t.start = m.place - int64(i)
			}
		}
	case countMsg:
		if m.seq == t.seq && m.err == nil {
			t.count = m.count
			if t.rows.atEnd && t.start < 0 {
				t.start = max(0, t.count-int64(len(t.rows.tokens)))
			}
		}
	case countsMsg:
		if m.err == nil {
			t.counts, t.counted = m.counts, true
			t.recount = m.next
			if soon := t.shell.Now().Add(countsEvery); t.recount.Before(soon) {
				t.recount = soon
			}
		}
	case markedMsg:
		t.marked(m)
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
		if m.Err == nil && t.onTop() {
			return t.show(m.Grant.Token.ID)
		}
		return t.refresh()
	case kit.RanMsg:
		clear(t.marks)
		return t.refresh()
	case kit.VerifiedMsg:
		return t.refresh()
	case kit.NotedMsg:
		if m.Err != nil {
			t.shell.Say(kit.LevelBad, pat.Explain(m.Err).Title)
		}
		return t.refresh()
	case changedMsg:
		first := t.changes == 0
		t.changes = m.count
		if m.changed && !first {
			return t.refresh()
		}
	case kit.TouchedMsg:
		if !t.shell.Blurred() {
			return lookForChanges(t.ctx, t.shell.Issuer(), t.changes)
		}
	case kit.TickMsg:
		return t.tick()
	case tea.FocusMsg, tea.ResumeMsg:
		return tea.Batch(t.tick(), lookForChanges(t.ctx, t.shell.Issuer(), t.changes))
	case tea.BlurMsg:
		t.hide()
	}
	return nil
}

// onTop reports whether the list is in view.
func (t *List) onTop() bool { return t.shell.Page() == kit.Screen(t) }

// countsEvery is how old the counts may be: in a long history some token that is
// not on the screen changes its state every few seconds.
const countsEvery = 10 * time.Second

// tick reads the list anew if a row changed its state, which moves it.
func (t *List) tick() tea.Cmd {
	now := t.shell.Now()
	if !t.nextMove.IsZero() && !now.Before(t.nextMove) {
		return t.refresh()
	}
	if !t.recount.IsZero() && !now.Before(t.recount) {
		t.recount = time.Time{}
		return countStates(t.ctx, t.shell.Issuer(), now)
	}
	return nil
}

// NextChange implements kit.Ticker.
func (t *List) NextChange(now time.Time) time.Time {
	next := t.nextMove
	if !next.After(now) {
		next = time.Time{} // being read
	}
	next = kit.Soonest(next, t.recount)
	steps := int64(0)
	if l := t.layout(); l.has(colLife) {
		steps = int64(l.widths[colLife] * len(t.shell.Theme().Glyphs.Bar.Steps))
	}
	for _, r := range t.visible() {
		next = kit.Soonest(next, kit.TokenChange(r, now, steps))
	}
	if !t.shown.until.IsZero() {
		next = kit.Soonest(next, kit.CountdownChange(t.shown.until, now, time.Second))
	}
	return next
}

// selected is the token under the cursor.
func (t *List) selected() (pat.Token, bool) {
	if t.at < 0 || t.at >= len(t.rows.tokens) {
		return pat.Token{}, false
	}
	return t.rows.tokens[t.at], true
}

// visible are the rows on the screen.
func (t *List) visible() []pat.Token {
	n := len(t.rows.tokens)
	from := min(max(0, t.top), n)
	return t.rows.tokens[from:min(n, from+t.layout().rows)]
}

// settle keeps the cursor on the screen and the screen on the rows.
func (t *List) settle() {
	n, h := len(t.rows.tokens), t.layout().rows
	if h <= 0 {
		return
	}
	t.top = min(t.top, t.at)
	t.top = max(t.top, t.at-h+1)
	if t.rows.atEnd {
		t.top = min(t.top, n-h)
	}
	t.top = max(0, t.top)
}

// move moves the cursor by n rows and reads on where the rows held end.
func (t *List) move(n int) tea.Cmd {
	if len(t.rows.tokens) == 0 {
		return nil
	}
	t.at = min(max(0, t.at+n), len(t.rows.tokens)-1)
	t.settle()
	return tea.Batch(t.more(), t.follow())
}

// first and last go to the ends of the list.
func (t *List) first() tea.Cmd {
	if t.rows.atStart {
		return t.move(-len(t.rows.tokens))
	}
	return t.ask(request{kind: requestFirst})
}

func (t *List) last() tea.Cmd {
	if t.rows.atEnd {
		return t.move(len(t.rows.tokens))
	}
	return t.ask(request{kind: requestLast})
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
	t.count = -1
	return t.refresh()
}

func (t *List) turn() tea.Cmd {
	t.reverse = !t.reverse
	return t.refresh()
}
