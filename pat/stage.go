package pat

// Stage is what was being done when something failed. The same status means
// different things while issuing and while verifying.
type Stage string

// The stages.
const (
	StageIssue  Stage = "issue"
	StageVerify Stage = "verify"
	StageRead   Stage = "read"
	StageRole   Stage = "role"
)

// StageError is a failure together with what was being done to whom. Explain
// turns it into words.
type StageError struct {
	Stage     Stage
	User, App string
	// KeySource says where the admin key came from, in words.
	KeySource string
	// Clock is the server's clock as known then.
	Clock Clock
	// Token is the row concerned, if there is one.
	Token *Token
	// Away says that the user, or the workspace, is archived or gone, as the server's
	// lists say, or is "".
	Away string
	// Suggestion is what may have been meant by a name that is unknown.
	Suggestion Suggestion
	Err        error
}

// Error implements error.
func (e *StageError) Error() string { return string(e.Stage) + ": " + e.Err.Error() }

// Unwrap returns the failure itself.
func (e *StageError) Unwrap() error { return e.Err }

// BeforeSending marks what kept a command from sending the request it was given
// for. A nil error stays nil.
func BeforeSending(err error) error {
	if err == nil {
		return nil
	}
	return &StageError{Stage: StageIssue, Err: err}
}

// stage adds to err what Explain needs to know. A nil error stays nil.
func (i *Issuer) stage(s Stage, user, app string, err error) error {
	if err == nil {
		return nil
	}
	se := &StageError{Stage: s, User: user, App: app, KeySource: i.Settings.KeySource, Err: err}
	if i.Client != nil {
		se.Clock = i.Client.Clock()
	}
	return se
}

// AtStage wraps an error that happened outside an Issuer, such as a failed
// set-up, so that Explain knows where the admin key came from.
func AtStage(s Stage, keySource string, err error) error {
	return &StageError{Stage: s, KeySource: keySource, Err: err}
}
