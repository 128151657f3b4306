package pat_test

import (
	"fmt"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure what may be meant is offered, the nearest first, and nothing else.
func TestClosestUsers(t *testing.T) {
	t.Parallel()
	users := []pat.User{
		{ID: "1", Email: "ana@example.com", Name: "Ana Ruiz"},
		{ID: "2", Email: "Bo@Partner.example.com", Name: "Bo Lind"},
		{ID: "3", Email: "eva@example.com"},
		{ID: "4", Email: "anna.ruiz@example.com"},
		{ID: "5", Email: "dana@example.com"},
		{ID: "6", Email: "ana@partner.example.com"},
		{ID: "7", Name: "No Address"},
	}
	for typed, want := range map[string]string{
		"ANA@example.com":           "ana@example.com",
		"bo@partner.example.com":    "Bo@Partner.example.com",
		"ana@exmaple.com":           "ana@example.com",
		"ana@example.co":            "ana@example.com",
		"aan@example.com":           "ana@example.com dana@example.com",
		"ana@gone.example.org":      "ana@example.com ana@partner.example.com",
		"anna.riuz@example.com":     "anna.ruiz@example.com",
		"quentin@example.com":       "",
		"":                          "",
		"@":                         "",
		"ana":                       "ana@example.com ana@partner.example.com",
		"no such one":               "",
		strings.Repeat("a", 100000): "",
	} {
		var got []string
		for _, u := range pat.ClosestUsers(users, typed) {
			got = append(got, u.Email)
		}
		if s := strings.TrimSpace(strings.Join(got, " ")); s != want {
			t.Errorf("%.40q: %q, want %q", typed, s, want)
		}
	}
}

func TestClosestApps(t *testing.T) {
	t.Parallel()
	apps := []pat.App{
		{ID: "a1", Slug: "orders-2", Name: "Orders portal"},
		{ID: "a2", Slug: "stock", Name: "Stock desk"},
		{ID: "a3", Name: "Stock desk", Slug: "stock-support"},
		{ID: "a4", Slug: "kb", Name: "Knowledge base"},
		{ID: "a5", Slug: "returns", Name: "Returns"},
		{ID: "a6", Name: "Orders archive"},
	}
	for typed, want := range map[string]string{
		"orders":         "a1 a6",
		"orders-1":       "a1",
		"Orders-2":       "a1",
		"stokc":          "a2",
		"Stock desk":     "a2 a3",
		"stock_desk":     "a2 a3",
		"retruns":        "a5",
		"kp":             "a4",
		"knowledge-base": "a4",
		"xylophone":      "",
		"or":             "",
		"-":              "",
	} {
		var got []string
		for _, a := range pat.ClosestApps(apps, typed) {
			got = append(got, a.ID)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", typed, s, want)
		}
	}
}

// Ensure five thousand names are compared while a person waits for nothing: the
// work grows with the list and no faster.
func BenchmarkClosestUsers(b *testing.B) {
	users := make([]pat.User, 5000)
	for i := range users {
		users[i] = pat.User{ID: fmt.Sprint(i), Email: fmt.Sprintf("person.%d@example.com", i), Name: fmt.Sprintf("Person %d", i)}
	}
	for b.Loop() {
		pat.ClosestUsers(users, "presno.4711@example.com")
	}
}

// Ensure a refusal for a name that the server does not know says what is near, in
// the words that both faces show, and that every other refusal is left alone.
func TestIssue_Closest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		user, app, title, cause string
		field                   pat.Field
	}{
		{"ana@example.com", "order", "No such app here", "Closest: orders (Orders portal, Sales)", pat.FieldApp},
		{"ana@exampel.com", "orders", "No such user here", "Closest: ana@example.com (Ana Ruiz)", pat.FieldUser},
		{"ana@example.com", "xylophone", "Some fields were refused", "Invalid appId or appSlug", pat.FieldApp},
		{"nobody-like-this@elsewhere.test", "orders", "User or app not found", "no ToolJet user nobody-like-this@elsewhere.test in this instance (or archived)", pat.FieldUser},
	} {
		r := newRig(t, sandbox.Options{})
		req := request()
		req.User, req.App = tt.user, tt.app
		g, err := r.Issue(t.Context(), req)
		x := pat.Explain(err)
		if row := pat.StoredError(r.row(t, g.Token.ID)); row.Title != x.Title || row.Cause != x.Cause || row.Next != x.Next || row.ID != x.ID || g.Token.ErrorTitle != x.Title {
			t.Errorf("the row says %+v, its person was told %+v", row, x)
		}
		if x.Title != tt.title || x.Cause != tt.cause || x.Fields[tt.field] == "" || x.Exit != pat.ExitRejected {
			t.Errorf("%s %s: %+v", tt.user, tt.app, x)
		}
		if strings.HasPrefix(tt.cause, "Closest") && !strings.Contains(x.Fields[tt.field], tt.cause) {
			t.Errorf("the field says %q", x.Fields[tt.field])
		}
	}
	// A name that is in the lists is not offered in place of itself: what is known of
	// it comes first, the words of ToolJet stay where they are announced.
	for _, tt := range []struct {
		user, app, body string
		status          int
		title, cause    string
	}{
		{"ana@example.com", "orders", `"User not found"`, 404, "User or app not found", "have ana@example.com, active; they may"},
		{"hana@partner.example", "orders", `"User not found"`, 404, "User or app not found", "have hana@partner.example, archived, which may be why"},
		{"ana@example.com", "orders", `{"message":"App not found"}`, 404, "User or app not found", "have orders (Orders portal, Sales); it may"},
		{"ana@example.com", "orders", `{"message":["Invalid appId or appSlug"]}`, 400, "Some fields were refused", "have orders (Orders portal, Sales); it may"},
	} {
		listed := newRig(t, sandbox.Options{})
		listed.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: tt.status, Body: tt.body, ContentType: "application/json", Match: "personal-access-token"})
		req := request()
		req.User, req.App = tt.user, tt.app
		g, err := listed.Issue(t.Context(), req)
		if x := pat.Explain(err); pat.StoredError(listed.row(t, g.Token.ID)).Cause != x.Cause || !strings.Contains(x.Cause, tt.cause) || x.Title != tt.title || x.ServerSays == "" || x.Exit != pat.ExitRejected {
			t.Errorf("%s %s: %+v, want the cause %q", tt.user, tt.app, x, tt.cause)
		}
	}
	// Lists that cannot be read change nothing about the refusal.
	r := newRig(t, sandbox.Options{})
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 502, Match: "/api/ext/workspace", Times: -1})
	req := request()
	req.App = "order"
	if _, err := r.Issue(t.Context(), req); pat.Explain(err).Title != "Some fields were refused" {
		t.Errorf("without lists: %v", err)
	}
}
