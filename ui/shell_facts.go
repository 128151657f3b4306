package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// onFact takes care of facts whose screen may be gone: a token that could not be
// saved is shown, the time of a copy runs.
func (s *shell) onFact(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case issuedMsg:
		return s.onIssued(m)
	case waitingMsg:
		return s.onWaiting(m)
	case copiedMsg:
		return s.onCopied(m)
	case clearDueMsg:
		if m.seq == s.copies.count {
			return clearCopy(s.ctx, s.opts.Clipboard)
		}
	case wroteMsg:
		if m.err == nil {
			s.copiedFresh(m.id)
		}
	case switchedMsg:
		return s.onSession(m)
	}
	return nil
}

// onIssued opens what nobody waits for any more and nobody may miss: a token
// whose row could not be finished is shown once, or it is lost for ever.
func (s *shell) onIssued(m issuedMsg) tea.Cmd {
	s.requests.End(m)
	if m.err == nil {
		s.issuedFresh(m.grant.Token.ID, userOf(m.grant.Token))
		return nil
	}
	if !unsaved(m.err) {
		return nil
	}
	for _, l := range s.pages {
		if w, ok := l.Screen.(Waiter); ok && w.WaitsFor(m.ticket) {
			return nil // it shows the token itself
		}
	}
	return s.Go(Issued{m})
}

// onWaiting remembers a wait, or tells of it where no screen does.
func (s *shell) onWaiting(m waitingMsg) tea.Cmd {
	until := m.wait.Until.UTC()
	if s.issuer != nil {
		until = s.issuer.Clock().Now(until).UTC()
	}
	w := waitingOf(m.wait, until)
	if m.ticket == noTicket {
		s.Say(LevelInfo, fmt.Sprintf("%s. Asking again at %s.", w.Why, until.In(s.zone).Format("15:04:05")))
		return m.next
	}
	s.requests.Wait(m.ticket, w)
	return m.next
}

// onSession starts anew with a session that was opened.
func (s *shell) onSession(m switchedMsg) tea.Cmd {
	if m.err != nil {
		return nil // the screen that asked shows it
	}
	s.Requests().Draft = nil
	cmd := s.enter(m.session)
	if s.demo {
		s.Say(LevelInfo, "This is the sandbox: nothing is sent anywhere, nothing is kept on disk.")
	}
	if m.issue {
		return tea.Batch(cmd, s.Go(NewToken{}))
	}
	return cmd
}
