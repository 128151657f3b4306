package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"patdesk/history"
)

// beginning is what begin_entry takes.
type beginning struct {
	RequestID text  `json:"request_id"`
	Actor     actor `json:"actor"`
	Now       int64 `json:"now"`        // as all moments here by the clock of the history
	ServerNow int64 `json:"server_now"` // by the server's clock
	Lease     int64 `json:"lease"`      // milliseconds

	Profile text    `json:"profile"`
	Server  text    `json:"server"`
	Roots   []int64 `json:"roots"`
	Host    text    `json:"host"`
	User    person  `json:"user"`
	Mail    text    `json:"mail"` // folded
	App     app     `json:"app"`

	Role       text `json:"role"`
	RoleSearch text `json:"role_search"`
	Note       text `json:"note"`
	NoteSearch text `json:"note_search"`
	Detail     text `json:"detail"`

	Ends       int64 `json:"ends"`
	Worst      int64 `json:"worst"`
	Life       int64 `json:"life"`
	LifeNS     int64 `json:"life_ns"`
	Idle       int64 `json:"idle"`
	Sent       int64 `json:"sent"`
	Unit       text  `json:"unit"`
	UnitProven int   `json:"unit_proven"`
	Clock      int64 `json:"clock"`
	ClockError int64 `json:"clock_error"`

	Run          text `json:"run"`
	RunRow       int  `json:"run_row"`
	Alone        bool `json:"alone"`
	AfterUnknown bool `json:"after_unknown"`
}

// person is a user with what is compared of it.
type person struct {
	UID    text `json:"uid"`
	Email  text `json:"email"`
	Name   text `json:"name"`
	Folded text `json:"folded"`
	Search text `json:"search"`
}

func personOf(uid, email, name string) person {
	return person{
		text(uid), text(email), text(name), text(history.Fold(first(email, name, uid))), text(history.Searchable(email, name, uid)),
	}
}

func (s *Store) beginning(ctx context.Context, d history.Draft, now time.Time) beginning {
	server := history.ServerName(first(d.Server, d.Host))
	ends := d.Expires
	if d.WorstExpires.After(ends) {
		ends = d.WorstExpires
	}
	b := beginning{
		RequestID: text(d.RequestID), Actor: s.actor(ctx), Now: millis(now), ServerNow: millis(now.Add(d.ClockOffset)),
		Lease:   s.opts.times.lease.Milliseconds(),
		Profile: text(d.Profile), Server: text(server), Roots: s.rootsOf(server), Host: text(d.Host),
		User: personOf(d.UserID, d.UserEmail, d.UserName),
		Mail: text(history.Fold(d.UserEmail)),
		App:  appOf(d.AppID, d.AppSlug, d.AppName, d.WorkspaceID, d.Workspace),
		Role: text(d.Role), RoleSearch: text(history.Searchable(d.Role)),
		Note: text(d.Note), NoteSearch: text(history.Searchable(d.Note)), Detail: text(d.Detail()),
		Ends: millis(ends), Worst: millis(d.WorstExpires), Life: d.Life.Milliseconds(), LifeNS: int64(d.Life),
		Idle: d.IdleMinutes, Sent: d.SentExpiry, Unit: text(d.Unit),
		Clock: int64(d.ClockOffset), ClockError: int64(d.ClockUncertainty),
		Run: text(d.Run), RunRow: d.RunRow, Alone: d.Alone, AfterUnknown: d.AfterUnknown,
	}
	if d.UnitProven {
		b.UnitProven = 1
	}
	return b
}

// entry is the row of a request that was recorded just now.
func (b beginning) entry(id int64, twin bool) history.Entry {
	return history.Entry{
		ID: id, RequestID: b.RequestID.kept(), Profile: b.Profile.kept(), Server: b.Server.kept(), Host: b.Host.kept(),
		UserID: b.User.UID.kept(), UserEmail: b.User.Email.kept(), UserName: b.User.Name.kept(),
		AppID: b.App.UID.kept(), AppName: b.App.Name.kept(), AppSlug: b.App.Slug.kept(), AppTwin: twin,
		WorkspaceID: b.App.WorkspaceID.kept(), Workspace: b.App.Workspace.kept(), Role: b.Role.kept(),
		Life: time.Duration(b.Life) * time.Millisecond, IdleMinutes: b.Idle, SentExpiry: b.Sent, Unit: b.Unit.kept(), UnitProven: b.UnitProven == 1,
		Outcome: history.Pending, Begun: moment(b.Now), Expires: moment(b.Ends), WorstExpires: moment(b.Worst),
		ClockOffset: time.Duration(b.Clock), ClockUncertainty: time.Duration(b.ClockError),
		By: b.Actor.Name.kept(), Machine: b.Actor.Machine.kept(), Note: b.Note.kept(), Run: b.Run.kept(), RunRow: b.RunRow,
	}
}

const (
	beginCall = `SELECT status, entry, version, twin FROM begin_entry($1)`
	readBegun = `SELECT e.xmin::text, ` + history.EntryColumns + history.EntryTables + `WHERE e.id = (SELECT entry_id FROM intents WHERE request_id = $1)`
)

// errGivenUp says that a request was given up before it was recorded.
var errGivenUp = errors.New("the request was given up")

// Begin records a request before it is sent, as pending. When it returns, the row is in the
// database. When the key that will seal the token cannot be had, it fails before anything
// is written. A database that is away is asked three times within five seconds; after that
// the request counts as never sent, whatever became of its row. Errors: ErrRowTaken,
// ErrLive, *history.Error.
func (s *Store) Begin(ctx context.Context, d history.Draft) (history.Entry, error) {
	const action = "record the request"
	if s.opts.KeepTokens {
		if err := s.ReadySeal(ctx); err != nil {
			return history.Entry{}, s.fail(ctx, action, err)
		}
	}
	now := s.now()
	if d.ClockUncertainty != 0 || d.ClockOffset != 0 { // else the database's clock is the best guess
		d.ClockOffset -= s.ahead()
	}
	d = d.Completed(now)
	e, err := s.begin(ctx, s.beginning(ctx, d, now))
	return e, s.fail(ctx, action, err)
}

// beginTries is how often a database that is away is asked to record a request.
const beginTries = 3

func (s *Store) begin(ctx context.Context, b beginning) (history.Entry, error) {
	arg, err := json.Marshal(b)
	if err != nil {
		return history.Entry{}, err
	}
	t := s.opts.times
	limit, cancel := context.WithTimeout(ctx, t.begin)
	defer cancel()
	recorded := false // perhaps
	a, err := calling(limit, s, patience{beginTries, t.begin, t.beginTry, t.pause}, func(ctx context.Context) (answer, error) {
		a, err := s.beginOnce(ctx, b, string(arg))
		recorded = recorded || lost(err) && !unsent(err)
		return a, err
	})
	if err != nil {
		if recorded {
			s.giveUp(b.RequestID.kept())
		}
		return history.Entry{}, err
	}
	switch a.status {
	case "ok":
		s.Refresh() // the server may be a new one
		s.began(a.entry, a.version)
		return a.entry, nil
	case "taken":
		return history.Entry{}, history.ErrRowTaken
	case "live":
		return history.Entry{}, history.ErrLive
	}
	return history.Entry{}, errGivenUp
}

// beginOnce calls begin_entry. The row is read only where it may be another than that of the
// request: one that an earlier call has written.
func (s *Store) beginOnce(ctx context.Context, b beginning, arg string) (a answer, err error) {
	var id *int64
	var version *string
	var twin *bool
	if err := s.pool.QueryRow(ctx, beginCall, arg).Scan(&a.status, &id, &version, &twin); err != nil {
		return a, err
	}
	switch a.status {
	case "ok":
		a.entry, a.version = b.entry(*id, *twin), *version
	case "again":
		a.status = "ok"
		a.entry, err = history.ScanEntry(row{s.pool.QueryRow(ctx, readBegun, b.RequestID.kept()), &a.version})
	}
	return a, err
}

// pendingRow is a row that will be finished, in the version that is known of it.
type pendingRow struct {
	entry   history.Entry
	version string
}

// began keeps a row in mind until it is finished.
func (s *Store) began(e history.Entry, version string) {
	s.guard.Lock()
	s.pending[e.ID] = pendingRow{e, version}
	s.guard.Unlock()
	s.wake()
}

// own are the pending rows of this Store.
func (s *Store) own() []int64 {
	s.guard.Lock()
	defer s.guard.Unlock()
	ids := make([]int64, 0, len(s.pending))
	for id := range s.pending {
		ids = append(ids, id)
	}
	return ids
}

// giveUp keeps a request id in mind whose row may have been written although Begin failed:
// its request will never be sent.
func (s *Store) giveUp(request string) {
	s.guard.Lock()
	s.undo[request] = true
	s.guard.Unlock()
	s.wake()
}

// What is said of a row whose request was given up.
const (
	neverTitle = "Never sent"
	neverText  = "The database went away while this request was recorded, so it was not sent: there is no token."
)

// takeBack finishes the rows of requests that were given up, once the database is back. A
// row that is still on its way can no longer come.
func (s *Store) takeBack(ctx context.Context) error {
	s.guard.Lock()
	var requests []string
	for r := range s.undo {
		requests = append(requests, r)
	}
	s.guard.Unlock()
	for _, r := range requests {
		var id int64
		err := s.steady(ctx, func() error { return s.pool.QueryRow(ctx, `SELECT give_up($1, $2)`, r, millis(s.now())).Scan(&id) })
		if err != nil {
			return err
		}
		if id != 0 {
			_, err := s.record(ctx, id, history.Result{Outcome: history.Rejected, ErrorTitle: neverTitle, ErrorText: neverText})
			if err != nil && !errors.Is(err, history.ErrFinished) {
				return err
			}
		}
		s.guard.Lock()
		delete(s.undo, r)
		s.guard.Unlock()
	}
	return nil
}
