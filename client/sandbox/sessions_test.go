package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExchange_SaysWhyNot(t *testing.T) {
	for _, tt := range []struct {
		name   string
		spoil  func(*Server) error
		status int
		part   string
	}{
		{"ended", func(s *Server) error { s.Advance(time.Hour); return nil }, 401, "Invalid or expired"},
		{"user archived", func(s *Server) error { return s.SetUserStatus("ana@example.com", "archived") }, 401, "not active"},
		{"user deleted", func(s *Server) error { return s.DeleteUser("ana@example.com") }, 401, "Invalid or expired"},
		{"app deleted", func(s *Server) error { return s.DeleteApp("orders") }, 401, "Invalid or expired"},
		{"membership archived", func(s *Server) error { return s.SetMembership("ana@example.com", "sales", "archived", "end-user") }, 401, `"{\"errorType\":\"USER_ARCHIVED_IN_ORGANIZATION\",\"organizationId\":`},
		{"membership invited", func(s *Server) error { return s.SetMembership("ana@example.com", "sales", "invited", "end-user") }, 401, "USER_INVITED_IN_ORGANIZATION"},
		{"workspace archived", func(s *Server) error { return s.SetWorkspaceStatus("sales", "archived") }, 400, "Organization is Archived"},
		{"no access", func(s *Server) error { return s.SetAccess("ana@example.com", "orders", false) }, 403, "do not have access"},
		{"slug renamed", func(s *Server) error { return s.RenameSlug("orders", "orders-2") }, 201, "signedPat"},
		{"withdrawn", func(s *Server) error { return s.SetReleased("orders", false) }, 201, "signedPat"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := memory(t, Options{})
			token := c.issue(issueBody)
			if err := tt.spoil(c.server); err != nil {
				t.Fatal(err)
			}
			c.want(c.exchange("Orders portal", token), tt.status, tt.part)
		})
	}
}

func TestExchange_AccessByGroupAndMembership(t *testing.T) {
	for _, tt := range []struct {
		email, app, slug string
		status           int
		part             string
	}{
		{"ana@example.com", "Partner onboarding", "onboarding", 201, ""},  // through a custom group
		{"dee@example.com", "Partner onboarding", "onboarding", 403, ""},  // outside it
		{"dana@example.com", "Partner onboarding", "onboarding", 201, ""}, // owner
		{"kim@example.com", "Partner onboarding", "onboarding", 201, ""},  // admin
		{"ana@example.com", "Ticket queue", "tickets", 401, "USER_NOT_EXISTED"},
		{"hana@partner.example", "Orders portal", "orders", 401, "not active"},
		{"tess@partner.example", "Orders portal", "orders", 401, "USER_ARCHIVED"},
	} {
		c := memory(t, Options{})
		token := c.issue(`{"email":"` + tt.email + `","appSlug":"` + tt.slug + `","patExpiry":60}`)
		c.want(c.exchange(tt.app, token), tt.status, tt.part)
	}
}

// Ensure that permissions are read live: a token survives a change of role.
func TestSession_FeelsChangesAtItsNextRequest(t *testing.T) {
	c := memory(t, Options{})
	signed := c.exchange("Orders portal", c.issue(issueBody)).text("signedPat")
	if err := c.server.SetAccess("ana@example.com", "orders", false); err != nil {
		t.Fatal(err)
	}
	c.want(c.inside(signed, "/api/session"), 403, "do not have access")
	if err := c.server.SetMembership("ana@example.com", "sales", "active", "admin"); err != nil {
		t.Fatal(err)
	}
	c.want(c.inside(signed, "/api/session"), 200, `"admin":true`)
}

func TestSession_ShowsTheNewNameOfItsApp(t *testing.T) {
	c := memory(t, Options{})
	signed := c.exchange("Orders portal", c.issue(issueBody)).text("signedPat")
	if err := c.server.RenameApp("orders", "Orders 2"); err != nil {
		t.Fatal(err)
	}
	c.want(c.inside(signed, "/api/apps/"+stableID("app", "Orders portal")), 200, `"name":"Orders 2"`)
	if err := c.server.RenameApp("nothing", "x"); err == nil {
		t.Error("an unknown app was renamed")
	}
}

func TestSession_IdleTimeSlides(t *testing.T) {
	c := memory(t, Options{Unit: Minutes})
	signed := c.exchange("Orders portal", c.issue(`{"email":"ana@example.com","appSlug":"orders","patExpiry":600,"sessionExpiry":10}`)).text("signedPat")
	for range 5 {
		c.server.Advance(9 * time.Minute)
		c.want(c.inside(signed, "/api/session"), 200, "")
	}
	c.server.Advance(10 * time.Minute)
	c.want(c.inside(signed, "/api/session"), 401, "PAT session expired")
}

func TestSession_NeverOutlivesItsToken(t *testing.T) {
	c := memory(t, Options{Unit: Minutes})
	token := c.issue(`{"email":"ana@example.com","appSlug":"orders","patExpiry":15,"sessionExpiry":10}`)
	signed := c.exchange("Orders portal", token).text("signedPat")
	c.server.Advance(9 * time.Minute)
	c.want(c.inside(signed, "/api/session"), 200, "")
	c.server.Advance(6 * time.Minute)
	c.want(c.inside(signed, "/api/session"), 401, "PAT token expired")
	c.want(c.exchange("Orders portal", token), 401, "Invalid or expired")
}

func TestSession_LogoutAndNewSecretKeepTheToken(t *testing.T) {
	c := memory(t, Options{})
	token := c.issue(issueBody)
	signed := c.exchange("Orders portal", token).text("signedPat")
	c.want(c.inside(signed, "/api/session/logout"), 200, "")
	c.want(c.inside(signed, "/api/session"), 401, "Invalid PAT session")
	signed = c.exchange("Orders portal", token).text("signedPat")
	c.server.RotateSecret()
	c.want(c.inside(signed, "/api/session"), 401, "Unauthorized")
	c.want(c.exchange("Orders portal", token), 201, "signedPat")
}

func TestExchange_SignedPatIsReadable(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := memory(t, Options{Now: func() time.Time { return at }})
	signed := c.exchange("Orders portal", c.issue(issueBody)).text("signedPat")
	part := strings.Split(signed, ".")
	if len(part) != 3 {
		t.Fatalf("%d parts", len(part))
	}
	raw, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if id, _ := got["sessionId"].(string); !isUUID(id) {
		t.Errorf("session id %q", id)
	}
	delete(got, "sessionId")
	want := map[string]any{
		"username": stableID("user", "ana@example.com"), "sub": "ana@example.com",
		"organizationIds": []any{stableID("workspace", "sales")}, "isPATLogin": true,
		"appId": stableID("app", "Orders portal"), "scope": "App", "iat": float64(at.Unix()),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}
