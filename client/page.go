package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"patdesk/secret"
)

// Page is what the headers of a web page say about frames and cookies.
type Page struct {
	Policies     []string // every Content-Security-Policy header, as sent
	MetaPolicies []string // the same in meta elements of the page, which know no frame-ancestors
	FrameOptions []string // every X-Frame-Options header, as sent
	Embedder     string   // Cross-Origin-Embedder-Policy, as sent
	Resource     string   // Cross-Origin-Resource-Policy, as sent
	Cookies      []Cookie
}

// Cookie is what a page says of a cookie; its value is not kept.
type Cookie struct {
	Name     string
	SameSite string // Strict, Lax, None, or empty: browsers take Lax
	Secure   bool
	Parts    bool // Partitioned: one jar for each site that frames it
}

// GetEmbedPage asks for the page that portals load, and reads its headers alone.
// It needs no admin key, sends none, and sends no token.
func (c *Client) GetEmbedPage(ctx context.Context, appID string) (Page, error) {
	r, e := c.newRequest("get embed page", http.MethodGet, "embed-apps", appID)
	if e != nil {
		return Page{}, e
	}
	return c.getPage(ctx, r)
}

// GetPortalPage reads the headers of a page of any site, and what its meta
// elements say of frames. It sends no admin key and no cookie, follows no
// redirect, and may be plain http. The error is an *Error, with FailInput for an
// address that is none.
func (c *Client) GetPortalPage(ctx context.Context, page string) (Page, error) {
	const op = "get page"
	u, err := url.Parse(strings.TrimSpace(page))
	if err == nil && u.User != nil {
		return Page{}, inputError(op, "the address of the page must hold no name and no password")
	}
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return Page{}, inputError(op, "the address of the page must begin with https:// or http://")
	}
	u.Fragment, u.RawFragment = "", ""
	other, err := c.beside(u)
	if err != nil {
		return Page{}, err
	}
	defer other.Close()
	r, e := other.newRequest(op, http.MethodGet)
	if e != nil {
		return Page{}, e
	}
	r.url = u
	return other.getPage(ctx, r)
}

// beside is a client without a key for the origin of another address, with the
// certificates, proxies and limits of this one.
func (c *Client) beside(u *url.URL) (*Client, error) {
	o := c.options
	o.allowHTTP = true
	return newClient(u.Scheme+"://"+u.Host, secret.Text{}, o)
}

func (c *Client) getPage(ctx context.Context, r request) (Page, error) {
	r.auth = false
	r.header = map[string]string{"Accept": "text/html"}
	var page Page
	err := c.do(ctx, r, func(a *response) *failure {
		page = c.readPage(a.resp.Header)
		b, _ := io.ReadAll(io.LimitReader(a.resp.Body, maxBody)) // what can be read of it: a page is a hint
		for _, p := range metaPolicies(b) {
			page.MetaPolicies = append(page.MetaPolicies, c.clean(cut(p, maxString)))
		}
		return nil
	})
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

func (c *Client) readPage(h http.Header) Page {
	all := func(name string) (values []string) {
		for _, v := range h.Values(name) {
			values = append(values, c.clean(cut(v, maxString)))
		}
		return values
	}
	page := Page{
		Policies: all("Content-Security-Policy"), FrameOptions: all("X-Frame-Options"),
		Embedder: c.clean(cut(h.Get("Cross-Origin-Embedder-Policy"), 300)), Resource: c.clean(cut(h.Get("Cross-Origin-Resource-Policy"), 300)),
	}
	for _, line := range h.Values("Set-Cookie") {
		parsed, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		page.Cookies = append(page.Cookies, Cookie{
			Name: c.clean(cut(parsed.Name, 100)), SameSite: sameSite(parsed.SameSite), Secure: parsed.Secure, Parts: parsed.Partitioned,
		})
	}
	return page
}

func sameSite(s http.SameSite) string {
	switch s {
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteNoneMode:
		return "None"
	default:
		return ""
	}
}

// metaPolicies are the policies in meta elements of the head of a page.
func metaPolicies(page []byte) []string {
	var found []string
	inert := 0 // templates around, whose elements do nothing
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return found
		}
		t := z.Token()
		switch {
		case t.DataAtom == atom.Body:
			return found // it counts in the head alone (CSP 3, 3.3)
		case t.DataAtom == atom.Template && kind == html.StartTagToken:
			inert++
		case t.DataAtom == atom.Template && kind == html.EndTagToken:
			inert = max(inert-1, 0)
		case inert > 0:
			continue
		case t.DataAtom != atom.Meta || kind != html.StartTagToken && kind != html.SelfClosingTagToken:
			continue
		}
		attributes := map[string]string{}
		for _, a := range t.Attr {
			attributes[a.Key] = a.Val
		}
		if strings.EqualFold(attributes["http-equiv"], "Content-Security-Policy") {
			found = append(found, attributes["content"])
		}
	}
}
