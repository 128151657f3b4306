package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/activity"
	"patdesk/ui/bulk"
	"patdesk/ui/doctor"
	"patdesk/ui/exposure"
	"patdesk/ui/handover"
	"patdesk/ui/issue"
	"patdesk/ui/kit"
	"patdesk/ui/plan"
	"patdesk/ui/preview"
	"patdesk/ui/role"
	"patdesk/ui/setup"
	"patdesk/ui/timeline"
	"patdesk/ui/token"
	"patdesk/ui/users"
)

// This is the one place where the screens of the rooms are made: a room names
// where a person wants to go, and knows no other room.

// Go opens another place on top: a page, or a dialog over this one.
func (s *shell) Go(p kit.Place) tea.Cmd {
	switch p.(type) {
	case kit.CopyMenuOf, kit.NoteOf, kit.UnitProof:
		return s.Open(s.route(p))
	}
	return s.Push(s.route(p))
}

// Replace puts a place where a page is, wherever that is in the stack. If the page
// was left, nothing happens.
func (s *shell) Replace(old kit.Screen, p kit.Place) tea.Cmd { return s.replace(old, s.route(p)) }

// route makes the screen of a place.
func (s *shell) route(p kit.Place) kit.Screen {
	switch p := p.(type) {
	case kit.NewToken:
		return issue.New(s, p.User)
	case kit.TokenOf:
		return token.NewDetail(s, p.Token)
	case kit.Issued:
		return token.NewIssued(s, p.Fact)
	case kit.Reissuing:
		return token.NewReissuing(s, p.Old, p.Ticket)
	case kit.PlanOf:
		return plan.New(s, p.IDs)
	case kit.RoleOf:
		return role.New(s, p)
	case kit.BulkFor:
		return bulk.New(s, p)
	case kit.PlannedRun:
		return plan.NewPlanned(s, p.Run)
	case kit.BegunRun:
		return plan.NewBegun(s, p.Run)
	case kit.ResumedRun:
		return plan.NewResumed(s, p)
	case kit.WaitingRuns:
		return plan.NewRuns(s)
	case kit.CopyMenuOf:
		return token.NewCopyMenu(s, p.Token)
	case kit.NoteOf:
		return token.NewNote(s, p.Token)
	case kit.NewProfile:
		return setup.NewFirstRun(s)
	case kit.ProfileList:
		return setup.NewProfiles(s)
	case kit.Activity:
		return activity.New(s)
	case kit.Doctor:
		return doctor.New(s)
	case kit.PreviewOf:
		return preview.New(s, p.Token)
	case kit.Users:
		return users.New(s)
	case kit.PersonOf:
		return users.NewPerson(s, p.User)
	case kit.ExposureOf:
		if p.User == "" {
			return users.NewExposed(s)
		}
		return exposure.New(s, p.User)
	case kit.Handovers:
		return handover.New(s)
	case kit.Timeline:
		return timeline.New(s)
	case kit.UnitProof:
		return doctor.NewProof(s)
	default:
		panic(fmt.Sprintf("no route to %T", p))
	}
}
