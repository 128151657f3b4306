package pat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"patdesk/history"
)

// Handover is a place that holds the snippet of an older token than it shall.
type Handover = history.Handover

// Handovers are the places of the server's tokens that still hold an older snippet,
// the oldest first.
func (i *Issuer) Handovers(ctx context.Context) ([]Handover, error) {
	return i.History.Handovers(ctx, i.Server(), false)
}

// AllHandovers are those places, and the ones that were ticked off.
func (i *Issuer) AllHandovers(ctx context.Context) ([]Handover, error) {
	return i.History.Handovers(ctx, i.Server(), true)
}

// FinishHandover records that a place holds the new snippet. Errors: Problem for an
// id that is none of an open hand-over, history.Error.
func (i *Issuer) FinishHandover(ctx context.Context, id int64) error {
	if err := i.permit(ctx, RoleIssue, fmt.Sprintf("tick off hand-over %d", id)); err != nil {
		return err
	}
	err := i.History.FinishHandover(ctx, i.Server(), id)
	if errors.Is(err, history.ErrNotFound) {
		return &Problem{ID: IDNoSuchRow, Cause: fmt.Sprintf("no place waits for a new snippet under number %d", id), Err: err}
	}
	return err
}

// HandoverView is a hand-over as the command line prints it in JSON. Its names are
// fixed: scripts rely on them. The times are this computer's, in UTC.
type HandoverView struct {
	ID    int64      `json:"id"`
	Token int64      `json:"token"`
	Old   int64      `json:"old"`
	User  string     `json:"user"`
	App   string     `json:"app"`
	Note  string     `json:"note"`
	Since *time.Time `json:"since"`
	Done  *time.Time `json:"done_at"` // when it was ticked off; null while it waits
}

// HandoverViewOf describes a hand-over.
func HandoverViewOf(h Handover) HandoverView {
	return HandoverView{ID: h.ID, Token: h.New.ID, Old: h.Old.ID, User: UserOf(h.New), App: AppOf(h.New), Note: h.New.Note, Since: moment(h.Since), Done: moment(h.Done)}
}
