package pat

import (
	"context"
	"fmt"
	"time"

	"patdesk/history"
)

// HeadView is the newest seal over the events as the command line prints it in
// JSON. Its names are fixed: scripts rely on them.
type HeadView struct {
	Event int64     `json:"event"`
	At    time.Time `json:"at"`
	Note  string    `json:"note"`
	Key   string    `json:"key"`
	New   bool      `json:"new"` // sealed just now
}

// AuditView is a check of the events as the command line prints it in JSON. Its
// names are fixed: scripts rely on them.
type AuditView struct {
	OK     bool   `json:"ok"`
	Events int64  `json:"events"`
	Sealed int64  `json:"sealed"`
	Seals  int    `json:"seals"`
	Change string `json:"change"`
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

// AuditHead seals what is not sealed yet and returns the newest head.
func (i *Issuer) AuditHead(ctx context.Context) (HeadView, error) {
	h, err := i.History.Seal(ctx)
	if err != nil {
		return HeadView{}, err
	}
	return HeadView{h.Last, h.At.UTC().Truncate(time.Second), h.Note, h.Key, h.New}, nil
}

// AuditVerify compares the events with their seals, and these with a head that was
// kept elsewhere, if it is not empty. A difference is no error; see Problem.
func (i *Issuer) AuditVerify(ctx context.Context, kept string) (AuditView, error) {
	a, err := i.History.VerifyEvents(ctx, kept)
	return auditView(a), err
}

func auditView(a history.Audit) AuditView {
	return AuditView{a.Change == "", a.Events, a.Sealed, a.Seals, a.Change, a.From, a.To}
}

// Problem is the difference as an error, nil where there is none.
func (v AuditView) Problem() error {
	if v.OK {
		return nil
	}
	cause := v.Change
	switch {
	case v.To > 0:
		cause += fmt.Sprintf(" (among the events %d to %d)", v.From, v.To)
	case v.From > 0:
		cause += fmt.Sprintf(" (after the event %d)", v.From-1)
	}
	return &Problem{ID: IDEventsChanged, Cause: cause}
}

// Words say what a check without a difference found, and what it cannot know.
func (v AuditView) Words(kept bool) string {
	switch {
	case v.Events == 0:
		return "there are no events yet"
	case v.Seals == 0:
		return fmt.Sprintf("%s, none of them sealed: nothing is known of changes. Seal them with: patdesk audit head", Plural(int(v.Events), "event"))
	case kept:
		return fmt.Sprintf("%s, %d of them sealed: as they were sealed, and the head that was kept is among the seals", Plural(int(v.Events), "event"), v.Sealed)
	default:
		return fmt.Sprintf("%s, %d of them sealed: as they were sealed. Whoever owns this file and its key could have made all of it anew; only a head that was kept elsewhere shows that", Plural(int(v.Events), "event"), v.Sealed)
	}
}
