package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// onFact takes care of facts whose screen may be gone: a token that could not be
// saved is shown, the time of a copy runs.
func (s *shell) onFact(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.IssuedMsg:
		return s.onIssued(m)
	case kit.WaitingMsg:
		return s.onWaiting(m)
	case kit.CopiedMsg:
		return s.onCopied(m)
	case clearDueMsg:
		if m.seq == s.copies.count {
			return clearCopy(s.ctx, s.opts.Clipboard)
		}
	case kit.WroteMsg:
		if m.Err == nil {
			s.copiedFresh(m.ID)
		}
	case remindMsg:
		return s.reminded(m)
	case kit.RanMsg, kit.ReadyMsg:
		return s.countRuns()
	case kit.RunsMsg:
		s.onRuns(m)
	case kit.SwitchedMsg:
		return s.onSession(m)
	}
	return nil
}

// onIssued opens what nobody waits for any more and nobody may miss: a token
// whose row could not be finished is shown once, or it is lost for ever.
func (s *shell) onIssued(m kit.IssuedMsg) tea.Cmd {
	s.requests.End(m)
	if m.Err == nil {
		s.issuedFresh(m.Grant.Token.ID, kit.UserOf(m.Grant.Token))
		return nil
	}
	if !kit.Unsaved(m.Err) {
		return nil
	}
	for _, l := range s.pages {
		if w, ok := l.Screen.(kit.Waiter); ok && w.WaitsFor(m.Ticket) {
			return nil // it shows the token itself
		}
	}
	return s.Go(kit.Issued{Fact: m})
}

// onWaiting remembers a wait, or tells of it where no screen does.
func (s *shell) onWaiting(m kit.WaitingMsg) tea.Cmd {
	until := m.Wait.Until.UTC()
	if s.issuer != nil {
		until = s.issuer.Clock().Now(until).UTC()
	}
	w := kit.WaitingOf(m.Wait, until)
	if m.Ticket == kit.NoTicket {
		s.Say(kit.LevelInfo, fmt.Sprintf("%s. Asking again at %s.", w.Why, until.In(s.zone).Format("15:04:05")))
		return m.Next
	}
	s.requests.Wait(m.Ticket, w)
	return m.Next
}

// onSession starts anew with a session that was opened.
func (s *shell) onSession(m kit.SwitchedMsg) tea.Cmd {
	if m.Err != nil {
		return nil // the screen that asked shows it
	}
	s.Requests().Draft = nil
	cmd := s.enter(m.Session)
	if s.demo {
		s.Say(kit.LevelInfo, "This is the sandbox: nothing is sent anywhere, nothing is kept on disk.")
	}
	switch {
	case m.Issue:
		return tea.Batch(cmd, s.Go(kit.NewToken{}))
	case m.Prove:
		_, doctor := s.keys.Tab(kit.Doctor{})
		return tea.Batch(cmd, s.toTab(doctor)(), s.Go(kit.UnitProof{}))
	}
	return cmd
}

// onRuns counts the runs that wait, and tells of those that did when the session began:
// later ones are told by the plan that was cut off.
func (s *shell) onRuns(m kit.RunsMsg) {
	s.waiting = m.Waiting
	if m.Waiting > 0 && !s.waitingTold {
		s.Say(kit.LevelWarn, fmt.Sprintf("%s: %s opens what is left.", pat.WaitingWords(m.Waiting), kit.Name(s.keys.Global.Runs)))
	}
	s.waitingTold = true
}

// reached notes that the history went away, or came back: then what could not be read
// meanwhile is read.
func (s *shell) reached(m awayMsg) tea.Cmd {
	s.away = m.asOf
	if !s.away.IsZero() {
		return s.watch(m.state)
	}
	return tea.Batch(s.watch(m.state), s.tell(kit.TouchedMsg{}), s.countRuns())
}

// countRuns counts the runs that wait. A history that cannot be read tells of itself
// elsewhere.
func (s *shell) countRuns() tea.Cmd {
	ctx, issuer := s.ctx, s.issuer
	return func() tea.Msg {
		runs, err := issuer.Waiting(ctx)
		if err != nil {
			return nil
		}
		return kit.RunsMsg{Waiting: len(runs)}
	}
}
