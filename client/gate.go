package client

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"strconv"
	"strings"

	"patdesk/pattern"
)

// answered says who gave an answer and, if it was not ToolJet, what can be read
// about it in its headers and in the title of its page.
func (c *Client) answered(e *Error, body []byte, h http.Header, kind Body) {
	e.Body = kind
	switch {
	case kind == BodyJSON && ownJSON(body, e.Status):
		e.By = ByToolJet
		return
	case kind == BodyJSON:
		e.By = ByUnknown
		return
	}
	e.By = ByGate
	e.Gate = c.clean(gateName(h))
	if kind == BodyHTML {
		e.Page = c.clean(pageTitle(body))
	}
}

// ownJSON reports whether an error's body is ToolJet's: its filter writes the
// status into every one (contract, 5.1), gateways that speak JSON do not.
func ownJSON(body []byte, status int) bool {
	var in struct {
		StatusCode json.RawMessage `json:"statusCode"`
	}
	return readObject(trim(body), &in) && string(in.StatusCode) == strconv.Itoa(status)
}

// gates are headers that only one product sends.
var gates = []struct{ header, name string }{
	{"CF-RAY", "Cloudflare"},
	{"X-Iinfo", "Imperva"},
	{"X-Sucuri-ID", "Sucuri"},
	{"X-Akamai-Request-Id", "Akamai"},
	{"X-Amz-Cf-Id", "CloudFront"},
	{"X-Azure-Ref", "Azure Front Door"},
	{"X-Squid-Error", "Squid"},
}

// gateName is the product that answered, as its headers tell it; "" if they do
// not.
func gateName(h http.Header) string {
	for _, g := range gates {
		if h.Get(g.header) != "" {
			return g.name
		}
	}
	return cut(strings.TrimSpace(h.Get("Server")), 60)
}

var titleForm = pattern.New(`(?is)<title[^>]*>(.{1,400}?)</title`)

// pageTitle is the title of a web page in one line, at most 120 bytes.
func pageTitle(body []byte) string {
	m := titleForm.FindSubmatch(body[:min(len(body), 16<<10)])
	if m == nil {
		return ""
	}
	return cut(html.UnescapeString(string(bytes.Join(bytes.Fields(m[1]), []byte(" ")))), 120)
}
