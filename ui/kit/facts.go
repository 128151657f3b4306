package kit

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
	// TickMsg says that something visible changes now. seq tells it from a tick
	// that was replaced.
	TickMsg struct{ Seq int }
	// TouchedMsg says that the files of the history were touched.
	TouchedMsg struct{}
	// SecretsMsg is the text of a token, for the screen that shows it.
	SecretsMsg struct {
		ID      int64
		Secrets pat.Secrets
		Err     error
	}
	// IssuedMsg is the outcome of a request for a token. ticket tells which
	// screen asked for it; again is the row that was repeated, or 0.
	IssuedMsg struct {
		Ticket  int
		again   int64
		Request pat.Request
		Grant   pat.Grant
		Err     error
	}
	// TurnMsg says that a row of a plan had its turn, whatever came of it.
	TurnMsg struct{ Row int64 }
	// RanMsg says that a plan was carried out, or stopped on its way. Sent are the
	// rows whose turn came, those of one pair together.
	RanMsg struct {
		Tally pat.Tally
		Sent  []int64
	}
	// ReadyMsg says that the rows of the first page of a session are there: what they
	// do not show may be read now.
	ReadyMsg struct{}
	// RunsMsg says how many runs of the server wait.
	RunsMsg struct{ Waiting int }
	// WaitingMsg says that a request waits before it is sent again. ticket tells
	// whose request; next brings the wait after this one.
	WaitingMsg struct {
		Ticket int
		Wait   pat.Wait
		Next   tea.Cmd
	}
	// CopiedMsg is the outcome of a copy; lasts is how long it stays, 0 for ever. IDs
	// are the tokens of a list, which has no ID of its own.
	CopiedMsg struct {
		ID     int64
		IDs    []int64
		What   string
		Copied term.Copied
		Lasts  time.Duration
		Err    error
	}
	// WroteMsg is the outcome of writing a private file.
	WroteMsg struct {
		ID   int64
		What string
		Path string
		Err  error
	}
	// VerifiedMsg is what ToolJet says of a token.
	VerifiedMsg struct {
		ID     int64
		Result pat.Verification
		Err    error
	}
	// ProvedMsg says that the unit of patExpiry was tried. Unkept is why the profile
	// does not remember the proof; the history does.
	ProvedMsg struct {
		Unit        pat.Unit
		Unkept, Err error
	}
	// NotedMsg says that a note was kept.
	NotedMsg struct {
		ID  int64
		Err error
	}
	// CheckedMsg is one check of a diagnosis; next brings the following one.
	CheckedMsg struct {
		seq   int
		Check pat.Check
		More  bool
		next  checks
	}
	// SwitchedMsg is a session that was opened: a profile, a new one or the sandbox.
	SwitchedMsg struct {
		Session Session
		Issue   bool // go on to issue the first token
		Prove   bool // go on to prove the unit of patExpiry
		Err     error
	}
)

// Announce tells of a token wherever the person is.
func (m IssuedMsg) Announce() (Level, term.Text) {
	switch {
	case m.Err == nil:
		t := m.Grant.Token
		return LevelGood, term.Format("Issued for %s on %s, for %s.", UserOf(t), AppOf(t), pat.Span(t.Life))
	default:
		x := pat.Explain(m.Err)
		level := LevelBad
		if x.Retry == pat.RetryAsk || x.ID == pat.IDLivePair {
			level = LevelWarn
		}
		if x.ID == "field" {
			return level, term.Text{} // the form shows it at its field
		}
		return level, term.Format("%s: %s on %s.", x.Title, m.Request.User, FirstOf(m.Grant.Token.AppName, AppWord(m.Request)))
	}
}

// Announce tells the verdict.
func (m VerifiedMsg) Announce() (Level, term.Text) {
	level, text := Verdict(m.Result, m.Err)
	if v := m.Result.Verdict; v == pat.Refused || v == pat.NoAccess || v == pat.Archived { // the cause is told beside the token
		x := pat.Explain(m.Err)
		text = x.Title + ". " + x.Next + "."
	}
	return level, term.Clean(text)
}

// Announce tells what the proof came to.
func (m ProvedMsg) Announce() (Level, term.Text) {
	switch {
	case m.Err != nil:
		x := pat.Explain(m.Err)
		return LevelWarn, term.Format("Nothing is proven: %s. %s.", x.Title, x.Next)
	case m.Unkept != nil:
		return LevelWarn, term.Format("Proven: this server reads patExpiry in %s. The profile could not be changed: %s.", m.Unit, pat.Explain(m.Unkept).Title)
	}
	return LevelGood, term.Format("Proven: this server reads patExpiry in %s; all its tokens are counted by that now.", m.Unit)
}

// Announce tells where a file is.
func (m WroteMsg) Announce() (Level, term.Text) {
	if m.Err != nil {
		return LevelBad, term.Clean(ClipWords(m.Err, false)) // no files are written at a seat
	}
	return LevelGood, term.Format("%s written to %s, for you alone.", m.What, m.Path)
}

// Announce tells of a session that could not be opened.
func (m SwitchedMsg) Announce() (Level, term.Text) {
	if m.Err == nil {
		return LevelInfo, term.Text{}
	}
	x := pat.Explain(m.Err)
	return LevelBad, term.Format("%s: %s. %s.", x.Title, x.Cause, x.Next)
}
