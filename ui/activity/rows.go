package activity

import (
	"time"

	"patdesk/pat"
	"patdesk/ui/widget"
)

// row is a line of the list: an event of the history, or a request of this session.
type row struct {
	event   pat.Event
	request pat.SentRequest // ID 0 = it is an event
}

// key names a row.
type key struct {
	request bool
	id      int64
}

func (r row) key() key {
	if r.request.ID != 0 {
		return key{true, r.request.ID}
	}
	return key{false, r.event.ID}
}

func (r row) at() time.Time {
	if r.request.ID != 0 {
		return r.request.At
	}
	return r.event.At
}

// action is the word of a row, as filters name it.
func (r row) action() string {
	if r.request.ID != 0 {
		return pat.ActionRequest
	}
	return string(r.event.Action)
}

// olderThan reports whether a row comes behind all events of a run.
func (r row) olderThan(events []pat.Event) bool {
	if len(events) == 0 {
		return false
	}
	last := events[len(events)-1]
	if r.request.ID != 0 {
		return r.request.At.Before(last.At)
	}
	return r.event.ID < last.ID
}

// run is a run of neighbouring events, the newest first.
type run struct {
	events      []pat.Event
	newest, end bool // nothing is newer, nothing is older
}

// add adds the events that follow, and lets go of what is far above.
func (r *run) add(page pat.EventPage) {
	all := make([]pat.Event, 0, len(r.events)+len(page.Events))
	all = append(append(all, r.events...), page.Events...)
	if cut := len(all) - mostEvents; cut > 0 {
		all, r.newest = all[cut:], false
	}
	r.events, r.end = all, !page.More
}

// oldest is the ID of the last event of the run.
func (r run) oldest() int64 {
	if len(r.events) == 0 {
		return 0
	}
	return r.events[len(r.events)-1].ID
}

// with puts requests, the newest first, between the events: those of the time that the
// run is of. At the same moment the event comes first, because it tells what came of it.
func (r run) with(sent []pat.SentRequest) []row {
	rows := make([]row, 0, len(r.events)+len(sent))
	for n, e := range r.events {
		for len(sent) > 0 && sent[0].At.After(e.At) {
			if n > 0 || r.newest {
				rows = append(rows, row{request: sent[0]})
			}
			sent = sent[1:]
		}
		rows = append(rows, row{event: e})
	}
	if r.end {
		for _, s := range sent {
			rows = append(rows, row{request: s})
		}
	}
	return rows
}

// show puts the events and the requests of the filter into the list. The cursor stays on
// its row; at the top it stays at the top, where the newest appear, and these push down
// the rows of a screen that begins with the first.
func (p *Page) show() {
	var sent []pat.SentRequest
	for _, r := range p.sent {
		if p.filter.Shows(r) {
			sent = append(sent, r)
		}
	}
	rows, at := p.events.with(sent), p.list.Cursor()
	if was, ok := p.list.Selected(); ok && (at > 0 || !p.list.AtStart()) {
		for n := range rows {
			if rows[n].key() == was.key() {
				at = n
				break
			}
		}
	}
	seen := p.list.Visible()
	first := len(seen) > 0 && seen[0].key() == p.list.Rows()[0].key()
	p.list.Replace(widget.Piece[row]{Rows: rows, AtStart: p.events.newest, AtEnd: p.events.end}, at)
	if first {
		p.list.First()
		p.list.By(at)
	}
}
