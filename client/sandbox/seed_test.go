package sandbox

import (
	"strings"
	"testing"
	"unicode"
)

func TestSeed_IsCompleteAndStable(t *testing.T) {
	s := New(Options{})
	users, workspaces, apps := s.Users(), s.Workspaces(), s.Apps()
	if len(users) != 41 || len(workspaces) != 3 || len(apps) != 17 {
		t.Fatalf("%d users, %d workspaces, %d apps", len(users), len(workspaces), len(apps))
	}
	// Scripts and screenshots rely on these.
	for got, want := range map[string]string{
		users[0].ID:      "c38cb771-25b8-45c2-9b2b-ee33109bdd4f",
		apps[0].ID:       "ddda2119-36db-47e1-b4fa-3bfc1f493657",
		workspaces[0].ID: "57074c0e-c468-4e4b-b534-7c13be1a7269",
	} {
		if got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	seen := map[string]bool{}
	for _, u := range users {
		if !isUUID(u.ID) || !isEmail(u.Email) || seen[u.ID] || seen[u.Email] {
			t.Errorf("user %q %s", u.Email, u.ID)
		}
		seen[u.ID], seen[u.Email] = true, true
		for _, m := range u.Memberships {
			if s.workspace(m.WorkspaceID) == nil {
				t.Errorf("%s: no workspace %s", u.Email, m.WorkspaceID)
			}
			seen["role "+m.Role], seen["membership "+m.Status] = true, true
		}
		seen["user "+u.Status] = true
	}
	for _, a := range apps {
		owner := s.user(a.OwnerID)
		if !isUUID(a.ID) || seen[a.ID] || seen[a.Slug] || owner == nil || owner.member(a.WorkspaceID) == nil {
			t.Errorf("app %q", a.Name)
		}
		seen[a.ID], seen[a.Slug] = true, true
	}
	for _, k := range []string{
		"role admin", "role builder", "role end-user", "membership active", "membership archived", "membership invited",
		"user active", "user archived", "user invited", "orders", "stock", "ana@example.com", "dana@example.com", "hana@partner.example",
	} {
		if !seen[k] {
			t.Errorf("the seed lacks %s", k)
		}
	}
}

func TestSeed_PleasantNamesComeFirst(t *testing.T) {
	s := New(Options{})
	for i, u := range s.Users() {
		plain := strings.IndexFunc(u.Name, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }) < 0
		if i < 28 && !plain {
			t.Errorf("user %d is awkward: %q", i, u.Name)
		}
	}
}

func TestSeed_AccessorsReturnCopies(t *testing.T) {
	s := New(Options{})
	s.Users()[0].Memberships[0].Groups[0] = "changed"
	s.Apps()[4].Groups[0] = "changed"
	s.Workspaces()[0].Groups[0] = "changed"
	if s.Users()[0].Memberships[0].Groups[0] == "changed" || s.Apps()[4].Groups[0] == "changed" || s.Workspaces()[0].Groups[0] == "changed" {
		t.Error("an accessor gave the instance's own data away")
	}
}
