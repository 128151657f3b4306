//go:build unix

package console

import (
	"image"
	"slices"
	"strings"
	"testing"

	"patdesk/e2e/tty"
)

// formRows are the rows of the form for user and app, with proposals and notes;
// formChecks is what stands below the fields.
func formRows(s *tty.Screen) image.Rectangle {
	r := body(s)
	for y, l := range s.Lines() {
		if strings.HasPrefix(strings.TrimLeft(l, "▌ "), "3 Life") {
			r.Max.Y = y
		}
	}
	return r
}

// chosenRows are those rows when both are chosen: until then proposals stand among
// them, which show what a field drops.
func chosenRows(s *tty.Screen) image.Rectangle {
	if slices.ContainsFunc(s.Lines(), func(l string) bool { return strings.HasPrefix(l, "▌ 3 Life") }) {
		return formRows(s)
	}
	return image.Rectangle{}
}

func formChecks(s *tty.Screen) image.Rectangle {
	r := body(s)
	for y, l := range s.Lines() {
		if strings.Contains(l, "5 Used at") {
			r.Min.Y = y
		}
	}
	return r
}

// as64 is what the client takes of a status or a role.
func as64(s string) string { return upTo(received(s), 64) }

var (
	inFields = place{name: "the form's fields", area: chosenRows, room: 140, as: asField, can: func(s specimen) bool {
		return !strings.HasPrefix(s.value, "\u200d") // drawn as its sign, where a field drops it
	}}
	inNotes    = place{name: "the form's notes", area: formRows, room: 17}
	inStatus   = place{name: "the form's notes", area: formRows, room: 17, as: as64}
	inChecks   = place{name: "the form's checks", area: formChecks, wraps: true}
	inRoles    = place{name: "the form's checks", area: formChecks, wraps: true, as: as64}
	inUsers    = place{name: "the proposals of users", area: formRows, room: 140}
	inSpaces   = place{name: "the proposals of users", area: formRows, room: 22}
	inStatuses = place{name: "the proposals of users", area: formRows, room: 16, as: as64}
	inApps     = place{name: "the proposals of apps", area: formRows, room: 140}
)

// walkLists pages through the proposals of users and apps that a server lists,
// and picks each pair.
func walkLists(t *testing.T, texts []specimen) *walk {
	// Long texts last: they take the columns from those beside them.
	texts = slices.Clone(texts)
	for i := range texts { // the client drops a user with a longer address
		texts[i].value = upTo(received(texts[i].value), 300)
	}
	slices.SortStableFunc(texts, func(a, b specimen) int { return a.cells() - b.cells() })
	srv := newToolJet(t)
	srv.holds(texts, func(s specimen) string { return s.text('e') }, func(s specimen) string { return s.text('t') })
	w := newHome(t, srv.URL, "").walk(t, texts)
	w.sees("No tokens yet")
	w.Type("n")
	w.lists(len(texts))
	for i, page := range pages(texts) {
		w.does(downs(i, page), inUsers.shows("eu", page...), inSpaces.shows("w", page...), inStatuses.shows("t", page...))
	}
	w.after("\r", "2 App")
	// The app of the user's own workspace stands first, those of others below.
	for page := range slices.Chunk(texts[:len(texts)-1], 5) {
		w.does(strings.Repeat("\x1b[B", len(page)), inApps.shows("a", page...))
	}
	w.after("\r", "3 Life")
	for _, s := range texts {
		w.does(shiftTab+shiftTab+s.label('e')+"\r"+s.label('a')+"\r",
			inFields.shows("ea", s), inNotes.shows("usw", s), inStatus.shows("t", s),
			inChecks.shows("w", s), inRoles.shows("tr", s))
	}
	return w.leave()
}

// pages are the texts that are proposed at once; where longer ones begin, which
// leave less room to the last columns, a page begins.
func pages(texts []specimen) (all [][]specimen) {
	for _, p := range []place{inStatuses, inSpaces, inUsers, {}} {
		n := len(only(texts, p.fits))
		all = slices.AppendSeq(all, slices.Chunk(texts[:n], 5))
		texts = texts[n:]
	}
	return all
}

// downs are the keys that lead to the end of a page.
func downs(i int, page []specimen) string {
	n := len(page)
	if i == 0 {
		n--
	}
	return strings.Repeat("\x1b[B", n)
}
