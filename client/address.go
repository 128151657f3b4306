package client

import (
	"net/url"

	"patdesk/secret"
)

// Origin is the scheme, host and port of an address, with the port always
// written and all in lower case, for comparing; "" if it is none.
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return origin(u)
}

// EmbedURL builds the embed URL of a token from the base address of the server
// and the app's id, as ToolJet does (its path holds the id, never the slug).
func (c *Client) EmbedURL(appID string, token secret.Text) secret.Text {
	u, err := join(c.base, "embed-apps", appID)
	if err != nil {
		return secret.Text{}
	}
	u.RawQuery = url.Values{"personal-access-token": {token.Reveal(secret.ForRequest)}}.Encode()
	return secret.New(u.String())
}
