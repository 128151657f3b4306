package pat

import (
	"slices"
	"strings"
	"time"
)

// Verdict is what ToolJet says of a token now.
type Verdict string

// The verdicts of a verification.
const (
	// Valid: the server opened a session for it.
	Valid Verdict = "valid"
	// Refused: the server does not know it (any more).
	Refused Verdict = "expired"
	// NoAccess: the token is fine, the user may not open the app.
	NoAccess Verdict = "no access"
	// Archived: the token is fine, its user or workspace is archived or gone.
	Archived Verdict = "archived"
)

// Word is the verdict as scripts know it: valid, ended, refused, no_access,
// archived, or unknown where there is none. A refusal counts as the end of a token
// whose documented end has passed.
func (v Verification) Word(now time.Time) string {
	if v.Verdict == "" {
		return "unknown"
	}
	return strings.ReplaceAll(verdictWord(v.Verdict, v.Token, now), " ", "_")
}

// CheckedWord is what ToolJet said of a token when it was asked last, as Verification.Word
// has it but for people; "" if it never was.
func CheckedWord(t Token) string {
	return verdictWord(Verdict(t.VerifyResult), t, t.Verified)
}

// verdictWord tells a refusal before the documented end from one after it. Rows of
// earlier versions call both "expired".
func verdictWord(v Verdict, t Token, at time.Time) string {
	if v != Refused {
		return string(v)
	}
	if end := EndOf(t).Likely; !end.IsZero() && !at.Before(end) {
		return "ended"
	}
	return "refused"
}

// verdictRead is the verdict that a row keeps as a word.
func verdictRead(word string) Verdict {
	switch word {
	case "refused", "ended":
		return Refused
	}
	return Verdict(word)
}

// refusedWords say that ToolJet refused a token, and when, in a row; "" for a verdict
// that refuses nothing.
func refusedWords(v Verdict, at time.Time) string {
	switch v {
	case Refused, Archived:
		return "ToolJet refused this token at " + at.UTC().Format(time.RFC3339)
	case NoAccess:
		return "ToolJet did not let its user open the app at " + at.UTC().Format(time.RFC3339)
	case Valid:
	}
	return ""
}

// refusal is what a row says after ToolJet was asked about it: that the token was
// refused, and when, and what has changed since it was issued.
func refusal(v Verdict, at time.Time, notes []note) (DriftKind, string) {
	kind, drift := joined(notes)
	said := refusedWords(v, at)
	switch {
	case said == "":
		return kind, drift
	case slices.ContainsFunc(notes, note.closes): // that explains it
	case v == NoAccess:
		kind = DriftAccess
	default:
		kind = DriftRefused
	}
	if drift != "" {
		said += ": " + drift
	}
	return kind, said
}
