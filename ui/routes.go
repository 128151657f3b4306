package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// This is the one place where the screens of the rooms are made: a room names
// where a person wants to go, and knows no other room.

// Go opens another place on top: a page, or a dialog over this one.
func (s *shell) Go(p Place) tea.Cmd {
	switch p.(type) {
	case CopyMenuOf, NoteOf:
		return s.Open(s.route(p))
	}
	return s.Push(s.route(p))
}

// Replace puts a place where a page is, wherever that is in the stack. If the page
// was left, nothing happens.
func (s *shell) Replace(old Screen, p Place) tea.Cmd { return s.replace(old, s.route(p)) }

// route makes the screen of a place.
func (s *shell) route(p Place) Screen {
	switch p := p.(type) {
	case NewToken:
		return newIssue(s)
	case TokenOf:
		return newDetail(s, p.Token)
	case Issued:
		return newIssued(s, p.Fact)
	case Reissuing:
		return newReissuing(s, p.Old, p.Ticket)
	case CopyMenuOf:
		return newCopyMenuOf(s, p.Token)
	case NoteOf:
		return newNoteEdit(s, p.Token)
	case NewProfile:
		return newFirstRun(s)
	case ProfileList:
		return newProfiles(s)
	case Doctor:
		return newDoctor(s)
	default:
		panic(fmt.Sprintf("no route to %T", p))
	}
}
