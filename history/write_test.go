package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"patdesk/secret"
)

func begin(tb testing.TB, s *Store, d Draft) Entry {
	tb.Helper()
	e, err := s.Begin(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func get(tb testing.TB, s *Store, id int64) Entry {
	tb.Helper()
	e, err := s.Get(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestBegin_KeepsEverythingOfTheDraft(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	d := draft("ana", "orders")
	d.Note, d.ClockOffset, d.ClockUncertainty = "Partner portal", 3200*time.Millisecond, time.Second
	d.Expires, d.WorstExpires = epoch.Add(time.Hour), epoch.Add(60*time.Hour)
	before := time.Now().Truncate(time.Millisecond)
	got := begin(t, s, d)
	if got.Begun.Before(before) || got.Begun.After(time.Now()) || got.Begun.Location() != time.UTC {
		t.Errorf("begun %v", got.Begun)
	}
	if len(got.RequestID) != 36 || got.RequestID == begin(t, s, d).RequestID {
		t.Errorf("request id %q", got.RequestID)
	}
	want := Entry{
		ID: got.ID, RequestID: got.RequestID, Profile: d.Profile, Server: "https://tooljet.example.com:443", Host: d.Host,
		UserID: d.UserID, UserEmail: d.UserEmail, UserName: d.UserName, AppID: d.AppID, AppName: d.AppName, AppSlug: d.AppSlug,
		WorkspaceID: d.WorkspaceID, Workspace: d.Workspace, Role: d.Role, Life: d.Life, IdleMinutes: d.IdleMinutes,
		SentExpiry: d.SentExpiry, Unit: d.Unit, Outcome: Pending, Begun: got.Begun,
		Expires: d.WorstExpires, WorstExpires: d.WorstExpires, ClockOffset: d.ClockOffset, ClockUncertainty: d.ClockUncertainty,
		By: o.Actor.Name, Machine: o.Actor.Machine, Note: d.Note,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d.RequestID = "mine"
	e, err := s.Begin(WithActor(t.Context(), Actor{Name: "lee", Machine: "desk-2"}), d)
	if err != nil {
		t.Fatal(err)
	}
	if e.By != "lee" || e.Machine != "desk-2" || e.RequestID != "mine" {
		t.Errorf("got %q on %q, %q", e.By, e.Machine, e.RequestID)
	}
}

func TestBegin_NamesAWorstCaseWhenTheDraftDoesNot(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	d := draft("ana", "orders")
	d.ClockOffset = time.Hour
	e := begin(t, s, d)
	if got := e.Expires.Sub(e.Begun); got != 2*time.Hour+requestTime {
		t.Errorf("ends %v after its begin", got)
	}
}

// Ensure that nothing is written, and so nothing sent, when the token could not be sealed.
func TestBegin_KeyFirst(t *testing.T) {
	t.Parallel()
	o := options(t)
	locked := errors.New("the keyring is locked")
	o.Key = func(context.Context) (secret.Key, error) { return secret.Key{}, locked }
	s := open(t, o)
	if _, err := s.Begin(t.Context(), draft("ana", "orders")); !errors.Is(err, locked) {
		t.Errorf("got %v", err)
	}
	if n, err := s.Count(t.Context(), Query{}); n != 0 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestKey_IsAskedForOnceAndNeverByReads(t *testing.T) {
	t.Parallel()
	o := options(t)
	asked := 0
	o.Key = func(context.Context) (secret.Key, error) { asked++; return testKey, nil }
	s := open(t, o)
	if _, err := s.Page(t.Context(), Query{}); err != nil || asked != 0 {
		t.Errorf("a list asked %d times, %v", asked, err)
	}
	issue(t, s, draft("ana", "orders"), epoch)
	issue(t, s, draft("bo", "orders"), epoch)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestFinish_Outcomes(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx := t.Context()
	e := begin(t, s, draft("ana", "orders"))
	e, err := s.Finish(ctx, e.ID, Result{
		Outcome: Issued, Token: token(1), Issued: epoch, Expires: epoch.Add(time.Hour), WorstExpires: epoch.Add(60 * time.Hour),
		AppID: "real-id", Status: 201, ClockOffset: time.Second, ClockUncertainty: time.Millisecond, URLWarning: "elsewhere", URLMissing: "none came",
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.Outcome != Issued || !e.Issued.Equal(epoch) || !e.Expires.Equal(epoch.Add(time.Hour)) || e.AppID != "real-id" || e.AppSlug != "orders" ||
		e.Status != 201 || e.ClockOffset != time.Second || e.URLWarning != "elsewhere" || e.URLMissing != "none came" || !e.WorstExpires.Equal(epoch.Add(60*time.Hour)) ||
		e.Last4 != token(1).Last4() || e.Fingerprint != testKey.Fingerprint(token(1)) || e.KeyID != testKey.ID() || !e.HasSecret {
		t.Errorf("issued: %+v", e)
	}
	if got, err := s.Reveal(ctx, e.ID); err != nil || !got.URL.IsZero() {
		t.Errorf("an answer without URL reveals %v, %v", got, err)
	}
	e = begin(t, s, draft("bo", "orders"))
	e, err = s.Finish(ctx, e.ID, Result{Outcome: Rejected, ErrorID: "H404u", ErrorTitle: "not found", ErrorText: "{}", Status: 404})
	if err != nil || e.Outcome != Rejected || e.ErrorID != "H404u" || e.ErrorTitle != "not found" || e.Status != 404 || e.HasSecret {
		t.Errorf("rejected: %+v, %v", e, err)
	}
	d := draft("cy", "orders")
	d.Expires = epoch.Add(2 * time.Hour)
	e = begin(t, s, d)
	e, err = s.Finish(ctx, e.ID, Result{Outcome: Unknown, ErrorID: "N5"})
	if err != nil || e.Outcome != Unknown || !e.Expires.Equal(d.Expires) || e.State(epoch) != Unsure {
		t.Errorf("unknown: %+v, %v", e, err)
	}
}

// Ensure what Finish returns, which it does not read, is what is kept: whatever was named
// anew, with times that are finer than those of rows.
func TestFinish_ReturnsWhatIsKept(t *testing.T) {
	t.Parallel()
	fine := 1234567 * time.Nanosecond
	for _, keep := range []bool{true, false} {
		o := options(t)
		o.KeepTokens = keep
		s := open(t, o)
		for name, r := range map[string]Result{
			"issued":          {Outcome: Issued, Token: token(1), URL: token(2), Issued: epoch.Add(fine), Expires: epoch.Add(time.Hour + fine), WorstExpires: epoch.Add(60*time.Hour + fine)},
			"issued, no time": {Outcome: Issued, Token: token(1), Status: 201, URLWarning: "elsewhere", URLMissing: "none came"},
			"issued, no text": {Outcome: Issued, Issued: epoch.In(time.FixedZone("", 3600))},
			"another app":     {Outcome: Issued, Token: token(1), Issued: epoch, AppID: "app-9", AppSlug: "stock"},
			"rejected":        {Outcome: Rejected, ErrorID: "H404u", ErrorTitle: "not found", ErrorText: "{}", Status: 404, ClockOffset: fine},
			"unknown":         {Outcome: Unknown, ErrorID: "N5", Expires: epoch.Add(time.Hour + fine), WorstExpires: epoch.Add(3*time.Hour + fine)},
		} {
			for range 2 { // the second has an older one
				got, err := s.Finish(t.Context(), begin(t, s, draft("ana", "orders")).ID, r)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(get(t, s, got.ID), got); diff != "" {
					t.Errorf("%s, tokens kept: %t (- kept, + returned):\n%s", name, keep, diff)
				}
			}
		}
	}
}

// Ensure a value that was added by a write which failed is not taken for one that is there,
// whether the write was alone in its commit, with others, or the whole commit failed.
func TestWrite_ForgetsWhatWasUndone(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	ctx := t.Context()
	id := begin(t, s, draft("ana", "orders")).ID
	note := func(row int64, text string) *job {
		return &job{ctx: ctx, do: func(ctx context.Context, w Work) error {
			n, err := distinctNote(ctx, w, text)
			if err != nil {
				return err
			}
			return change(ctx, w, row, `note_id = ?`, n)
		}}
	}
	broken := &job{ctx: ctx, do: func(ctx context.Context, w Work) error {
		_, err := w.ExecContext(ctx, `ROLLBACK`) // as SQLite does when the disk is full
		return errors.Join(err, errors.New("the disk is full"))
	}}
	for name, batches := range map[string][][]*job{
		"alone":             {{note(999, "alone")}, {note(id, "alone")}},
		"with others":       {{note(999, "with others"), note(id, "with others")}},
		"with all of them":  {{note(id, "with all of them"), broken}, {note(id, "with all of them")}},
		"one that was kept": {{note(id, "one that was kept")}, {note(999, "one that was kept"), note(id, "one that was kept")}},
	} {
		var last *job
		for _, batch := range batches {
			s.writing.Lock()
			s.commit(batch)
			s.writing.Unlock()
			last = batch[len(batch)-1]
		}
		if got := get(t, s, id); last.err != nil || got.Note != name {
			t.Errorf("%s: the note is %q, %v", name, got.Note, last.err)
		}
	}
}

func TestFinish_OnlyOnceAndLateAnswers(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	results := map[Outcome]Result{
		Issued:   {Outcome: Issued, Token: token(1), Issued: epoch},
		Rejected: {Outcome: Rejected, ErrorID: "H404u"},
		Unknown:  {Outcome: Unknown, ErrorID: "N5"},
	}
	other := map[Outcome]Result{
		Issued:   {Outcome: Issued, Token: token(2), Issued: epoch},
		Rejected: {Outcome: Rejected, ErrorID: "H400"},
		Unknown:  {Outcome: Unknown, ErrorID: "H5j"},
	}
	for from, first := range results {
		for to := range results {
			e := begin(t, s, draft("ana", "orders"))
			before, err := s.Finish(t.Context(), e.ID, first)
			if err != nil {
				t.Fatal(err)
			}
			for again, r := range map[string]Result{"same": results[to], "other": other[to]} {
				after, err := s.Finish(t.Context(), e.ID, r)
				switch {
				case from == Unknown && to == Issued:
					continue // the first of the two is taken; see below
				case from == to && again == "same":
					if err != nil || gocmp.Diff(before, after) != "" {
						t.Errorf("%s again: %v", to, err)
					}
				default:
					if !errors.Is(err, ErrFinished) {
						t.Errorf("%s after %s (%s): %v", to, from, again, err)
					}
				}
				if got := get(t, s, e.ID); gocmp.Diff(before, got) != "" {
					t.Errorf("%s after %s changed the row", to, from)
				}
			}
		}
	}
	e := begin(t, s, draft("bo", "orders"))
	if _, err := s.Finish(t.Context(), e.ID, results[Unknown]); err != nil {
		t.Fatal(err)
	}
	late, err := s.Finish(t.Context(), e.ID, results[Issued])
	if err != nil || late.Outcome != Issued || late.ErrorID != "" || !late.HasSecret {
		t.Errorf("late answer: %+v, %v", late, err)
	}
	if _, err := s.Finish(t.Context(), 999, results[Issued]); !errors.Is(err, ErrNotFound) {
		t.Errorf("no row: %v", err)
	}
	if _, err := s.Finish(t.Context(), e.ID, Result{Outcome: Pending}); err == nil {
		t.Error("pending is no outcome")
	}
}

func TestKeepTokensNever_StoresMetadataOnly(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.KeepTokens, o.Key = false, nil
	s := open(t, o)
	e := issue(t, s, draft("ana", "orders"), epoch)
	if e.HasSecret || e.Fingerprint != "" || e.KeyID != "" || e.Last4 != token(e.ID).Last4() {
		t.Errorf("kept %+v", e)
	}
	if _, err := s.Reveal(t.Context(), e.ID); !errors.Is(err, ErrNoSecret) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Reveal(t.Context(), 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// chain is the pair's issued rows from the newest on, by their links.
func chain(tb testing.TB, s *Store, ids ...int64) []int64 {
	tb.Helper()
	var heads, found []int64
	for _, id := range ids {
		e := get(tb, s, id)
		if e.Newer == 0 {
			heads = append(heads, id)
		} else if get(tb, s, e.Newer).Older != id {
			tb.Errorf("%d says newer is %d, which says older is %d", id, e.Newer, get(tb, s, e.Newer).Older)
		}
	}
	if len(heads) != 1 {
		tb.Fatalf("newest of %v: %v", ids, heads)
	}
	for id := heads[0]; id != 0; id = get(tb, s, id).Older {
		found = append(found, id)
	}
	return found
}

func TestLinks_NewestOfAPair(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	a := issue(t, s, draft("ana", "orders"), epoch)
	other := issue(t, s, draft("ana", "stock"), epoch)
	b := issue(t, s, draft("ana", "orders"), epoch.Add(time.Minute))
	c := issue(t, s, draft("ana", "orders"), epoch.Add(time.Minute)) // the same second
	if got := chain(t, s, a.ID, b.ID, c.ID); !slices.Equal(got, []int64{c.ID, b.ID, a.ID}) {
		t.Errorf("chain %v", got)
	}
	if e := get(t, s, a.ID); e.State(epoch) != Older {
		t.Errorf("the first is %s", e.State(epoch))
	}
	if e := get(t, s, other.ID); e.Newer != 0 || e.Older != 0 {
		t.Errorf("another app got links %d, %d", e.Older, e.Newer)
	}
}

func TestLinks_AnswersInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		s := open(t, Options{Path: Memory})
		var ids []int64
		for range order {
			ids = append(ids, begin(t, s, draft("ana", "orders")).ID)
		}
		for _, i := range order {
			if _, err := s.Finish(t.Context(), ids[i], issued(ids[i], epoch.Add(time.Duration(i)*time.Minute))); err != nil {
				t.Fatal(err)
			}
		}
		if got := chain(t, s, ids...); !slices.Equal(got, []int64{ids[2], ids[1], ids[0]}) {
			t.Errorf("finished in order %v: chain %v", order, got)
		}
	}
}

func TestLinks_OnlyIssuedRowsCount(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	a := issue(t, s, draft("ana", "orders"), epoch)
	begin(t, s, draft("ana", "orders"))
	for _, o := range []Outcome{Rejected, Unknown} {
		e := begin(t, s, draft("ana", "orders"))
		if _, err := s.Finish(t.Context(), e.ID, Result{Outcome: o}); err != nil {
			t.Fatal(err)
		}
	}
	if e := get(t, s, a.ID); e.Newer != 0 {
		t.Errorf("a request without a token made it older than %d", e.Newer)
	}
}

// Ensure that a token which only proves a unit stands apart: what lives on beside it is
// not older for it, and what follows is the next of the real one.
func TestLinks_AProofStandsApart(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	proof := draft("ana", "orders")
	proof.Life, proof.SentExpiry, proof.Note = time.Second, 1, "proof"
	alone := issue(t, s, proof, epoch.Add(-time.Minute))
	a := issue(t, s, draft("ana", "orders"), epoch)
	p := issue(t, s, proof, epoch.Add(time.Minute))
	if _, err := s.SetDetails(t.Context(), p.ID, Details{UserName: "Ana of late"}); err != nil { // links anew
		t.Fatal(err)
	}
	if e := get(t, s, a.ID); e.Older != 0 || e.Newer != 0 || e.State(epoch) == Older {
		t.Errorf("the real one is %s, between %d and %d", e.State(epoch), e.Older, e.Newer)
	}
	b := issue(t, s, draft("ana", "orders"), epoch.Add(2*time.Minute))
	if b.Older != a.ID || get(t, s, a.ID).Newer != b.ID {
		t.Errorf("the next follows %d, and the real one is followed by %d", b.Older, get(t, s, a.ID).Newer)
	}
	for _, id := range []int64{alone.ID, p.ID} {
		if e := get(t, s, id); e.Older != 0 || e.Newer != 0 || !e.IsProof() {
			t.Errorf("#%d is linked: %d, %d", id, e.Older, e.Newer)
		}
	}
}

// Ensure that a pair is the same however it was named, and not the same when it is not.
func TestLinks_NamesOfAPair(t *testing.T) {
	t.Parallel()
	change := func(f func(*Draft)) Draft {
		d := draft("ana", "orders")
		f(&d)
		return d
	}
	for name, c := range map[string]struct {
		d    Draft
		same bool
	}{
		"as it is":        {draft("ana", "orders"), true},
		"other case":      {change(func(d *Draft) { d.UserEmail = "ANA@Example.com" }), true},
		"e-mail only":     {change(func(d *Draft) { d.UserID, d.UserName = "", "" }), true},
		"new e-mail":      {change(func(d *Draft) { d.UserEmail = "ana.new@example.com" }), true},
		"id only":         {change(func(d *Draft) { d.UserEmail = "" }), true},
		"app id only":     {change(func(d *Draft) { d.AppSlug, d.AppName = "", "" }), true},
		"slug only":       {change(func(d *Draft) { d.AppID, d.AppName = "", "" }), true},
		"renamed app":     {change(func(d *Draft) { d.AppSlug = "orders-2" }), true},
		"other role":      {change(func(d *Draft) { d.Role = "admin" }), true},
		"other profile":   {change(func(d *Draft) { d.Profile = "acme-test" }), true},
		"other server":    {change(func(d *Draft) { d.Server = "https://tooljet.example.com:8443" }), false},
		"other path":      {change(func(d *Draft) { d.Server = "https://tooljet.example.com/apps" }), false},
		"same server":     {change(func(d *Draft) { d.Server = "HTTPS://TOOLJET.example.com:443/" }), true},
		"other user":      {change(func(d *Draft) { d.UserEmail, d.UserID = "bo@example.com", "id-bo" }), false},
		"other app":       {change(func(d *Draft) { d.AppID, d.AppSlug = "id-stock", "stock" }), false},
		"slug now others": {change(func(d *Draft) { d.AppID = "id-copy" }), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, Options{Path: Memory})
			a := issue(t, s, draft("ana", "orders"), epoch)
			b := issue(t, s, c.d, epoch.Add(time.Minute))
			if got := get(t, s, a.ID).Newer == b.ID && b.Older == a.ID; got != c.same {
				t.Errorf("linked %v, want %v", got, c.same)
			}
		})
	}
}

// Ensure that two chains that turn out to be of one pair end in one newest row.
func TestLinks_NamesThatMeetLater(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	byID, byMail := draft("ana", "orders"), draft("ana", "orders")
	byID.UserEmail, byMail.UserID = "", ""
	a := issue(t, s, byID, epoch)
	b := issue(t, s, byMail, epoch.Add(time.Minute))
	if get(t, s, a.ID).Newer != 0 || b.Older != 0 {
		t.Error("linked before anything said that they are one person")
	}
	c := issue(t, s, draft("ana", "orders"), epoch.Add(2*time.Minute))
	if c.Older != b.ID || get(t, s, a.ID).Newer != c.ID || get(t, s, b.ID).Newer != c.ID {
		t.Errorf("older %d; newer of the others %d and %d", c.Older, get(t, s, a.ID).Newer, get(t, s, b.ID).Newer)
	}
}

func TestLive_FindsWhatMayStillWork(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	old := issue(t, s, draft("ana", "orders"), epoch.Add(-59*time.Minute))
	ended := issue(t, s, draft("ana", "orders"), epoch.Add(-time.Hour))
	newest := issue(t, s, draft("ANA", "orders"), epoch)
	unknown := begin(t, s, draft("ana", "orders"))
	if _, err := s.Finish(t.Context(), unknown.ID, Result{Outcome: Unknown, Expires: epoch.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	failed := begin(t, s, draft("ana", "orders"))
	if _, err := s.Finish(t.Context(), failed.ID, Result{Outcome: Rejected}); err != nil {
		t.Fatal(err)
	}
	issue(t, s, draft("ana", "stock"), epoch)
	for _, who := range []string{"ana@example.com", "Ana@EXAMPLE.com", "id-ana"} {
		for _, app := range []string{"orders", "id-orders"} {
			got, err := s.Live(t.Context(), draft("", "").Host, who, app, epoch)
			if err != nil {
				t.Fatal(err)
			}
			if ids := idsOfEntries(got); !slices.Equal(ids, []int64{unknown.ID, newest.ID, old.ID}) {
				t.Errorf("%s, %s: %v (ended %d)", who, app, ids, ended.ID)
			}
		}
	}
	for _, tt := range []struct {
		of     Entry
		tokens int
		next   time.Time
	}{
		{newest, 2, old.Latest()}, {old, 2, epoch.Add(time.Hour)}, {unknown, 2, old.Latest()}, {failed, 3, old.Latest()}, {ended, 3, old.Latest()},
	} {
		alive, err := s.PairAlive(t.Context(), draft("", "").Host, get(t, s, tt.of.ID), epoch)
		if err != nil || alive.Tokens != tt.tokens || !alive.Next.Equal(tt.next) || !alive.Until.Equal(epoch.Add(time.Hour)) {
			t.Errorf("beside #%d: %+v, %v; want %d, the first to end at %v", tt.of.ID, alive, err, tt.tokens, tt.next)
		}
	}
	if alive, err := s.PairAlive(t.Context(), "other", newest, epoch); err != nil || alive.Tokens != 0 || !alive.Next.IsZero() {
		t.Errorf("another server: %+v, %v", alive, err)
	}
	for _, pair := range [][2]string{{"", ""}, {"ana@example.com", ""}, {"bo@example.com", "orders"}, {"ana@example.com", "visits"}} {
		if got, err := s.Live(t.Context(), "", pair[0], pair[1], epoch); err != nil || len(got) != 0 {
			t.Errorf("%q: %d rows, %v", pair, len(got), err)
		}
	}
	if got, err := s.Live(t.Context(), "other", "ana@example.com", "orders", epoch); err != nil || len(got) != 0 {
		t.Errorf("another profile: %d rows, %v", len(got), err)
	}
}

func idsOfEntries(entries []Entry) []int64 {
	var ids []int64
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestMarks_AreKept(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx := t.Context()
	e := issue(t, s, draft("ana", "orders"), epoch)
	for _, err := range []error{
		s.MarkCopied(ctx, e.ID, epoch.Add(time.Minute), "url"), s.MarkCopied(ctx, e.ID, epoch, "url"),
		s.SetNote(ctx, e.ID, "Kiosk 4"), s.MarkVerified(ctx, e.ID, epoch.Add(time.Second), "ok", "role", "role"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := get(t, s, e.ID)
	if !got.Copied.Equal(epoch.Add(time.Minute)) || got.Note != "Kiosk 4" || !got.Verified.Equal(epoch.Add(time.Second)) ||
		got.VerifyResult != "ok" || got.Drift != "role" || got.State(epoch) != Drift {
		t.Errorf("got %+v", got)
	}
	if err := s.MarkVerified(ctx, e.ID, epoch, "ok", "", ""); err != nil || get(t, s, e.ID).State(epoch) != OK {
		t.Errorf("drift stays: %v", err)
	}
	for _, err := range []error{s.MarkCopied(ctx, 99, epoch, "url"), s.SetNote(ctx, 99, "x"), s.MarkVerified(ctx, 99, epoch, "", "", "")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("no row: %v", err)
		}
	}
}

func TestSetDetails_MovesTheRowToItsPair(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	d := draft("ana", "orders")
	a := issue(t, s, d, epoch)
	bare := Draft{Profile: d.Profile, UserEmail: "typed@example.com", AppSlug: "orders", Life: time.Hour}
	first := issue(t, s, bare, epoch.Add(time.Minute))
	b := issue(t, s, bare, epoch.Add(2*time.Minute))
	last := issue(t, s, bare, epoch.Add(3*time.Minute))
	got, err := s.SetDetails(t.Context(), b.ID, Details{UserID: d.UserID, UserEmail: d.UserEmail, Role: "admin", Workspace: "Sales"})
	if err != nil {
		t.Fatal(err)
	}
	if got.UserEmail != d.UserEmail || got.Role != "admin" || got.Workspace != "Sales" || got.AppSlug != "orders" {
		t.Errorf("got %+v", got)
	}
	if c := chain(t, s, a.ID, b.ID); !slices.Equal(c, []int64{b.ID, a.ID}) {
		t.Errorf("chain of the pair it is in now: %v", c)
	}
	if c := chain(t, s, first.ID, last.ID); !slices.Equal(c, []int64{last.ID, first.ID}) {
		t.Errorf("chain of the pair it was in: %v", c)
	}
	if _, err := s.SetDetails(t.Context(), 99, Details{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no row: %v", err)
	}
}

func TestLastClock_OfThisMachine(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	if off, _, at, err := s.LastClock(t.Context(), draft("", "").Host); off != 0 || !at.IsZero() || err != nil {
		t.Errorf("empty: %v %v %v", off, at, err)
	}
	d := draft("ana", "orders")
	d.ClockOffset, d.ClockUncertainty = 3*time.Second, time.Second
	want := begin(t, s, d)
	d.ClockOffset = time.Hour
	if _, err := s.Begin(WithActor(t.Context(), Actor{Name: "kim", Machine: "elsewhere"}), d); err != nil {
		t.Fatal(err)
	}
	begin(t, s, draft("ana", "orders")) // not measured
	off, uncertain, at, err := s.LastClock(t.Context(), draft("", "").Host)
	if off != 3*time.Second || uncertain != time.Second || !at.Equal(want.Begun) || err != nil {
		t.Errorf("got %v ± %v at %v, %v", off, uncertain, at, err)
	}
}

func TestPurge_DropsSecretsAndKeepsRows(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	gone := issue(t, s, draft("ana", "orders"), epoch.Add(-2*time.Hour))
	kept := issue(t, s, draft("bo", "orders"), epoch)
	n, err := s.Purge(t.Context(), epoch)
	if err != nil || n != 1 {
		t.Fatalf("purged %d, %v", n, err)
	}
	if _, err := s.Reveal(t.Context(), gone.ID); !errors.Is(err, ErrNoSecret) {
		t.Errorf("purged token: %v", err)
	}
	if _, err := s.Reveal(t.Context(), kept.ID); err != nil {
		t.Errorf("live token: %v", err)
	}
	want := gone
	want.HasSecret = false
	if diff := gocmp.Diff(want, get(t, s, gone.ID)); diff != "" {
		t.Error(diff)
	}
}

// Ensure that rows cannot be made to vanish, not even by a mistake in this package.
func TestEntries_CannotBeDeleted(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	e := issue(t, s, draft("ana", "orders"), epoch)
	err := s.tx(t.Context(), func(ctx context.Context, w Work) error {
		_, err := w.ExecContext(ctx, `DELETE FROM entries`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "never forgets") {
		t.Errorf("got %v", err)
	}
	get(t, s, e.ID)
}

func TestChanged_SeesOwnAndForeignWrites(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", Memory} {
		o := options(t)
		if path != "" {
			o.Path = path
		}
		s := open(t, o)
		writers := []*Store{s}
		if path == "" {
			writers = append(writers, open(t, o))
		}
		changed := func() int64 {
			n, err := s.Changed(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		last := changed()
		for i, w := range writers {
			if now := changed(); now != last {
				t.Errorf("%d, then %d without a write", last, now)
			}
			begin(t, w, draft(fmt.Sprint("user", i), "orders"))
			now := changed()
			if now == last {
				t.Errorf("writer %d was not noticed", i)
			}
			last = now
		}
	}
}

func TestMemory_LeavesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	s := open(t, Options{Path: Memory, KeepTokens: true, Key: func(context.Context) (secret.Key, error) { return testKey, nil }})
	e := issue(t, s, draft("ana", "orders"), epoch)
	if _, err := s.Reveal(t.Context(), e.ID); err != nil {
		t.Error(err)
	}
	if got := listDir(t, "."); len(got) > 0 {
		t.Errorf("left %v", got)
	}
}
