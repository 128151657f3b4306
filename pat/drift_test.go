package pat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
)

// compareDrift compares and must succeed.
func (r *rig) compareDrift(t *testing.T) pat.DriftReport {
	t.Helper()
	report, err := r.CompareDrift(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// row reads a row of the history.
func (r *rig) row(t *testing.T, id int64) pat.Token {
	t.Helper()
	row, err := r.History.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// driftCase is a change on the server, what it does to a token, and its undoing.
type driftCase struct {
	name    string
	options sandbox.Options
	does    func(*rig) error
	undoes  func(*rig) error // nil = it cannot be undone
	kind    pat.DriftKind
	says    string
	dead    bool // the token opens nothing any more
}

func driftCases() []driftCase {
	member := func(status, role string) func(*rig) error {
		return func(r *rig) error { return r.server.SetMembership("ana@example.com", "sales", status, role) }
	}
	old := sandbox.Options{NoV2: true}
	list := []driftCase{
		{name: "another role", does: member("active", "builder"), undoes: member("active", "end-user"), kind: pat.DriftRole, says: "the role was end-user at issue and is builder now"},
		{name: "out of the workspace", does: member("archived", "end-user"), undoes: member("active", "end-user"), kind: pat.DriftMembership, says: "the user is archived in workspace Sales", dead: true},
		{name: "archived", does: func(r *rig) error { return r.server.SetUserStatus("ana@example.com", "archived") }, undoes: func(r *rig) error {
			return errors.Join(r.server.SetUserStatus("ana@example.com", "active"), member("active", "end-user")(r))
		}, kind: pat.DriftArchived, says: "the user is archived", dead: true},
		{name: "deleted", does: func(r *rig) error { return r.server.DeleteUser("ana@example.com") }, kind: pat.DriftArchived, says: "the user is gone from the server", dead: true},
		{name: "no app", does: func(r *rig) error { return r.server.DeleteApp("orders") }, kind: pat.DriftApp, says: "the app is gone", dead: true},
		{name: "another slug", does: func(r *rig) error { return r.server.RenameSlug("orders", "orders-2") }, undoes: func(r *rig) error { return r.server.RenameSlug("orders-2", "orders") }, kind: pat.DriftSlug, says: "the app's slug was orders at issue and is orders-2 now"},
		{name: "another name of the app", does: func(r *rig) error { return r.server.RenameApp("orders", "Orders") }},
		{name: "access", does: func(r *rig) error { return r.server.SetAccess("ana@example.com", "orders", false) }, undoes: func(r *rig) error { return r.server.SetAccess("ana@example.com", "orders", true) }, kind: pat.DriftAccess, says: "the user may not open the app", dead: true},
		{name: "access, where nobody tells", options: old, does: func(r *rig) error { return r.server.SetAccess("ana@example.com", "orders", false) }},
		{name: "another address", does: func(r *rig) error {
			r.server.Reconfigure(func(o *sandbox.Options) { o.Host = "https://new.example.com" })
			return nil
		}, undoes: func(r *rig) error {
			r.server.Reconfigure(func(o *sandbox.Options) { o.Host = rigURL })
			return nil
		}, kind: pat.DriftHost, says: "the server's address was " + rigURL + " at issue and is https://new.example.com now"},
		{name: "another unit", does: func(r *rig) error { r.Settings.Unit, r.Settings.UnitProven = pat.Minutes, true; return nil }, undoes: func(r *rig) error {
			r.Settings.Unit, r.Settings.UnitProven = pat.Seconds, false
			return nil
		}, kind: pat.DriftUnit, says: "patExpiry was sent in seconds and this server reads minutes"},
	}
	space := func(status string) func(*rig) error {
		return func(r *rig) error { return r.server.SetWorkspaceStatus("sales", status) }
	}
	return append(list,
		driftCase{name: "an archived workspace", does: space("archived"), undoes: space("active"), kind: pat.DriftArchived, says: "workspace Sales is archived", dead: true},
		driftCase{name: "an archived workspace, where nobody tells", options: old, does: space("archived"), undoes: space("active"), kind: pat.DriftArchived, says: "workspace Sales is archived or gone", dead: true})
}

// Ensure that every kind of change is found, on the newest token of a pair and on an
// older one where that opens nothing any more, told once with its event, and taken
// back when the server agrees again.
func TestDrift_FoundAndCleared(t *testing.T) {
	t.Parallel()
	for _, tt := range driftCases() {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.options)
			older := r.issue(t, request()).Token
			again := request()
			again.Again = true
			newest := r.issue(t, again).Token
			other := request()
			other.User = "bo@partner.example"
			bystander := r.issue(t, other).Token
			if report := r.compareDrift(t); report.Compared != 3 || report.Drifting != 0 {
				t.Fatalf("before: %+v", report)
			}
			if err := tt.does(r); err != nil {
				t.Fatal(err)
			}
			want := 0
			for range 2 {
				r.compareDrift(t)
			}
			row := r.row(t, newest.ID)
			if pat.DriftKindOf(row) != tt.kind || row.Drift != tt.says || row.DriftAt.IsZero() == (tt.kind != "") {
				t.Errorf("it says %s %q since %v, want %s %q", row.DriftKind, row.Drift, row.DriftAt, tt.kind, tt.says)
			}
			if got := r.row(t, older.ID).Drift != ""; got != tt.dead {
				t.Errorf("the older one drifts: %v", got)
			}
			shared := tt.kind == pat.DriftApp || tt.kind == pat.DriftSlug || tt.kind == pat.DriftHost || tt.kind == pat.DriftUnit || strings.HasPrefix(tt.says, "workspace")
			if got := r.row(t, bystander.ID).Drift != ""; got != shared {
				t.Errorf("the token of somebody else drifts: %v", got)
			}
			if tt.kind != "" {
				want = 1
			}
			if got := r.driftEvents(t, newest.ID); len(got) != want {
				t.Errorf("events %q", got)
			}
			if tt.undoes == nil {
				return
			}
			if err := tt.undoes(r); err != nil {
				t.Fatal(err)
			}
			report := r.compareDrift(t)
			if row := r.row(t, newest.ID); report.Drifting != 0 || report.Cleared == 0 || row.Drift != "" || row.DriftKind != "" || !row.DriftAt.IsZero() {
				t.Errorf("after: %+v %q", report, row.Drift)
			}
			if got := r.driftEvents(t, newest.ID); len(got) != 2 || got[1] != "drift_cleared "+tt.says {
				t.Errorf("events %q", got)
			}
		})
	}
}

// driftEvents are the events of drift of a row, the oldest first.
func (r *rig) driftEvents(t *testing.T, id int64) []string {
	t.Helper()
	p, err := r.History.Events(t.Context(), pat.EventFilter{Tokens: pat.Filter{IDs: []int64{id}}, Actions: []history.Action{history.DriftSeen, history.DriftCleared}}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range slices.Backward(p.Events) {
		out = append(out, fmt.Sprintf("%s %s", e.Action, e.Detail))
	}
	return out
}

// Ensure that what ToolJet says of a token when it is asked stays until it says
// otherwise, whatever the lists say, and that a reason which is undone goes with it.
func TestDrift_AfterARefusal(t *testing.T) {
	t.Parallel()
	for _, old := range []bool{false, true} {
		r := newRig(t, sandbox.Options{NoV2: old})
		g := r.issue(t, request()).Token
		check := func(want pat.DriftKind) {
			t.Helper()
			r.compareDrift(t)
			if row := r.row(t, g.ID); pat.DriftKindOf(row) != want {
				t.Errorf("without the second version %v: %q %q, want %q", old, row.DriftKind, row.Drift, want)
			}
		}
		if err := r.server.SetAccess("ana@example.com", "orders", false); err != nil {
			t.Fatal(err)
		}
		_, _ = r.Verify(t.Context(), g.ID)
		check(pat.DriftAccess)
		if err := r.server.SetAccess("ana@example.com", "orders", true); err != nil {
			t.Fatal(err)
		}
		if old {
			check(pat.DriftAccess) // nobody but ToolJet can tell
			if v, err := r.Verify(t.Context(), g.ID); err != nil || v.Drift != "" {
				t.Errorf("it opens again: %q, %v", v.Drift, err)
			}
		}
		check("")
		if err := r.server.SetUserStatus("ana@example.com", "archived"); err != nil {
			t.Fatal(err)
		}
		_, _ = r.Verify(t.Context(), g.ID)
		check(pat.DriftArchived)
		if row := r.row(t, g.ID); !strings.HasPrefix(row.Drift, "ToolJet refused this token at ") {
			t.Errorf("it says %q", row.Drift)
		}
		if err := r.server.SetUserStatus("ana@example.com", "active"); err != nil {
			t.Fatal(err)
		}
		if err := r.server.SetMembership("ana@example.com", "sales", "active", "end-user"); err != nil {
			t.Fatal(err)
		}
		check("")
	}
}

// Ensure that a refusal for no reason that can be read is not taken back by lists.
func TestDrift_RefusedStays(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{Reissue: sandbox.Replaces})
	g := r.issue(t, request()).Token
	again := request()
	again.Again = true
	r.issue(t, again)
	_, _ = r.Verify(t.Context(), g.ID)
	for range 2 {
		if r.compareDrift(t); pat.DriftKindOf(r.row(t, g.ID)) != pat.DriftRefused {
			t.Errorf("it says %q", r.row(t, g.ID).Drift)
		}
	}
}

// Ensure that the words of ToolJet's own refusal stay beside what a comparison finds
// after it, and that lists which were read before it say nothing about the token.
func TestDrift_RefusalStaysBesideWhatIsFound(t *testing.T) {
	t.Parallel()
	access := func(may bool) func(*rig) error {
		return func(r *rig) error { return r.server.SetAccess("ana@example.com", "orders", may) }
	}
	status := func(is string) func(*rig) error {
		return func(r *rig) error { return r.server.SetUserStatus("ana@example.com", is) }
	}
	role := func(r *rig) error {
		return r.server.SetMembership("ana@example.com", "sales", "active", "builder")
	}
	nothing := func(*rig) error { return nil }
	tests := []struct {
		name    string
		options sandbox.Options
		refuse  func(*rig) error
		then    func(*rig) error
		fresh   bool
		kind    pat.DriftKind
		said    string
		found   string // what stands behind it
	}{
		{"archived, by the lists of before", sandbox.Options{}, status("archived"), nothing, false, pat.DriftArchived, "ToolJet refused this token at ", ": the user is archived"},
		{"no access, by the lists of before", sandbox.Options{}, access(false), nothing, false, pat.DriftAccess, "ToolJet did not let its user open the app at ", ""},
		{"archived, and another role", sandbox.Options{}, status("archived"), role, true, pat.DriftArchived, "ToolJet refused this token at ", ": the user is archived"},
		{"no access, and another role", sandbox.Options{}, access(false), role, true, pat.DriftAccess, "ToolJet did not let its user open the app at ", ": the user may not open the app; the role was end-user at issue and is builder now"},
		{"no access, and another role, where nobody tells", sandbox.Options{NoV2: true}, access(false), role, true, pat.DriftAccess, "ToolJet did not let its user open the app at ", ": the role was end-user at issue and is builder now"},
		{"no access, then archived", sandbox.Options{NoV2: true}, access(false), status("archived"), true, pat.DriftArchived, "ToolJet did not let its user open the app at ", ": the user is archived"},
		{"archived, and another address", sandbox.Options{}, status("archived"), func(r *rig) error {
			r.server.Reconfigure(func(o *sandbox.Options) { o.Host = "https://new.example.com" })
			return nil
		}, true, pat.DriftArchived, "ToolJet refused this token at ", ": the user is archived; the server's address was " + rigURL + " at issue and is https://new.example.com now"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, tt.options)
			g := r.issue(t, request()).Token
			r.compareDrift(t)
			if err := tt.refuse(r); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Millisecond) // times are kept by the millisecond
			if _, err := r.Verify(t.Context(), g.ID); err == nil {
				t.Fatal("it was not refused")
			}
			if err := tt.then(r); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				report, err := r.CompareDrift(t.Context(), tt.fresh)
				if row := r.row(t, g.ID); err != nil || report.Drifting != 1 || report.Cleared != 0 || pat.DriftKindOf(row) != tt.kind ||
					!strings.HasPrefix(row.Drift, tt.said) || !strings.HasSuffix(row.Drift, tt.found) || tt.found == "" && strings.Contains(row.Drift, ": ") {
					t.Errorf("%+v, %v: %s %q", report, err, row.DriftKind, row.Drift)
				}
			}
		})
	}
}

// Ensure that lists of before a check make nothing of a token which ToolJet accepted.
func TestDrift_ListsOfBeforeAnAcceptance(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request()).Token
	if err := r.server.SetUserStatus("ana@example.com", "archived"); err != nil {
		t.Fatal(err)
	}
	lists, err := r.Lists(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.server.SetUserStatus("ana@example.com", "active"); err != nil {
		t.Fatal(err)
	}
	if err := r.server.SetMembership("ana@example.com", "sales", "active", "end-user"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond) // times are kept by the millisecond
	if v, err := r.Verify(t.Context(), g.ID); err != nil || v.Drift != "" {
		t.Fatalf("%q, %v", v.Drift, err)
	}
	if report, err := r.CompareLists(t.Context(), lists); err != nil || report.Drifting != 0 || report.Found != 0 || r.row(t, g.ID).Drift != "" {
		t.Errorf("%+v, %v: %q", report, err, r.row(t, g.ID).Drift)
	}
	if report := r.compareDrift(t); report.Drifting != 0 {
		t.Errorf("%+v", report)
	}
}

// Ensure that the requests of a comparison depend on the apps, never on the tokens.
func TestDrift_RequestsNotByRow(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	count := func() int {
		before := len(r.server.Requests())
		r.compareDrift(t)
		return len(r.server.Requests()) - before
	}
	issue := func(user, app string, n int) {
		for range n {
			r.issue(t, pat.Request{User: user, App: app, Life: time.Hour, Idle: time.Hour, Again: true})
		}
	}
	issue("ana@example.com", "orders", 1)
	one := count()
	issue("ana@example.com", "orders", 20)
	issue("bo@partner.example", "orders", 20)
	if many := count(); many != one {
		t.Errorf("%d requests for 41 tokens of an app, %d for one", many, one)
	}
	issue("bo@partner.example", "returns", 5)
	if two := count(); two != one+1 {
		t.Errorf("%d requests for two apps, %d for one", two, one)
	}
	before := len(r.server.Requests())
	if _, err := r.CompareDrift(t.Context(), false); err != nil || len(r.server.Requests()) != before {
		t.Errorf("%d requests with fresh lists, %v", len(r.server.Requests())-before, err)
	}
}

// Ensure that apps which are too many to ask about are counted, told, and are not taken
// for apps that nobody may open.
func TestDrift_TooManyApps(t *testing.T) {
	t.Parallel()
	var apps []string
	for n := range 203 {
		apps = append(apps, fmt.Sprintf(`{"name": "App %d", "slug": "app-%d", "workspace": "sales", "owner": "ana@example.com"}`, n, n))
	}
	seed, err := sandbox.ReadSeed([]byte(`{"workspaces": [{"name": "Sales", "slug": "sales", "default": true}],
		"users": [{"email": "ana@example.com", "name": "Ana", "memberships": [{"workspace": "sales", "role": "admin"}]}], "apps": [` + strings.Join(apps, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, sandbox.Options{Seed: seed})
	for n := range apps {
		r.issue(t, pat.Request{User: "ana@example.com", App: fmt.Sprintf("app-%d", n), Life: time.Hour, Idle: time.Hour})
	}
	report := r.compareDrift(t)
	if report.Compared != 203 || report.Drifting != 0 || report.Unasked != 3 {
		t.Errorf("%+v", report)
	}
	if says := report.Words(); !strings.Contains(says, "asked for the 200 apps with most live tokens, not for 3 others") {
		t.Errorf("it says %q", says)
	}
}

// Ensure that a role which the server does not name is no other role.
func TestDrift_RolesOfOldServers(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request()).Token
	r.server.Inject(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: 200, Match: "/api/ext/users", ContentType: "application/json",
		Body: fmt.Sprintf(`{"users":[{"id":%q,"email":"ana@example.com","workspaces":[{"id":%q,"name":"Sales","groups":["all_users"]}]}]}`, g.UserID, g.WorkspaceID),
	})
	if r.compareDrift(t); r.row(t, g.ID).Drift != "" {
		t.Errorf("it says %q", r.row(t, g.ID).Drift)
	}
}

// Ensure a row whose ids were written in capitals, as older versions kept what was
// typed, or whose user has another address now, is not said to drift.
func TestDrift_TheSamePersonUnderAnyName(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	known := r.issue(t, request()).Token
	var ids []int64
	for _, d := range []history.Draft{
		{UserID: strings.ToUpper(known.UserID), AppID: strings.ToUpper(known.AppID)},
		{UserID: strings.ToUpper(known.UserID), UserEmail: known.UserEmail, AppID: known.AppID, AppSlug: "orders"},
		{UserEmail: strings.ToUpper(known.UserEmail), AppSlug: "orders"},
	} {
		d.Profile, d.Server, d.Host, d.Life, d.IdleMinutes, d.SentExpiry, d.Unit = "acme", rigURL, "https://tooljet.example.com", time.Hour, 60, 3600, "seconds"
		row, err := r.History.Begin(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now().UTC()
		if _, err := r.History.Finish(t.Context(), row.ID, history.Result{Outcome: history.Issued, Token: secret.New("pat_" + strings.Repeat("ab", 16)), Issued: now, Expires: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, row.ID)
	}
	if err := r.server.SetUserEmail(known.UserEmail, "ana.ruiz@example.com"); err != nil {
		t.Fatal(err)
	}
	r.compareDrift(t)
	for n, id := range ids[:2] {
		if got := r.row(t, id); got.Drift != "" {
			t.Errorf("row %d says %q", n, got.Drift)
		}
	}
	if v, err := r.Verify(t.Context(), known.ID); err != nil || v.Drift != "" {
		t.Errorf("asked, it says %q, %v", v.Drift, err)
	}
}

// Ensure that a token that is opened is compared with lists that are fresh, without a
// request, and left alone where there are none.
func TestDrift_OneTokenThatIsOpened(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request()).Token
	if err := r.server.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
		t.Fatal(err)
	}
	later := pat.NewIssuer(r.Client, r.History, r.Settings)
	if now, err := later.CompareToken(t.Context(), g); err != nil || now.Drift != "" {
		t.Errorf("without lists: %q, %v", now.Drift, err)
	}
	if _, err := later.Lists(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	sent := len(r.server.Requests())
	now, err := later.CompareToken(t.Context(), g)
	if err != nil || pat.DriftKindOf(now) != pat.DriftRole || len(r.server.Requests()) != sent {
		t.Errorf("%q, %v, %d requests", now.Drift, err, len(r.server.Requests())-sent)
	}
}

// Ensure that what differs is noted with each load of the lists, whoever asked for them
// and in whichever order, but never by half of them, and that what only an access list
// tells stands until one tells otherwise or ToolJet accepts the token.
func TestDrift_NotedWithEachLoad(t *testing.T) {
	t.Parallel()
	users := func(r *rig) error { _, err := r.Users(t.Context(), true); return err }
	apps := func(r *rig) error { _, err := r.Apps(t.Context(), true); return err }
	lists := func(r *rig) error { _, err := r.Lists(t.Context(), true); return err }
	for name, tt := range map[string]struct {
		before, load []func(*rig) error
		noted        bool
	}{
		"both at once":             {load: []func(*rig) error{lists}, noted: true},
		"users, then apps":         {load: []func(*rig) error{users, apps}, noted: true},
		"apps, then users":         {load: []func(*rig) error{apps, users}, noted: true},
		"users, apps at hand":      {before: []func(*rig) error{apps}, load: []func(*rig) error{users}, noted: true},
		"users alone":              {load: []func(*rig) error{users}},
		"apps, users as of before": {before: []func(*rig) error{users}, load: []func(*rig) error{apps}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			id := r.issue(t, request()).Token.ID
			r.Issuer = pat.NewIssuer(r.Client, r.History, r.Settings) // another process: no lists at hand
			for _, load := range tt.before {
				if err := load(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.server.SetUserStatus("ana@example.com", "archived"); err != nil {
				t.Fatal(err)
			}
			for _, load := range tt.load {
				if err := load(r); err != nil {
					t.Fatal(err)
				}
			}
			if row := r.row(t, id); (pat.DriftKindOf(row) == pat.DriftArchived) != tt.noted {
				t.Errorf("it says %s %q", row.DriftKind, row.Drift)
			}
		})
	}
	r := newRig(t, sandbox.Options{})
	id := r.issue(t, request()).Token.ID
	access := func(may bool) {
		if err := r.server.SetAccess("ana@example.com", "orders", may); err != nil {
			t.Fatal(err)
		}
	}
	access(false)
	r.compareDrift(t)
	for range 2 {
		if err := lists(r); err != nil {
			t.Fatal(err)
		}
		if row := r.row(t, id); pat.DriftKindOf(row) != pat.DriftAccess {
			t.Errorf("after lists that do not tell: %s %q", row.DriftKind, row.Drift)
		}
	}
	if err := r.server.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
		t.Fatal(err)
	}
	if err := lists(r); err != nil {
		t.Fatal(err)
	}
	if row := r.row(t, id); pat.DriftKindOf(row) != pat.DriftAccess || !strings.HasPrefix(row.Drift, "the user may not open the app; the role was") {
		t.Errorf("with another role, too: %s %q", row.DriftKind, row.Drift)
	}
	access(true)
	time.Sleep(2 * time.Millisecond) // times are kept by the millisecond
	if v, err := r.Verify(t.Context(), id); err != nil || strings.Contains(v.Drift, "may not open") {
		t.Errorf("accepted: %q, %v", v.Drift, err)
	}
	if err := lists(r); err != nil {
		t.Fatal(err)
	}
	if row := r.row(t, id); pat.DriftKindOf(row) != pat.DriftRole {
		t.Errorf("after the acceptance: %s %q", row.DriftKind, row.Drift)
	}
}

// Ensure that a token which opens nothing from its first moment says so at once, whether
// its person was typed or picked from a list.
func TestDrift_OfANewToken(t *testing.T) {
	t.Parallel()
	for _, picked := range []bool{false, true} {
		r := newRig(t, sandbox.Options{})
		if err := r.server.SetUserStatus("ana@example.com", "archived"); err != nil {
			t.Fatal(err)
		}
		req := request()
		if picked {
			lists, err := r.Lists(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			req.UserInfo, req.AppInfo = pat.FindUser(lists.Users, req.User), pat.FindApp(lists.Apps, req.App)
		}
		g := r.issue(t, req)
		if pat.DriftKindOf(g.Token) != pat.DriftArchived || g.Token.State(r.Now()) != pat.Drift || r.row(t, g.Token.ID).Drift != "the user is archived" {
			t.Errorf("picked %v: %s %q", picked, g.Token.DriftKind, g.Token.Drift)
		}
	}
}
