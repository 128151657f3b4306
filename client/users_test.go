package client

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

const (
	newUser = `{"id":"1","name":"Sam Oliver","email":"sam@example.com","status":"active",
		"workspaces":[{"id":"w1","name":"Nexus","status":"active","inviteUrl":null,"userPermission":{"id":"p","name":"builder","type":"default","appCreate":true}},
			{"id":"w2","name":"Old","status":"archived","userPermission":null}],
		"userGroups":[{"id":"g1","name":"builder"},{"id":"g2","name":"Finance"},{"id":"g3","name":"Finance"}],
		"userDetails":[{"organizationId":"w1","userMetadata":{"api_key":"canary"},"ssoUserInfo":null}]}`
	oldUser = `{"id":"2","firstName":"Ana","lastName":"Lopez","email":"ana@example.com",
		"workspaces":[{"id":"w1","name":"Nexus","groups":[{"id":"g","name":"all_users"},{"id":"h","name":"admin"},{"id":"i","name":"Sales"}]},
			{"id":"w3","name":"Lab","groups":["all_users","Lab rats"]}]}`
)

func TestListUsers_Shapes(t *testing.T) {
	sam := User{
		ID: "1", Name: "Sam Oliver", Email: "sam@example.com", Status: "active", Groups: []string{"Finance"},
		Memberships: []Membership{{"w1", "Nexus", "active", "builder"}, {"w2", "Old", "archived", ""}},
	}
	ana := User{
		ID: "2", Name: "Ana Lopez", Email: "ana@example.com", Groups: []string{"Sales", "Lab rats"},
		Memberships: []Membership{{"w1", "Nexus", "", "admin"}, {"w3", "Lab", "", ""}},
	}
	for _, tt := range []struct {
		name, body string
		want       []User
		fails      Failure
	}{
		{name: "empty", body: "[]"},
		{name: "new and old", body: "[" + newUser + "," + oldUser + "]", want: []User{sam, ana}},
		{name: "in an object", body: `{"total":[2],"users":[` + newUser + `],"more":{"a":[1]}}`, want: []User{sam}},
		{name: "v2's envelope", body: `{"data":[` + oldUser + `],"pagination":{"page":1}}`, want: []User{ana}},
		{name: "spaces and a byte order mark", body: "\xef\xbb\xbf \n[ " + newUser + " ]\n", want: []User{sam}},
		{name: "odd elements", body: `[null,1,"x",[],{},{"id":7},{"name":"nobody"},` + newUser + `]`, want: []User{sam}},
		{name: "odd fields", body: `[{"id":"3","name":{"first":"x"},"email":null,"workspaces":"none","userGroups":{"a":1}}]`, want: []User{{ID: "3"}}},
		{name: "long id", body: `[{"id":"` + strings.Repeat("1", 129) + `"}]`},
		{
			name: "a name across the first read", body: `[{"id":"4","name":"` + strings.Repeat("x", 480) + `                    ` + strings.Repeat("y", 20) + `"}]`,
			want: []User{{ID: "4", Name: strings.Repeat("x", 480) + "                    " + strings.Repeat("y", 20)}},
		},
		{name: "no list", body: `{"a":1}`, fails: FailNotJSON},
		{name: "a list of another name", body: `{"groups":[]}`, fails: FailNotJSON},
		{name: "an object for a list", body: `{"users":{}}`, fails: FailNotJSON},
		{name: "an error with 200", body: `{"statusCode":500,"message":"x"}`, fails: FailNotJSON},
		{name: "two lists", body: "[][]", fails: FailNotJSON},
		{name: "broken", body: "[" + newUser + ";]", fails: FailNotJSON},
		{name: "cut off between elements", body: "[" + newUser + ",", fails: FailTruncated},
		{name: "cut off in an element", body: "[" + newUser[:300], fails: FailTruncated},
		{name: "cut off before the end", body: "[" + newUser, fails: FailTruncated},
		{name: "page", body: "<!doctype html>", fails: FailHTML},
		{name: "nothing", body: "", fails: FailNotJSON},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, answering(200, "application/json", tt.body))
			c.budget = spent() // a cut-off list would be asked for again
			got, err := c.ListUsers(t.Context())
			if tt.fails != "" {
				if e := failed(t, err); e.Failure != tt.fails || got != nil {
					t.Errorf("%+v", e)
				}
				return
			}
			if d := cmp.Diff(tt.want, got); err != nil || d != "" {
				t.Errorf("%v %s", err, d)
			}
		})
	}
}

// Ensure a list that broke off is read from its beginning when it is sent again.
func TestListUsers_BeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, body := 0, "["+newUser+","+oldUser+"]"
		c := open(t, "https://tooljet.example.com", WithTransport(wire(func(r *http.Request) (*http.Response, error) {
			if n++; n == 1 {
				return fixed(200, "application/json", []byte(body[:len(newUser)+20]))(r)
			}
			return fixed(200, "application/json", []byte(body))(r)
		})))
		got, err := c.ListUsers(t.Context())
		if err != nil || len(got) != 2 || n != 2 {
			t.Errorf("%d users after %d requests, %v", len(got), n, err)
		}
	})
}

func TestGetUser(t *testing.T) {
	var path string
	c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		answering(200, "application/json", newUser).ServeHTTP(w, r)
	}))
	u, err := c.GetUser(t.Context(), "ana/../x@example.com")
	if err != nil || u.Name != "Sam Oliver" || path != "/api/ext/user/ana%2F..%2Fx@example.com" {
		t.Errorf("%v %+v %s", err, u, path)
	}
	c = dial(t, answering(200, "application/json", "{}"))
	if _, err = c.GetUser(t.Context(), "1"); failed(t, err).Failure != FailNotJSON {
		t.Error(err)
	}
}

func TestListApps_Shapes(t *testing.T) {
	const list = `[{"id":"1","name":"Orders","slug":"orders","organizationId":"w1","versions":[{"id":"v","name":"v1"},{"id":"w","name":"v2"}]},
		{"id":"2","name":"Stock","versionCount":7},{"name":"no id"}]`
	want := []App{{ID: "1", Name: "Orders", Slug: "orders", WorkspaceID: "w1", Versions: 2}, {ID: "2", Name: "Stock", Slug: "2", WorkspaceID: "w9", Versions: 7}}
	for _, body := range []string{list, `{"apps":` + list + `,"total":3}`, `{"total":3,"apps":` + list + `}`} {
		c := dial(t, answering(200, "application/json", body))
		got, err := c.ListApps(t.Context(), "w9")
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	}
}

func TestListWorkspaces_Shapes(t *testing.T) {
	c := dial(t, answering(200, "application/json", `[{"id":"1","name":"Nexus","status":"active","groups":[{"id":"g"}]},{"name":"x"}]`))
	got, err := c.ListWorkspaces(t.Context())
	if d := cmp.Diff([]Workspace{{"1", "Nexus", "active"}}, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func FuzzList(f *testing.F) {
	for _, s := range []string{"[]", "[" + newUser + "," + oldUser + "]", `{"users":[` + newUser + `]}`, "[null,1]", "{", "[[[", "\xef\xbb\xbf[]", `{"users":[],"users":[]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := open(t, "https://tooljet.example.com", WithTransport(fixed(200, "application/json", body)))
		c.budget = spent()
		got, err := c.ListUsers(t.Context())
		if err == nil && !json.Valid(trim(body)) {
			t.Errorf("%q was accepted", body)
		}
		for _, u := range got {
			if !u.usable() || len(u.Name) > maxString {
				t.Errorf("%+v", u)
			}
		}
	})
}
