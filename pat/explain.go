package pat

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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
	ID ID `json:"id"`
	// Title says what happened, in at most 50 characters.
	Title string `json:"title"`
	// Cause says why, in one sentence, in the user's terms.
	Cause string `json:"cause"`
	// Next is one imperative, in the words of the command line; NextOn has those
	// of the console.
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

	// Fix is a command for a shell that mends it, or "". It is printed verbatim,
	// alone on its line, so that it can be pasted.
	Fix string `json:"-"`
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

	console string // the next step in the words of the console
}

// Problem is a failure that names its row of the catalogue itself. It is for
// what fails outside this package: a configuration, a clipboard.
type Problem struct {
	// ID is a row of the catalogue.
	ID ID
	// Cause and Next replace that row's words if they are not empty. Next is for
	// the command line, and for the console too unless OnConsole has its words.
	Cause, Next, OnConsole string
	// Fix is a command for a shell that mends it, verbatim.
	Fix string
	Err error
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
func known(id ID) Explanation {
	r, ok := catalogue[id]
	if !ok {
		id, r = IDOther, catalogue[IDOther]
	}
	return r.explanation(id)
}

// knownAt returns the catalogue's words for an id at a stage. A request that
// never makes a token has words of its own.
func knownAt(id ID, stage Stage) Explanation {
	if r, ok := readWords[id]; ok && stage != StageIssue {
		return r.explanation(id)
	}
	return known(id)
}

// Catalogue returns the words of every row that a failure can have, by id: cause and
// next step as they stand without a case, both faces. A reference is made from it.
func Catalogue() []Explanation {
	var all []Explanation
	for _, id := range slices.Sorted(maps.Keys(catalogue)) {
		all = append(all, known(id))
	}
	return all
}

func (r row) explanation(id ID) Explanation {
	return Explanation{
		ID: id, Title: r.title, Cause: r.cause, Next: r.next.command, console: r.next.console,
		Retry: r.retry, Exit: r.exit, Stop: r.stop,
	}
}

// with replaces the words that are given, on both faces.
func (x Explanation) with(title, cause, next string) Explanation {
	x.Title, x.Cause = first(title, x.Title), first(cause, x.Cause)
	if next != "" {
		x.Next, x.console = next, next
	}
	return x
}

// restored gives an explanation that was read back from a row its words for the
// console: those of its case, unless the catalogue has other ones there.
func (x Explanation) restored() Explanation {
	if next := catalogue[x.ID].next; next.console == next.command {
		x.console = x.Next
	}
	return x
}

// mend adds how to mend it: a command for a shell stands alone, anything else is
// the next step.
func (x Explanation) mend(how string) Explanation {
	if isCommand(how) {
		x.Fix = how
		return x
	}
	return x.with("", "", how)
}

// Explain turns an error into words. It knows the errors of all packages below;
// anything else is told as it is, under the id "other".
func Explain(err error) Explanation {
	if err == nil {
		return Explanation{}
	}
	for _, explain := range []func(error) (Explanation, bool){
		explainProblem, explainBatch, explainRequest, explainHistory, explainSecret, explainClient,
	} {
		if x, ok := explain(err); ok {
			return x
		}
	}
	if errors.Is(err, context.Canceled) {
		return known(IDCanceled)
	}
	return known(IDOther).with("", err.Error(), "")
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
	x := known(p.ID).with("", cause, p.Next)
	x.console, x.Fix = first(p.OnConsole, x.console), p.Fix
	return x, true
}

// explainRequest knows what patdesk itself refuses, and the token that could
// not be saved, which must come before the failure of the disk inside it.
func explainRequest(err error) (Explanation, bool) {
	if e, ok := errors.AsType[*UnsavedError](err); ok {
		x := known(IDNotSaved)
		x.RequestID, x.Sent = e.Grant.Token.RequestID, true
		if inner, ok := errors.AsType[*history.Error](e.Err); ok {
			x.Cause = "after the answer it could not be recorded: " + ofHistory(inner).Title
		} else {
			x.Cause = e.Err.Error()
		}
		return x, true
	}
	if e := Unrecorded(err); e != nil {
		return explainUnrecorded(e), true
	}
	if e, ok := errors.AsType[*InvalidError](err); ok {
		x := known(IDBadField).with("", fmt.Sprintf("%s: %s", e.Field, e.Reason), "")
		x.Fields = map[Field]string{e.Field: e.Reason}
		return x, true
	}
	if e, ok := errors.AsType[*LivePairError](err); ok {
		var last time.Time
		for _, t := range e.Tokens {
			if end := EndOf(t).Latest; end.After(last) {
				last = end
			}
		}
		cause := fmt.Sprintf("%s on %s: %s, the last until %s at the latest; they cannot be revoked and keep working beside a new one",
			e.User, e.appName(), Plural(len(e.Tokens), "live token"), last.UTC().Format(time.RFC3339))
		if len(e.Tokens) == 1 {
			cause = fmt.Sprintf("%s on %s: 1 live token, until %s at the latest; it cannot be revoked and keeps working beside a new one",
				e.User, e.appName(), last.UTC().Format(time.RFC3339))
		}
		return known(IDLivePair).with("", cause, ""), true
	}
	if e, ok := errors.AsType[*DeniedError](err); ok {
		return known(IDDenied).with("", e.Error()+"; nothing was sent", ""), true
	}
	if e, ok := errors.AsType[*ReadOnlyError](err); ok {
		return known(IDReadOnlyProfile).with("", fmt.Sprintf("profile %s is marked read_only", e.Profile), ""), true
	}
	return Explanation{}, false
}

// noText says why a row without a text has none: as a title, and why that is. Both are
// "" for a token that was issued, whose text is not kept.
func noText(o Outcome) (title, cause string) {
	switch o {
	case Rejected:
		return "There is no token in this row", "ToolJet refused its request"
	case Unknown, Pending:
		return "Nobody holds the token of this row", "its answer never came"
	default:
		return "", ""
	}
}

// explainHistory knows the failures of the history file.
func explainHistory(err error) (Explanation, bool) {
	if errors.Is(err, history.ErrNotFound) {
		return known(IDNoSuchRow), true
	}
	if errors.Is(err, history.ErrRowTaken) {
		return known(IDRunTaken), true
	}
	if e, ok := errors.AsType[*history.NoSecretError](err); ok {
		title, cause := noText(e.Outcome)
		return known(IDNoTokenText).with(title, cause, ""), true
	}
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return Explanation{}, false
	}
	x := ofHistory(e)
	if asked, ok := errors.AsType[*client.Error](err); ok {
		// The request was under way, so its own failure comes first.
		why, _ := explainClient(err)
		why.Cause = fmt.Sprintf("%s; and it could not be recorded: %s", first(why.Cause, asked.Error()), x.Title)
		why.Stop = true
		return why, true
	}
	if at, ok := errors.AsType[*StageError](err); ok && (at.Stage == StageIssue || at.Stage == StageRole) {
		x.Title += "; nothing was sent"
	}
	return x, true
}

// ofHistory are the words for a failure of the history file.
func ofHistory(e *history.Error) Explanation {
	var x Explanation
	switch e.Kind {
	case history.Full:
		x = known(IDDiskFull).with("Disk is full: "+e.Path, "", "")
		switch {
		case e.FreeBytes >= 1<<20:
			x.Cause = fmt.Sprintf("no more can be written although %d MiB are free where %s is: your quota may be used up", e.FreeBytes>>20, e.Path)
		case e.FreeBytes > 0:
			x.Cause = fmt.Sprintf("%d KiB are free where %s is", e.FreeBytes/1024, e.Path)
		}
	case history.IO:
		x = unwritable(e)
	case history.Moved:
		x = known(IDHistoryMoved).with("", fmt.Sprintf("%v", e.Err), "")
	case history.ForeignLog:
		x = known(IDForeignLog).with("", fmt.Sprintf("%v; nothing was changed", e.Err), "").mend(e.Fix)
	case history.Gone:
		x = known(IDHistoryGone).with("", fmt.Sprintf("%v", e.Err), "").mend(e.Fix)
	case history.KeyLost:
		x = known(IDSealKeyLost).with("", fmt.Sprintf("%v", e.Err), "").mend("patdesk seal-key accept")
	case history.Corrupt:
		x = known(IDHistoryDamaged).with("", "", fmt.Sprintf("Restore a back-up of %s, and move away what lies beside it with -wal, -shm or -journal at the end of its name", e.Path))
	case history.Foreign:
		x = known(IDHistoryDamaged).with("This file is not a patdesk history", fmt.Sprintf("%s belongs to another program; it was left as it is", e.Path), "Set PATDESK_DATA to another folder")
	case history.Newer:
		x = known(IDHistoryNewer)
	case history.Busy:
		x = known(IDHistoryBusy)
		if e.PID > 0 {
			x.Cause = fmt.Sprintf("process %d kept the history busy for more than 5 seconds", e.PID)
		}
	case history.NotPrivate:
		x = known(IDHistoryNotPrivate).with("", fmt.Sprintf("%s: %v", e.Path, e.Err), "").mend(e.Fix)
		if stranger, ok := errors.AsType[*secret.HomeError](e.Err); ok {
			x = x.with("History would lie in another's home", stranger.Error(), "")
		}
	case history.NetworkFS:
		x = known(IDHistoryOnNetwork).with("", fmt.Sprintf("%s is on a network disk, which cannot keep it safe", e.Path), "")
	case history.Left:
		x = known(IDHistoryLeft).with("", fmt.Sprintf("%s: %v", e.Path, e.Err), "")
	case history.Away:
		x = database(e, IDHistoryAway)
	case history.Schema:
		x = database(e, IDHistoryTables).mend(e.Fix)
	case history.Denied:
		x = database(e, IDHistoryDenied)
	default:
		x = unwritable(e)
	}
	return x
}

// database is a history whose database does not do what it is asked.
func database(e *history.Error, id ID) Explanation {
	x := known(id).with("", e.Path, "")
	if e.Err != nil {
		x.Cause += ": " + e.Err.Error()
	}
	return x
}

// unwritable is a history that the disk or its permissions keep from being written.
func unwritable(e *history.Error) Explanation {
	x := known(IDHistoryUnwritable).with("History cannot be written: "+e.Path, "", "").mend(e.Fix)
	if strings.HasPrefix(e.Path, "postgres://") {
		x = x.with("", "its database takes no writing", "Ask whoever runs the database")
	}
	if at, ok := errors.AsType[*fs.PathError](e.Err); ok && at.Op == "mkdir" {
		if cause, next := noFolder(at); cause != "" {
			return x.with("", cause, next)
		}
	}
	if e.Err != nil {
		x.Cause += ": " + e.Err.Error()
	}
	return x
}

// noFolder says why the history's folder cannot be made, and what to do; "" where the
// system's words are all that is known.
func noFolder(at *fs.PathError) (cause, next string) {
	switch {
	case errors.Is(at.Err, syscall.ENOTDIR):
		return at.Path + " is a file, and the history needs a folder there", "Move that file away, or set PATDESK_DATA to a folder"
	case errors.Is(at.Err, fs.ErrExist): // yet it was not found when it was looked for
		return at.Path + " is a link to a place that is not there", "Make the folder that it points to, or set PATDESK_DATA to another one"
	case errors.Is(at.Err, syscall.ENAMETOOLONG):
		return "the path of its folder is longer than this system takes", "Set PATDESK_DATA to a shorter path"
	case errors.Is(at.Err, fs.ErrPermission):
		return fmt.Sprintf("you may not make the folder %s", at.Path), fmt.Sprintf("Make %s writable for you, or set PATDESK_DATA to another folder", filepath.Dir(at.Path))
	}
	return "", ""
}

// explainSecret knows the failures of key sources and of sealed values.
func explainSecret(err error) (Explanation, bool) {
	if _, ok := errors.AsType[secret.ErrSealed](err); ok {
		return known(IDCannotDecrypt), true
	}
	if e, ok := errors.AsType[*secret.KeyStoreError](err); ok {
		if e.Place.Kind == secret.KindKeyring {
			return known(IDKeyStoreSilent).with("", e.Msg, "").mend(e.Fix), true
		}
		x := known(IDCannotDecrypt).with("", e.Msg, "")
		if !errors.Is(e.Err, fs.ErrNotExist) { // it is there, or has no place
			x = x.with("Sealing key cannot be used", "", "Mend its file or its folder")
		}
		if at, ok := errors.AsType[*StageError](err); ok && at.Stage == StageIssue {
			x.Title += "; nothing was sent"
		}
		return x.mend(e.Fix), true
	}
	if e, ok := errors.AsType[*secret.SourceError](err); ok {
		if e.Kind == "keyring" {
			return known(IDKeyStoreSilent).with("", e.Error(), ""), true
		}
		cause := e.Error()
		if e.Detail != "" {
			cause += "; it says: “" + e.Detail + "”"
		}
		return known(IDBadKey).with("", cause, ""), true
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
	x := knownAt(id, at.Stage)
	if x.Exit == ExitUnknown && !e.Sent && !e.MaybeExecuted() {
		x = knownAt(id, StageRead) // nothing left this computer, so nothing is unknown
	}
	x.Status, x.RequestID, x.Sent, x.ServerTime = e.Status, e.RequestID, e.Sent, e.ServerTime
	x.ServerSays = strings.Join(e.Messages, "; ")
	return withSuggestion(forStage(fillIn(x, e, at), e, at.Stage), at), true
}
