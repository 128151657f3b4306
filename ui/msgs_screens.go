package ui

import (
	"fmt"
	"time"

	"patdesk/pat"
	"patdesk/ui/term"
)

// What was loaded for the form and the detail of a token.
type (
	// usersMsg and appsMsg are the lists of the server.
	usersMsg struct {
		seq   int
		users []pat.User
		err   error
	}
	appsMsg struct {
		seq  int
		apps []pat.App
		err  error
	}
	// liveMsg is what may still work of a pair.
	liveMsg struct {
		seq    int
		tokens []pat.Token
		err    error
	}
	// secretsMsg is the text of a token, for the screen that shows it.
	secretsMsg struct {
		id      int64
		secrets pat.Secrets
		err     error
	}
	// tokenMsg is a row as it is now.
	tokenMsg struct {
		id    int64
		token pat.Token
		err   error
	}
)

// What was done.
type (
	// issuedMsg is the outcome of a request for a token. ticket tells which
	// screen asked for it; again is the row that was repeated, or 0.
	issuedMsg struct {
		ticket int
		again  int64
		req    pat.Request
		grant  pat.Grant
		err    error
	}
	// copiedMsg is the outcome of a copy; lasts is how long it stays, 0 for ever.
	copiedMsg struct {
		id     int64
		what   string
		copied term.Copied
		lasts  time.Duration
		err    error
	}
	// clearDueMsg says that the time of a copy is over; seq tells which copy.
	clearDueMsg struct{ seq int }
	// clearedMsg is what became of clearing a copy.
	clearedMsg struct {
		cleared term.Cleared
		err     error
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
)

// What setting up a server brings.
type (
	// settledMsg says that nothing was typed for a while.
	settledMsg struct{ seq int }
	// connectedMsg is a server as far as its address and key go.
	connectedMsg struct {
		seq    int
		issuer *pat.Issuer
		err    error
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

// announce tells of a token wherever the person is.
func (m issuedMsg) announce() (Level, term.Text) {
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

// announce tells the verdict.
func (m verifiedMsg) announce() (Level, term.Text) {
	level, text := verdict(m.result, m.err)
	if v := m.result.Verdict; v == pat.Refused || v == pat.NoAccess { // the cause is told beside the token
		x := pat.Explain(m.err)
		text = x.Title + ". " + x.Next + "."
	}
	return level, term.Clean(text)
}

// announce tells where a file is.
func (m wroteMsg) announce() (Level, term.Text) {
	if m.err != nil {
		return LevelBad, term.Clean(clipWords(m.err))
	}
	return LevelGood, term.Format("%s written to %s, for you alone.", m.what, m.path)
}

// announce tells that the clipboard was cleared.
func (m clearedMsg) announce() (Level, term.Text) {
	if m.err != nil {
		return LevelWarn, term.Clean("The copy could not be cleared: " + m.err.Error())
	}
	return LevelInfo, term.Clean(m.cleared.Note)
}

// verdict says in words what ToolJet answered about a token.
func verdict(v pat.Verification, err error) (Level, string) {
	who := fmt.Sprintf("%s on %s", userOf(v.Token), appOf(v.Token))
	switch v.Verdict {
	case pat.Valid:
		if v.Drift != "" {
			return LevelWarn, "ToolJet opens the app for " + who + ", but " + v.Drift + "."
		}
		return LevelGood, "Verified: ToolJet opens the app for " + who + "."
	case pat.Refused, pat.NoAccess:
		x := pat.Explain(err)
		return LevelBad, fmt.Sprintf("%s: %s. %s.", x.Title, x.Cause, x.Next)
	default:
		x := pat.Explain(err)
		return LevelWarn, fmt.Sprintf("Not verified: %s. %s.", x.Title, x.Next)
	}
}
