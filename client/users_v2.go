package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// Member is a user's place in one workspace, as the second version of the API
// lists it.
type Member struct {
	UserID string
	Status string // active, archived or invited
	Role   string // admin, builder or end-user
}

// ListUsersByPage returns all users of the instance by the second version of the
// API, which sends them in pages and names neither workspaces nor groups (contract
// 4.3). A server without it is ErrNotFound.
func (c *Client) ListUsersByPage(ctx context.Context) ([]User, error) {
	r, e := c.newRequest("list users by page", http.MethodGet, "api", "v2", "ext", "users")
	if e != nil {
		return nil, e
	}
	var all []User
	err := c.pages(ctx, r, func(raw json.RawMessage) {
		var b userBody
		if !readObject(raw, &b) {
			return
		}
		if u := b.user(); u.usable() {
			all = append(all, u)
		}
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ListMembers returns who is in a workspace, by the second version of the API. What
// it sends of a member's metadata is not read: that can hold secrets. A server
// without it and an unknown workspace are ErrNotFound.
func (c *Client) ListMembers(ctx context.Context, workspaceID string) ([]Member, error) {
	r, e := c.newRequest("list members", http.MethodGet, "api", "v2", "ext", "workspaces", workspaceID, "users")
	if e != nil {
		return nil, e
	}
	var all []Member
	err := c.pages(ctx, r, func(raw json.RawMessage) {
		var m struct{ ID, Status, Role string }
		if readObject(raw, &m) && m.ID != "" && len(m.ID) <= 128 {
			all = append(all, Member{UserID: m.ID, Status: cut(m.Status, 64), Role: cut(m.Role, 64)})
		}
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
