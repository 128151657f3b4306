package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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

// Ensure that what becomes of one instance is not what another begins with: the built-in
// seed is read once for all.
func TestSeed_OneForMany(t *testing.T) {
	one := New(Options{})
	users, apps, workspaces := one.Users(), one.Apps(), one.Workspaces()
	for _, err := range []error{
		one.SetUserStatus("ana@example.com", "archived"), one.SetMembership("bo@partner.example", "sales", "archived", "admin"),
		one.SetAccess("dana@example.com", "orders", false), one.RenameApp("orders", "changed"), one.RenameSlug("stock", "changed"),
		one.SetReleased("changed", false), one.SetUserEmail("gil@example.com", "changed@example.com"), one.DeleteUser("hana@partner.example"),
		one.DeleteApp("invoices"), one.SetWorkspaceStatus("sales", "archived"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	another := New(Options{})
	if diff := cmp.Diff(users, another.Users()); diff != "" {
		t.Errorf("users (- before, + now):\n%s", diff)
	}
	if diff := cmp.Diff(apps, another.Apps(), cmpopts.IgnoreUnexported(App{})); diff != "" {
		t.Errorf("apps (- before, + now):\n%s", diff)
	}
	if diff := cmp.Diff(workspaces, another.Workspaces()); diff != "" {
		t.Errorf("workspaces (- before, + now):\n%s", diff)
	}
	for _, a := range another.apps {
		if len(a.denied) > 0 {
			t.Errorf("%s is denied to %d people", a.Name, len(a.denied))
		}
	}
}

// small is a seed with one of each; a test writes a mistake into it.
const small = `{
  "workspaces": [
    {"name": "Sales", "slug": "sales", "groups": ["Partners"]},
    {"name": "Old", "slug": "old", "status": "archived"}
  ],
  "users": [
    {"email": "ana@example.com",
     "memberships": [{"workspace": "sales", "role": "builder", "groups": ["Partners"]}]},
    {"email": "bo@example.com", "name": "Bo"}
  ],
  "apps": [
    {"id": "0d4f1f57-5a49-4b0e-9d5e-0f3a4f7f5f00", "name": "Orders", "slug": "orders",
     "workspace": "sales", "owner": "ana@example.com", "groups": ["Partners"]},
    {"name": "Stock", "workspace": "sales", "owner": "ana@example.com", "released": false}
  ]
}
`

func TestReadSeed(t *testing.T) {
	seed, err := ReadSeed([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	first, second := New(Options{Seed: seed}), New(Options{Seed: seed})
	if err := first.RenameApp("orders", "Changed"); err != nil {
		t.Fatal(err)
	}
	users, places, apps := second.Users(), second.Workspaces(), second.Apps()
	if len(users) != 2 || len(places) != 2 || len(apps) != 2 {
		t.Fatalf("%d users, %d workspaces, %d apps", len(users), len(places), len(apps))
	}
	if !places[0].Default || places[1].Status != "archived" || users[0].Name != "ana@example.com" || users[1].Status != "active" {
		t.Errorf("workspaces %+v, users %+v", places, users)
	}
	if apps[0].ID != "0d4f1f57-5a49-4b0e-9d5e-0f3a4f7f5f00" || apps[0].Name != "Orders" || apps[1].Slug != apps[1].ID || apps[1].Released {
		t.Errorf("apps %+v", apps)
	}
	c := &caller{t: t, server: second, client: &http.Client{Transport: second.Transport()}, base: "https://tooljet.example"}
	c.issue(issueBody)
}

func TestReadSeed_NamesLineAndField(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{`"slug": "old"`, `"slug": "sales"`, `line 4: workspaces[1].id: "` + stableID("workspace", "sales") + `" is at line 3 already`},
		{`"status": "archived"`, `"status": "gone"`, "line 4: workspaces[1].status: must be one of active, archived"},
		{`"name": "Old", `, ``, "line 4: workspaces[1].name: is missing"},
		{`"name": "Old"`, `"name": " "`, "line 4: workspaces[1].name: must be a text that is not empty"},
		{`"name": "Old"`, `"name": "Old", "colour": "red"`, "line 4: workspaces[1].colour: unknown; known are id, name"},
		{`"slug": "old"`, `"slug": "old", "default": "yes"`, "line 4: workspaces[1].default: must be true or false"},
		{`"ana@example.com",`, `"ana",`, "line 7: users[0].email: must be an e-mail address"},
		{`"workspace": "sales", "role"`, `"workspace": "sale", "role"`, `line 8: users[0].memberships[0].workspace: no workspace has the slug "sale"`},
		{`"builder"`, `"owner"`, "line 8: users[0].memberships[0].role: must be one of admin, builder, end-user"},
		{`"role": "builder", `, ``, "line 8: users[0].memberships[0].role: is missing"},
		{`"builder", "groups": ["Partners"]`, `"builder", "groups": ["Partner"]`, `line 8: users[0].memberships[0].groups[0]: "sales" has no group "Partner"`},
		{`"bo@example.com"`, `"Ana@example.com", "id": "0d4f1f57-5a49-4b0e-9d5e-0f3a4f7f5f01"`, `line 9: users[1].email: "Ana@example.com" is at line 7 already`},
		{`"0d4f1f57-5a49-4b0e-9d5e-0f3a4f7f5f00"`, `"7"`, "line 12: apps[0].id: must be a UUID"},
		{`"ana@example.com", "released"`, `"bo@example.com", "released"`, `line 14: apps[1].owner: must be a user with a membership in "sales"`},
		{`"released": false`, `"slug": "orders"`, `line 14: apps[1].slug: "orders" is at line 12 already`},
		{`"name": "Stock"`, `"name": "Stock", "name": "Stocks"`, `line 14: "name" is there twice`},
		{`"name": "Stock"`, `"name": 7`, "line 14: apps[1].name: must be a text"},
		{`"released": false}`, `"released": false},`, "line 15: no JSON"},
		{"\n}\n", "\n", "line 15: the text ends too early"},
		{"\n}\n", "\n}\n{}", "line 17: something stands after the end"},
		{`"workspaces": [`, `"workspace": [`, "line 2: workspace: unknown; known are workspaces, users, apps"},
		{small, "[]", "line 1: the seed: must be an object"},
		{small, "", "line 1: the text ends too early"},
		{small, `{"users": {}}`, "line 1: users: must be a list"},
		{small, strings.Repeat("[", 100), "nested too deep"},
	} {
		text := strings.Replace(small, tt.from, tt.to, 1)
		if text == small {
			t.Fatalf("the seed lacks %s", tt.from)
		}
		if _, err := ReadSeed([]byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s for %s: %v, want %s", tt.to, tt.from, err, tt.want)
		}
	}
}

func FuzzReadSeed(f *testing.F) {
	f.Add(small)
	f.Add(string(BuiltinSeed()))
	f.Fuzz(func(_ *testing.T, text string) {
		if seed, err := ReadSeed([]byte(text)); err == nil {
			New(Options{Seed: seed}).Users()
		}
	})
}

// Ensure a seed may have two apps of one name, told apart by their slugs, and that an id
// is the same in each run.
func TestReadSeed_TwoAppsOfOneName(t *testing.T) {
	read := func() []App {
		seed, err := ReadSeed([]byte(`{"workspaces":[{"name":"Sales","slug":"sales","default":true}],
			"users":[{"email":"ana@example.com","memberships":[{"workspace":"sales","role":"admin"}]}],
			"apps":[{"name":"Orders","slug":"orders","workspace":"sales","owner":"ana@example.com"},
				{"name":"Orders","slug":"orders-2","workspace":"sales","owner":"ana@example.com"},
				{"name":"orders","slug":"orders-3","workspace":"sales","owner":"ana@example.com"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return New(Options{Seed: seed}).Apps()
	}
	first, again := read(), read()
	seen := map[string]bool{}
	for n, a := range first {
		if seen[a.ID] || !isUUID(a.ID) || again[n].ID != a.ID {
			t.Errorf("%s: %s, then %s", a.Slug, a.ID, again[n].ID)
		}
		seen[a.ID] = true
	}
	if first[0].ID != stableID("app", "Orders") {
		t.Errorf("the first one's id is %s", first[0].ID)
	}
}
