package pat

import (
	"errors"

	"patdesk/history"
)

// UnrecordedError says that ToolJet answered and the history could not keep what it
// said. What was heard comes with it and is told all the same.
type UnrecordedError struct{ Err error }

// Error implements error.
func (e *UnrecordedError) Error() string { return "heard, but not recorded: " + e.Err.Error() }

// Unwrap returns what kept the history from recording.
func (e *UnrecordedError) Unwrap() error { return e.Err }

// Words say what was not recorded and why, in a clause.
func (e *UnrecordedError) Words() string {
	return "it could not be recorded: " + Explain(e.Err).Title
}

// Unrecorded is the failure to record what was heard, or nil.
func Unrecorded(err error) *UnrecordedError {
	e, _ := errors.AsType[*UnrecordedError](err)
	return e
}

// explainUnrecorded tells that something was heard, which the history's own words
// deny: they are about what could not begin.
func explainUnrecorded(e *UnrecordedError) Explanation {
	x := Explain(e.Err)
	why := x.Cause
	if x.Cause == catalogue[IDDiskFull].cause {
		why = ""
	}
	x.Cause, x.Sent = "what the server said is told, but could not be recorded", true
	if why != "" {
		x.Cause += ": " + why
	}
	return x
}

// heard is a token as it would be after a record that failed: what is told of it
// now must not deny what the server has just said.
func (v *Verification) heard(kind DriftKind) {
	v.Token.Verified, v.Token.VerifyResult = v.AskedAt, verdictWord(v.Verdict, v.Token, v.AskedAt)
	v.Token.DriftKind, v.Token.Drift = string(kind), v.Drift
}

// overlay is a token with what was found of it and could not be recorded.
func (r DriftReport) overlay(t Token) Token {
	if c, ok := r.unrecorded[t.ID]; ok {
		t.DriftKind, t.Drift = c.Kind, c.Now
	}
	return t
}

// note remembers the changes that could not be recorded.
func (r *DriftReport) note(changes []history.DriftChange) {
	r.unrecorded = map[int64]history.DriftChange{}
	for _, c := range changes {
		r.unrecorded[c.ID] = c
	}
}
