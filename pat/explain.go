package pat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patdesk/client"
	"patdesk/history"
	"patdesk/secret"
)

// Explanation is a failure in words for people: what happened, why, and what to
// do next. Console and command line show the same one. Its strings can hold
// foreign text, so a screen shows them only after cleaning.
type Explanation struct {
	// ID is the row of the catalogue, such as "H403t".
	ID string `json:"id"`
	// Title says what happened, in at most 50 characters.
	Title string `json:"title"`
	// Cause says why, in one sentence, in the user's terms.
	Cause string `json:"cause"`
	// Next is one imperative.
	Next string `json:"next"`
	// Retry says whether trying again makes sense.
	Retry Retry `json:"retry"`
	// Status is the HTTP status, or 0.
	Status int `json:"status"`
	// RequestID is the X-Request-Id of the request, or "".
	RequestID string `json:"request_id"`
	// Sent says whether the request left this computer.
	Sent bool `json:"sent"`
	// ServerSays is ToolJet's own sentence.
	ServerSays string `json:"server_says"`

	// Exit is the exit code of the command line.
	Exit int `json:"-"`
	// Stop says that a run of several requests ends here.
	Stop bool `json:"-"`
	// Details are lines under the cause, such as one for each refused field.
	Details []string `json:"-"`
	// Fields are the reasons that belong to a field of the request.
	Fields map[Field]string `json:"-"`
	// ServerTime is when it happened by the server's clock, if known.
	ServerTime time.Time `json:"-"`
}

// Problem is a failure that names its row of the catalogue itself. It is for
// what fails outside this package: a configuration, a clipboard.
type Problem struct {
	// ID is a row of the catalogue. Cause and Next replace that row's words if
	// they are not empty.
	ID, Cause, Next string
	Err             error
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Err.Error()
	}
	return first(p.Cause, catalogue[p.ID].title)
}

// Unwrap returns the failure itself.
func (p *Problem) Unwrap() error { return p.Err }

// known returns the catalogue's words for an id.
func known(id string) Explanation {
	r, ok := catalogue[id]
	if !ok {
		id, r = "other", catalogue["other"]
	}
	return Explanation{ID: id, Title: r.title, Cause: r.cause, Next: r.next, Retry: r.retry, Exit: r.exit, Stop: r.stop}
}

// with replaces the words that are given.
func (x Explanation) with(title, cause, next string) Explanation {
	x.Title, x.Cause, x.Next = first(title, x.Title), first(cause, x.Cause), first(next, x.Next)
	return x
}

// Explain turns an error into words. It knows the errors of all packages below;
// anything else is told as it is, under the id "other".
func Explain(err error) Explanation {
	if err == nil {
		return Explanation{}
	}
	for _, explain := range []func(error) (Explanation, bool){
		explainProblem, explainRequest, explainHistory, explainSecret, explainClient,
	} {
		if x, ok := explain(err); ok {
			return x
		}
	}
	if errors.Is(err, context.Canceled) {
		return known("canceled")
	}
	return known("other").with("", err.Error(), "")
}

func explainProblem(err error) (Explanation, bool) {
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		return Explanation{}, false
	}
	cause := p.Cause
	if cause == "" && p.Err != nil {
		cause = p.Err.Error()
	}
	return known(p.ID).with("", cause, p.Next), true
}

// explainRequest knows what patdesk itself refuses, and the token that could
// not be saved, which must come before the failure of the disk inside it.
func explainRequest(err error) (Explanation, bool) {
	if e, ok := errors.AsType[*UnsavedError](err); ok {
		x := known("L3")
		x.RequestID, x.Sent = e.Grant.Token.RequestID, true
		if inner, ok := explainHistory(e.Err); ok {
			x.Cause = "the disk failed after the answer: " + inner.Title
		} else {
			x.Cause = e.Err.Error()
		}
		return x, true
	}
	if e, ok := errors.AsType[*InvalidError](err); ok {
		x := known("field").with("", fmt.Sprintf("%s: %s", e.Field, e.Reason), "")
		x.Fields = map[Field]string{e.Field: e.Reason}
		return x, true
	}
	if e, ok := errors.AsType[*LivePairError](err); ok {
		last := e.Tokens[0].WorstExpires
		for _, t := range e.Tokens {
			if t.WorstExpires.After(last) {
				last = t.WorstExpires
			}
		}
		cause := fmt.Sprintf("%s on %s: %s, the last until %s at the latest; it cannot be revoked and keeps working beside a new one",
			e.User, e.App, plural(len(e.Tokens), "live token"), last.UTC().Format(time.RFC3339))
		return known("live").with("", cause, ""), true
	}
	if e, ok := errors.AsType[*ReadOnlyError](err); ok {
		return known("read-only").with("", fmt.Sprintf("profile %s is marked read_only", e.Profile), ""), true
	}
	return Explanation{}, false
}

// explainHistory knows the failures of the history file.
func explainHistory(err error) (Explanation, bool) {
	if errors.Is(err, history.ErrNotFound) {
		return known("not-found"), true
	}
	if errors.Is(err, history.ErrNoSecret) {
		return known("no-secret"), true
	}
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return Explanation{}, false
	}
	var x Explanation
	switch e.Kind {
	case history.Full:
		x = known("L1")
		if e.FreeBytes > 0 {
			x.Cause = fmt.Sprintf("%d KiB are free where %s is", e.FreeBytes/1024, e.Path)
		}
	case history.IO:
		x = known("L2").with("", "", e.Fix)
	case history.Corrupt:
		x = known("L4").with("", "", fmt.Sprintf("Restore a back-up of %s", e.Path))
	case history.Foreign:
		x = known("L4").with("This file is not a patdesk history", fmt.Sprintf("%s belongs to another program; it was left as it is", e.Path), "Set PATDESK_DATA to another folder")
	case history.Newer:
		x = known("L5")
	case history.Busy:
		x = known("L6")
		if e.PID > 0 {
			x.Cause = fmt.Sprintf("process %d kept the history busy for more than 5 seconds", e.PID)
		}
	case history.NotPrivate:
		x = known("L7").with("", fmt.Sprintf("%s: %v", e.Path, e.Err), e.Fix)
	case history.NetworkFS:
		x = known("L8").with("", fmt.Sprintf("%s is on a network disk, which cannot keep it safe", e.Path), "")
	default:
		x = known("L2")
	}
	return x, true
}

// explainSecret knows the failures of key sources and of sealed values.
func explainSecret(err error) (Explanation, bool) {
	if _, ok := errors.AsType[secret.ErrSealed](err); ok {
		return known("K2"), true
	}
	if e, ok := errors.AsType[*secret.KeyStoreError](err); ok {
		if e.Place.Kind == secret.KindKeyring {
			return known("K1").with("", e.Msg, e.Fix), true
		}
		return known("K2").with("", e.Msg, e.Fix), true
	}
	if e, ok := errors.AsType[*secret.SourceError](err); ok {
		if e.Kind == "keyring" {
			return known("K1").with("", e.Error(), ""), true
		}
		return known("key").with("", e.Error(), ""), true
	}
	return Explanation{}, false
}

// explainClient knows what came, or did not come, over the wire.
func explainClient(err error) (Explanation, bool) {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return Explanation{}, false
	}
	at, _ := errors.AsType[*StageError](err)
	if at == nil {
		at = &StageError{Stage: StageRead}
	}
	id := rowOfFailure(e)
	if e.Failure == client.FailStatus {
		id = rowOfStatus(e, at.Stage)
	}
	x := known(id)
	x.Status, x.RequestID, x.Sent, x.ServerTime = e.Status, e.RequestID, e.Sent, e.ServerTime
	x.ServerSays = strings.Join(e.Messages, "; ")
	x = withSuggestion(fillIn(x, e, at), at)
	if at.Stage != StageIssue {
		x = withoutToken(x)
	}
	return x, true
}

// withoutToken takes the words "a token may exist" out of explanations of
// requests that never make one.
func withoutToken(x Explanation) Explanation {
	if x.Retry != RetryAsk {
		return x
	}
	x.Title, _, _ = strings.Cut(x.Title, "; token may exist")
	x.Retry = RetryYouMay
	x.Next = map[string]string{
		"H5j": "Look in ToolJet's log at the time and request id below", "H5p": "Check that ToolJet is up, then try again",
		"N5": "Try again; check the network if it stays so", "N6": "Try again; check the network if it stays so",
		"Rj": "Check the base URL with: patdesk doctor", "Rt": "Try again", "Rf": "Report the server's version",
	}[x.ID]
	if x.Next == "" {
		x.Next = catalogue[x.ID].next
	}
	if x.ID == "R2h" {
		x.Cause = "a sign-on portal, a captive network, or a wrong base URL"
	}
	return x
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
