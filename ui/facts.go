package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/term"
)

// Facts that cross rooms. Nouns are what was loaded, past participles what was
// done; err comes last. There are no imperatives and no navigation messages: a
// room asks the Shell. What only one room sends itself is declared there.

// Announcer is a message that is worth a toast wherever the person is.
type Announcer interface{ Announce() (Level, term.Text) }

type (
	// tickMsg says that something visible changes now. seq tells it from a tick
	// that was replaced.
	tickMsg struct{ seq int }
	// touchedMsg says that the files of the history were touched.
	touchedMsg struct{}
	// secretsMsg is the text of a token, for the screen that shows it.
	secretsMsg struct {
		id      int64
		secrets pat.Secrets
		err     error
	}
	// issuedMsg is the outcome of a request for a token. ticket tells which
	// screen asked for it; again is the row that was repeated, or 0.
	issuedMsg struct {
		ticket int
		again  int64
		req    pat.Request
		grant  pat.Grant
		err    error
	}
	// waitingMsg says that a request waits before it is sent again. ticket tells
	// whose request; next brings the wait after this one.
	waitingMsg struct {
		ticket int
		wait   pat.Wait
		next   tea.Cmd
	}
	// copiedMsg is the outcome of a copy; lasts is how long it stays, 0 for ever.
	copiedMsg struct {
		id     int64
		what   string
		copied term.Copied
		lasts  time.Duration
		err    error
	}
	// wroteMsg is the outcome of writing a private file.
	wroteMsg struct {
		id   int64
		what string
		path string
		err  error
	}
	// verifiedMsg is what ToolJet says of a token.
	verifiedMsg struct {
		id     int64
		result pat.Verification
		err    error
	}
	// notedMsg says that a note was kept.
	notedMsg struct {
		id  int64
		err error
	}
	// checkedMsg is one check of a diagnosis; next brings the following one.
	checkedMsg struct {
		seq   int
		check pat.Check
		more  bool
		next  diagnosis
	}
	// switchedMsg is a session that was opened: a profile, a new one or the sandbox.
	switchedMsg struct {
		session Session
		issue   bool // go on to issue the first token
		err     error
	}
)

// Announce tells of a token wherever the person is.
func (m issuedMsg) Announce() (Level, term.Text) {
	switch {
	case m.err == nil:
		t := m.grant.Token
		return LevelGood, term.Format("Issued for %s on %s, for %s.", userOf(t), appOf(t), pat.Span(t.Life))
	default:
		x := pat.Explain(m.err)
		level := LevelBad
		if x.Retry == pat.RetryAsk {
			level = LevelWarn
		}
		if x.ID == "field" {
			return level, term.Text{} // the form shows it at its field
		}
		return level, term.Format("%s: %s on %s.", x.Title, m.req.User, firstOf(m.grant.Token.AppName, appWord(m.req)))
	}
}

// Announce tells the verdict.
func (m verifiedMsg) Announce() (Level, term.Text) {
	level, text := verdict(m.result, m.err)
	if v := m.result.Verdict; v == pat.Refused || v == pat.NoAccess { // the cause is told beside the token
		x := pat.Explain(m.err)
		text = x.Title + ". " + x.Next + "."
	}
	return level, term.Clean(text)
}

// Announce tells where a file is.
func (m wroteMsg) Announce() (Level, term.Text) {
	if m.err != nil {
		return LevelBad, term.Clean(clipWords(m.err))
	}
	return LevelGood, term.Format("%s written to %s, for you alone.", m.what, m.path)
}

// Announce tells of a session that could not be opened.
func (m switchedMsg) Announce() (Level, term.Text) {
	if m.err == nil {
		return LevelInfo, term.Text{}
	}
	x := pat.Explain(m.err)
	return LevelBad, term.Format("%s: %s. %s.", x.Title, x.Cause, x.Next)
}
