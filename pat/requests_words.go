package pat

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ActionRequest is how a filter of Activity names the requests of a session.
const ActionRequest = "request"

// ActivityFilter selects what Activity shows.
type ActivityFilter struct {
	EventFilter
	// Events and Requests say which of the two are shown.
	Events, Requests bool
}

// Shows reports whether a request is shown. Words are looked for in its line; a filter
// for tokens of a user, an app, a role, a state or somebody shows no request, since those
// are of tokens.
func (f ActivityFilter) Shows(r SentRequest) bool {
	t := f.Tokens
	if !f.Requests || r.At.Before(f.Since) || len(t.State) > 0 || t.LeftUnder > 0 || t.LeftOver > 0 {
		return false
	}
	if len(f.Status) > 0 && !slices.ContainsFunc(f.Status, func(s StatusRange) bool { return s.Holds(r.LastTry().Status) }) {
		return false
	}
	for _, terms := range [][]Term{t.User, t.App, t.Role, t.By} {
		for _, term := range terms {
			if !term.Not {
				return false
			}
		}
	}
	line := strings.ToLower(strings.Join([]string{ActionRequest, r.Words(), r.Result("", "")}, " "))
	for _, w := range t.Word {
		if strings.Contains(line, strings.ToLower(w.Text)) == w.Not {
			return false
		}
	}
	return true
}

// Words say what was asked: "issue: POST /api/ext/users/personal-access-token".
func (r SentRequest) Words() string { return fmt.Sprintf("%s: %s %s", r.Stage, r.Method, r.Path) }

// Result says what came of a request: "201 in 84 ms", "403 in 84 ms: No access to this
// app"; of one that is not done, how far it is. The time of that is the face's to count:
// asking says for how long, as in ", 3s", and again when it goes on, as in " in 41s".
func (r SentRequest) Result(asking, again string) string {
	status, why := "", ""
	if last := r.LastTry(); last.Status != 0 {
		status = fmt.Sprint(last.Status)
	}
	if r.Err != nil {
		why = ": " + Explain(r.Err).Title
	}
	switch r.State {
	case RequestAsking:
		return string(RequestAsking) + asking
	case RequestWaiting:
		return strings.TrimPrefix(status+", again", ", ") + again + why
	default:
		took := " after "
		if status != "" {
			took = " in "
		}
		return strings.TrimSpace(status+took) + " " + TookWords(r.LastTry().Took) + why
	}
}

// LastTry is the newest try; zero before the first.
func (r SentRequest) LastTry() Try {
	if len(r.Tries) == 0 {
		return Try{}
	}
	return r.Tries[len(r.Tries)-1]
}

// TookWords writes how long an answer took: "84 ms", "3.2 s".
func TookWords(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// RequestReport is all that is known of a request, as text for a ticket. It holds no
// secret; about is the program that writes it.
func RequestReport(r SentRequest, about string) string {
	var b strings.Builder
	r.report(&b)
	reportLine(&b, "program", about)
	return b.String()
}

func (r SentRequest) report(b *strings.Builder) {
	add := func(name, value string) { reportLine(b, name, value) }
	add("request", r.Method+" "+r.Host+r.Path)
	add("for", string(r.Stage))
	add("id", r.RequestID)
	add("at", r.At.UTC().Format(time.RFC3339)+" (this computer's clock)")
	for n, t := range r.Tries {
		add(fmt.Sprintf("try %d", n+1), r.tryWords(n, t))
	}
	if r.State == RequestWaiting {
		add("again at", r.Until.UTC().Format(time.RFC3339)+" (this computer's clock)")
	}
	if r.Err == nil {
		return
	}
	x := Explain(r.Err)
	add("error", string(x.ID)+" "+x.Title)
	add("why", x.Cause)
	for _, d := range x.Details {
		add("refused", d)
	}
	add("says", x.ServerSays)
}

func (r SentRequest) tryWords(n int, t Try) string {
	if n == len(r.Tries)-1 && r.State == RequestAsking {
		return "under way since " + t.At.UTC().Format(time.RFC3339)
	}
	words := "no answer after " + TookWords(t.Took)
	if t.Status != 0 {
		words = fmt.Sprintf("status %d in %s", t.Status, TookWords(t.Took))
	}
	if !t.ServerTime.IsZero() {
		words += ", server's clock " + t.ServerTime.UTC().Format(time.RFC3339)
	}
	return words
}

// reportLine adds what is known to a report, in one line: foreign text cannot add others.
func reportLine(b *strings.Builder, name, value string) {
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, value)
	if value != "" {
		fmt.Fprintf(b, "%-9s %s\n", name, value)
	}
}
