package client

import (
	"context"
	"net/http"
)

// EmbedPage is what the headers of an app's embed page say about frames.
type EmbedPage struct {
	Policies     []string // every Content-Security-Policy header, as sent
	FrameOptions string   // X-Frame-Options, as sent
}

// GetEmbedPage asks for the page that portals load, and reads its headers alone.
// It needs no admin key, sends none, and sends no token.
func (c *Client) GetEmbedPage(ctx context.Context, appID string) (EmbedPage, error) {
	r, e := c.newRequest("get embed page", http.MethodGet, "embed-apps", appID)
	if e != nil {
		return EmbedPage{}, e
	}
	r.auth = false
	r.header = map[string]string{"Accept": "text/html"}
	var page EmbedPage
	err := c.do(ctx, r, func(a *response) *failure {
		h := a.resp.Header
		page = EmbedPage{FrameOptions: c.clean(cut(h.Get("X-Frame-Options"), 300))}
		for _, p := range h.Values("Content-Security-Policy") {
			page.Policies = append(page.Policies, c.clean(cut(p, maxString)))
		}
		return nil
	})
	if err != nil {
		return EmbedPage{}, err
	}
	return page, nil
}
