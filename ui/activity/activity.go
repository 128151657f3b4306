// Package activity is the room that tells what was done: the events of the history and
// the requests of this session, the newest first.
package activity

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Page lists the events of the server's tokens, and the requests.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	w, h  int

	list    *widget.List[key, row]
	events  run               // of those in the list
	sent    []pat.SentRequest // the newest first, filtered or not
	version int64             // of the log that sent is of
	loaded  bool
	problem error
	seq     int  // of the filter that the rows held are of
	reading bool // older ones are on their way

	field   *widget.Field
	typing  bool
	word    string // the filter as typed
	badWord string // why it cannot be read
	filter  pat.ActivityFilter
}

// mostEvents bounds the events that are held; older ones are read again.
const mostEvents = 2000

// pieceOf is how many events are read at once.
const pieceOf = 200

// New returns the page.
func New(s kit.Shell) *Page {
	p := &Page{shell: s, list: widget.NewList(row.key), field: widget.NewField(s.Theme().Form, 200), filter: everything()}
	p.field.Placeholder = filterHint
	return p
}

// everything is the filter that is none.
func everything() pat.ActivityFilter { return pat.ActivityFilter{Events: true, Requests: true} }

const filterHint = "action:copied  user:ana  by:kim  status:403  since:2h  !word"

// Title implements kit.Screen.
func (p *Page) Title() string { return "Activity" }

// Init implements kit.Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return tea.Batch(p.anew(), p.follow())
}

// SetSize implements kit.Screen.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.list.SetHeight(max(1, h-p.chrome()))
}

// Typing implements kit.Screen.
func (p *Page) Typing() bool { return p.typing }

// Update implements kit.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.typing && p.field.Update(m) {
			return p.typed()
		}
	case eventsMsg:
		return p.arrived(m)
	case wholeMsg:
		return p.took(m)
	case requestsMsg:
		if m.page == p {
			return p.follow()
		}
	case kit.IssuedMsg, kit.VerifiedMsg, kit.CopiedMsg, kit.WroteMsg, kit.NotedMsg, kit.RanMsg, kit.ProvedMsg, kit.TouchedMsg, tea.FocusMsg:
		return p.anew()
	case tea.WindowSizeMsg: // it may have room for more rows than are held
		return p.more()
	}
	return nil
}

// Actions implements kit.Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	if p.typing {
		return []kit.Action{
			{Key: k.List.KeepFilter, Hint: 10, Run: p.keepFilter},
			{Key: k.List.ClearFilter, Hint: 20, Run: p.clearFilter},
		}
	}
	list := []kit.Action{
		{Key: kit.WithDesc(k.List.Open, "whole"), Title: "Show all of this row", Hint: 10, Why: p.whyNone, Run: p.whole(toShow)},
		{Key: k.Activity.Report, Title: "Copy a report of this row", Hint: 20, Why: p.whyNone, Run: p.whole(toReport)},
		{Key: kit.WithDesc(k.Token.Token, "to the token"), Title: "Go to the token of this event", Hint: 30, Why: p.whyNoToken, Run: p.whole(toGo)},
		{Key: k.List.Filter, Title: "Filter the events", Hint: 40, Run: p.startFilter},
		{Key: k.List.Refresh, Title: "Read the events again", Run: p.anew},
	}
	if p.word != "" {
		list = append(list, kit.Action{Key: kit.WithDesc(k.Global.Back, "all events"), Run: p.clearFilter})
	}
	return append(list, kit.MoveActions(k, p.list, p.more)...)
}

func (p *Page) whyNone() string {
	if _, ok := p.list.Selected(); !ok {
		return "There is nothing here."
	}
	return ""
}

func (p *Page) whyNoToken() string {
	switch r, ok := p.list.Selected(); {
	case !ok:
		return p.whyNone()
	case r.request.ID != 0:
		return "This is a request; the events of a token lead to it."
	case r.event.Entry == 0:
		return "This is about no token, but about who came to this desk."
	}
	return ""
}

// Click implements kit.Clicker.
func (p *Page) Click(_, y int) tea.Cmd {
	if hit, again := p.list.Click(y - 2); hit && again {
		return p.whole(toShow)()
	}
	return p.more()
}

// Wheel implements kit.Wheeler.
func (p *Page) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return p.more()
}

func (p *Page) startFilter() tea.Cmd {
	p.typing = true
	p.field.Focus()
	return nil
}

func (p *Page) keepFilter() tea.Cmd {
	if p.badWord != "" {
		p.field.SetValue(p.word)
		p.badWord = ""
	}
	p.typing = false
	p.field.Blur()
	return nil
}

func (p *Page) clearFilter() tea.Cmd {
	p.field.SetValue("")
	p.field.Blur()
	p.typing, p.badWord, p.word, p.filter = false, "", "", everything()
	return p.anew()
}

// typed reads what was typed. What cannot be read is told beside the field, and the
// rows stay as they are.
func (p *Page) typed() tea.Cmd {
	f, err := pat.ParseEventFilter(p.field.Value(), p.shell.Local())
	if err != nil {
		p.badWord = err.Error()
		return nil
	}
	p.badWord, p.filter, p.word = "", f, strings.TrimSpace(p.field.Value())
	return p.anew()
}

// NextChange implements kit.Ticker: days turn, and requests take time.
func (p *Page) NextChange(now time.Time) time.Time {
	return kit.Soonest(now.Truncate(time.Minute).Add(time.Minute), p.requestChange(now))
}
