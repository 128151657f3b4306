package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// SetRole changes a user's role in a workspace to admin, builder or end-user,
// once: by the v1 API, or by v2 where the server has no such address in v1
// (contract 4.1, 4.3). The server changes nothing if the user has that role
// already. It refuses an owner of apps who would become an end-user: the *Error
// then has Object set and the apps in Data. Status 451 may mean that the licence
// has no seat left.
func (c *Client) SetRole(ctx context.Context, workspaceID, userID, role string) error {
	const op = "set role"
	switch {
	case !slices.Contains(roles, role):
		return inputError(op, "the role is none of admin, builder and end-user")
	case !uuidForm.MatchString(workspaceID):
		return inputError(op, "the workspace id is not a UUID")
	case !uuidForm.MatchString(userID):
		return inputError(op, "the user id is not a UUID")
	}
	v1 := struct {
		NewRole string `json:"newRole"`
		UserID  string `json:"userId"`
	}{role, userID}
	err := c.change(ctx, op, http.MethodPut, v1, "api", "ext", "update-user-role", "workspace", workspaceID)
	if e, ok := errors.AsType[*Error](err); !ok || !e.noRoute() {
		return err
	}
	v2 := struct {
		Role string `json:"role"`
	}{role}
	return c.change(ctx, op, http.MethodPatch, v2, "api", "v2", "ext", "workspaces", workspaceID, "users", userID)
}

// change sends a request that changes something, once, and reads nothing of the
// answer but its status.
func (c *Client) change(ctx context.Context, op, method string, body any, elems ...string) error {
	r, e := c.newRequest(op, method, elems...)
	if e != nil {
		return e
	}
	var err error
	if r.body, err = json.Marshal(body); err != nil {
		return inputError(op, "the request cannot be written as JSON")
	}
	r.once = true
	return c.do(ctx, r, (*response).done)
}

// noRoute reports whether the server has no such address, so that nothing was
// done: ToolJet says "Cannot PUT /api/…" then.
func (e *Error) noRoute() bool {
	return e.Status == http.StatusNotFound && e.By == ByToolJet && len(e.Messages) > 0 && strings.HasPrefix(e.Messages[0], "Cannot "+e.Method)
}
