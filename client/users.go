package client

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// User is a person on the instance. Servers of different ages fill it
// differently; whatever one does not send is empty.
type User struct {
	ID, Name, Email string
	Status          string // active, archived or invited
	Memberships     []Membership
	Groups          []string // custom groups of all workspaces, without the roles
}

// Membership is a user's place in one workspace.
type Membership struct {
	WorkspaceID, Workspace string
	Status                 string // active, archived or invited
	Role                   string // admin, builder or end-user; empty if the server does not say
}

// maxGroups bounds how many groups of one user are kept.
const maxGroups = 1000

// roles are the roles a user can have in a workspace.
var roles = []string{"admin", "builder", "end-user"}

// userBody is a user in the shapes of all versions. userDetails is left out on
// purpose: its metadata can hold secrets.
type userBody struct {
	ID, Name, FirstName, LastName, Email, Status string
	Workspaces                                   []membershipBody
	UserGroups                                   json.RawMessage
}

type membershipBody struct {
	ID, Name, Status string
	UserPermission   struct{ Name string }
	Groups           json.RawMessage // before roles existed: objects or names
}

func (b userBody) user() User {
	u := User{ID: b.ID, Name: cut(b.Name, maxString), Email: b.Email, Status: cut(b.Status, 64)}
	if u.Name == "" {
		u.Name = cut(strings.TrimSpace(b.FirstName+" "+b.LastName), maxString)
	}
	groups := names(b.UserGroups)
	for _, w := range b.Workspaces {
		m := Membership{WorkspaceID: cut(w.ID, 128), Workspace: cut(w.Name, maxString), Status: cut(w.Status, 64), Role: cut(w.UserPermission.Name, 64)}
		old := names(w.Groups)
		for _, role := range roles {
			if m.Role == "" && slices.Contains(old, role) {
				m.Role = role
			}
		}
		u.Memberships = append(u.Memberships, m)
		groups = append(groups, old...)
	}
	for _, g := range groups {
		if !slices.Contains(roles, g) && g != "all_users" && !slices.Contains(u.Groups, g) {
			u.Groups = append(u.Groups, g)
		}
	}
	return u
}

// names reads an array of names, or of objects that have one.
func names(raw json.RawMessage) []string {
	if first(raw) != '[' {
		return nil
	}
	return list(raw, maxGroups)
}

// usable reports whether a user can be told from another and be named in a
// request. A longer id than a UUID, or a longer e-mail address than RFC 5321
// allows, is not one.
func (u User) usable() bool {
	return u.ID+u.Email != "" && len(u.ID) <= 128 && len(u.Email) <= 320
}

// ListUsers returns all users of the instance, which ToolJet sends in one piece.
// It takes up to 120 s and reads at most 64 MiB or 250,000 users.
func (c *Client) ListUsers(ctx context.Context) ([]User, error) {
	r, e := c.newRequest("list users", http.MethodGet, "api", "ext", "users")
	if e != nil {
		return nil, e
	}
	var users []User
	err := c.list(ctx, r, []string{"users", "data"}, func() { users = nil }, func(raw json.RawMessage) {
		var b userBody
		if !readObject(raw, &b) {
			return
		}
		if u := b.user(); u.usable() {
			users = append(users, u)
		}
	})
	if err != nil {
		return nil, err
	}
	return users, nil
}

// GetUser returns one user by id, or by e-mail address on servers that accept
// one; an unknown user is ErrNotFound.
func (c *Client) GetUser(ctx context.Context, idOrEmail string) (User, error) {
	r, e := c.newRequest("get user", http.MethodGet, "api", "ext", "user", idOrEmail)
	if e != nil {
		return User{}, e
	}
	var u User
	err := c.do(ctx, r, func(res *response) *failure {
		var b userBody
		if f := res.decode(&b, maxBody); f != nil {
			return f
		}
		if u = b.user(); !u.usable() {
			return fail(FailNotJSON, "the answer is not a user")
		}
		return nil
	})
	if err != nil {
		return User{}, err
	}
	return u, nil
}
