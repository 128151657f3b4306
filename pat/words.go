package pat

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// NextOn is what to do next in the words of a face, or "".
func (x Explanation) NextOn(f Face) string {
	if f == Console {
		return x.console
	}
	return x.Next
}

// Sentence is the whole failure in one line for a face: what happened, why, and
// what to do next.
func (x Explanation) Sentence(f Face) string {
	return AsSentence(x.Why()) + x.after(f)
}

// Short is what happened and what to do next, where there is no room for more or
// the cause is told elsewhere.
func (x Explanation) Short(f Face) string { return AsSentence(x.Title) + x.after(f) }

// Why is what happened and the cause, without a stop.
func (x Explanation) Why() string {
	if x.Cause == "" {
		return x.Title
	}
	return x.Title + ": " + x.Cause
}

// after is the next step with a space before it, or "".
func (x Explanation) after(f Face) string {
	next := AsSentence(withFix(x.NextOn(f), x.Fix))
	if next == "" {
		return ""
	}
	return " " + next
}

// Facts are what a server's admin needs to find a failure in a log, and what
// scripts know it by: the last, quiet line below its words. It never ends with
// the bare id.
func (x Explanation) Facts() []string {
	parts := []string{string(x.ID)}
	if x.RequestID != "" {
		parts = append(parts, "request "+x.RequestID)
	}
	if x.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", x.Status))
	}
	if !x.ServerTime.IsZero() {
		parts = append(parts, "server time "+x.ServerTime.UTC().Format(time.RFC3339))
	}
	if x.RequestID != "" {
		parts = append(parts, map[bool]string{true: "sent yes", false: "sent no"}[x.Sent])
	}
	if len(parts) == 1 && x.ServerSays == "" {
		parts = append(parts, fmt.Sprintf("exit code %d", x.Exit))
	}
	return parts
}

// MarshalJSON implements json.Marshaler: next holds the command that mends it.
func (x Explanation) MarshalJSON() ([]byte, error) {
	type plain Explanation
	x.Next = withFix(x.Next, x.Fix)
	return json.Marshal(plain(x))
}

// withFix puts a command that mends something behind the words before it.
func withFix(next, fix string) string {
	if next == "" || fix == "" {
		return next + fix
	}
	return next + ": " + fix
}

// NextOn is what to do about a check in the words of a face, or "".
func (c Check) NextOn(f Face) string {
	if f == Console {
		return first(c.OnConsole, c.Next)
	}
	return c.Next
}

// AsSentence begins s with a capital letter and ends it with a stop, unless it
// begins or ends with an address, a command or a name that is read to the letter.
func AsSentence(s string) string {
	if s == "" {
		return ""
	}
	if word, _, _ := strings.Cut(s, " "); !strings.ContainsAny(word, "./:@_=") && !isCommand(s) {
		r, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(r)) + s[size:]
	}
	if !strings.ContainsAny(s[len(s)-1:], ".?!:") && !strings.HasSuffix(s, "”") && !endsWithCommand(s) {
		s += "."
	}
	return s
}

// endsWithCommand reports whether s ends with something to be copied, to which a
// stop must not stick: a command or a path after a colon.
func endsWithCommand(s string) bool {
	if strings.Contains(s[strings.LastIndexByte(s, ' ')+1:], "/") {
		return true
	}
	return isCommand(s[strings.LastIndex(s, ": ")+1:])
}

// isCommand reports whether s is a command for a shell, of those that patdesk
// proposes.
func isCommand(s string) bool {
	switch word, _, _ := strings.Cut(strings.TrimSpace(s), " "); word {
	case "patdesk", "chmod", "chown", "sudo", "mv", "cp", "find", "icacls":
		return true
	default:
		return false
	}
}

// Plural counts things in English: 1 token, 2 tokens.
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// NameToType is what a person types to confirm a change for a user on a
// production server: the part of the address before the @. It is foreign text.
func NameToType(user string) string {
	name, _, _ := strings.Cut(user, "@")
	return name
}

// AliveWords says which tokens of a pair keep working beside a new one, and until
// when at the latest: "2 older, the last until 23:02", or "-" for none.
func AliveWords(alive []Token, now time.Time, zone *time.Location) string {
	var older, unsure int
	var last time.Time
	for _, t := range alive {
		if t.Outcome == Issued {
			older++
		} else {
			unsure++
		}
		if end := EndOf(t).Latest; end.After(last) {
			last = end
		}
	}
	until := ClockTime(last, now, zone)
	switch {
	case older+unsure == 0:
		return "-"
	case older == 0 && unsure == 1:
		return "1 may exist until " + until
	case older == 0:
		return fmt.Sprintf("%d may exist, the last until %s", unsure, until)
	case unsure > 0:
		return fmt.Sprintf("%d older and %d that may exist, the last until %s", older, unsure, until)
	case older == 1:
		return "1 older until " + until
	default:
		return fmt.Sprintf("%d older, the last until %s", older, until)
	}
}

// ClockTime writes a moment in zone as people read it beside now: the time of day
// today, the day and the time within half a year, else the date.
func ClockTime(t, now time.Time, zone *time.Location) string {
	l, n := t.In(zone), now.In(zone)
	switch {
	case t.IsZero():
		return "-"
	case l.Year() == n.Year() && l.YearDay() == n.YearDay():
		return l.Format("15:04")
	case t.Sub(now).Abs() < 180*24*time.Hour:
		return l.Format("2 Jan 15:04")
	default:
		return l.Format("2006-01-02")
	}
}

// AwayWords say of what is on the screen that its history cannot be reached, and as of when
// it is: "as of 14:02, history away".
func AwayWords(asOf, now time.Time, zone *time.Location) string {
	return "as of " + ClockTime(asOf, now, zone) + ", history away"
}

// EndWords says when a token ends, in zone beside now, with the later end while
// the unit is not proven: "21:11; if this server reads minutes, 1 Dec 08:11".
func EndWords(t Token, now time.Time, zone *time.Location) string {
	end := EndOf(t)
	if end.Likely.IsZero() {
		return "-"
	}
	words := ClockTime(end.Likely, now, zone)
	switch {
	case t.Outcome != Issued:
		return "at the latest " + words
	case end.Open():
		return words + "; if this server reads minutes, " + ClockTime(end.Latest, now, zone)
	}
	return words
}
