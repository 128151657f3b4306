package client

import (
	"context"
	"encoding/json"
	"net/http"

	"patdesk/secret"
)

// GetReleased asks, with a session, for the app that the session was opened for,
// as the viewer does, and reports whether it is released. No External API tells
// that. known is false where the answer does not say so, which an answer of
// another version does.
func (c *Client) GetReleased(ctx context.Context, s Session, appID string) (released, known bool) {
	r, e := c.newRequest("get app", http.MethodGet, "api", "apps", appID)
	if e != nil || s.SignedPAT.IsZero() {
		return false, false
	}
	r.auth = false
	r.header = map[string]string{"tj_auth_token": s.SignedPAT.Reveal(secret.ForRequest)}
	err := c.do(ctx, r, func(res *response) *failure {
		var in struct {
			Released json.RawMessage `json:"is_released"`
		}
		if f := res.decode(&in, maxBody); f != nil {
			return f
		}
		known = json.Unmarshal(in.Released, &released) == nil
		return nil
	})
	return released, known && err == nil
}
