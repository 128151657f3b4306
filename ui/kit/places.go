package kit

import "patdesk/pat"

// Place is where a person wants to go. A room names it, the shell's routes make
// its screen.
type Place interface{ place() }

type (
	// NewToken is the form for a new token, for a user if one is named.
	NewToken struct{ User string }
	// TokenOf is a row of the history.
	TokenOf struct{ Token pat.Token }
	// Issued is what a request for a token brought.
	Issued struct{ Fact IssuedMsg }
	// Reissuing is the pair of a row while a fresh token for it is under way.
	Reissuing struct {
		Old    pat.Token
		Ticket int
	}
	// CopyMenuOf is the dialog with every kind of snippet of a token.
	CopyMenuOf struct{ Token pat.Token }
	// PlanOf is the plan of new tokens for the pairs of these rows.
	PlanOf struct{ IDs []int64 }
	// RoleOf is the change of a person's role: by e-mail address or id, in a workspace by
	// id or name, or in the only one. Was is the role that was known before, or "".
	RoleOf struct{ User, Workspace, Was string }
	// BulkFor is tokens for many: for these users, by e-mail address or id, and an app if
	// one is known; without users, for a list that is pasted.
	BulkFor struct {
		Users []string
		App   string
	}
	// PlannedRun is a plan that was made and is to be confirmed.
	PlannedRun struct{ Run *pat.Run }
	// BegunRun is a run that was confirmed, and is carried out now.
	BegunRun struct{ Run *pat.Run }
	// ResumedRun is the rest of a run that was cut off, by its id; with what may have been
	// done, if UnknownToo is set.
	ResumedRun struct {
		ID         string
		UnknownToo bool
	}
	// WaitingRuns is the list of runs that were cut off.
	WaitingRuns struct{}
	// NoteOf is the dialog for the note of a token.
	NoteOf struct{ Token pat.Token }
	// NewProfile is the form for a server that is not set up yet.
	NewProfile struct{}
	// ProfileList is the list of the servers of the configuration.
	ProfileList struct{}
	// Activity lists what was done.
	Activity struct{}
	// Doctor looks at the server of the profile.
	Doctor struct{}
	// PreviewOf shows a row in a browser and tells what happens there.
	PreviewOf struct{ Token pat.Token }
	// Users is the list of the people on the server.
	Users struct{}
	// PersonOf is a person, by e-mail address or id.
	PersonOf struct{ User string }
	// ExposureOf is what still opens for a person; for everybody if none is named.
	ExposureOf struct{ User string }
	// Handovers are the places that hold an older snippet.
	Handovers struct{}
	// Timeline is the tokens as bars to their end.
	Timeline struct{}
	// UnitProof is the dialog that proves the unit of patExpiry with a test pair.
	UnitProof struct{}
)

func (NewToken) place()    {}
func (TokenOf) place()     {}
func (Issued) place()      {}
func (Reissuing) place()   {}
func (CopyMenuOf) place()  {}
func (PlanOf) place()      {}
func (RoleOf) place()      {}
func (BulkFor) place()     {}
func (PlannedRun) place()  {}
func (BegunRun) place()    {}
func (ResumedRun) place()  {}
func (WaitingRuns) place() {}
func (NoteOf) place()      {}
func (NewProfile) place()  {}
func (ProfileList) place() {}
func (Activity) place()    {}
func (Doctor) place()      {}
func (PreviewOf) place()   {}
func (Users) place()       {}
func (PersonOf) place()    {}
func (ExposureOf) place()  {}
func (Handovers) place()   {}
func (Timeline) place()    {}
func (UnitProof) place()   {}
