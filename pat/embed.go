package pat

import (
	"fmt"
	"strings"

	"patdesk/address"
	"patdesk/client"
	"patdesk/secret"
)

// URLFaults are what a person must know about the embed URL of a token before publishing
// it, each by itself: what is odd about the one that the server sent, or why it is not used.
func URLFaults(t Token) []string {
	faults := strings.FieldsFunc(t.URLWarning, func(r rune) bool { return r == '\n' })
	return append(faults, nonEmpty(MissingURL(t))...)
}

// urlWarning is what is odd about the embed URL of an answer, a line for each fault, or
// "". It is kept with the row.
func urlWarning(g client.TokenGrant, host string) string {
	all := g.URLProblems
	if g.ForeignHost != "" {
		all = append(all[:len(all):len(all)], fmt.Sprintf(
			"the embed URL points to %s, not to %s: TOOLJET_HOST on the server differs, or something rewrites; check before publishing, or take the format corrected", g.ForeignHost, host))
	}
	return strings.Join(all, "\n")
}

// MissingURL says that the server sent no embed URL that can be used, and what was
// done about it; "" if it sent one.
func MissingURL(t Token) string {
	switch {
	case t.URLMissing == "":
		return ""
	case t.AppID == "":
		return t.URLMissing + "; it can be made once the app's id is known"
	}
	return t.URLMissing + "; it was made from the base URL"
}

// builtURL is the embed URL of a token for which the server sent none. It is zero
// until the app's id is known.
func (i *Issuer) builtURL(t Token, token secret.Text) secret.Text {
	if t.AppID == "" || token.IsZero() {
		return secret.Text{}
	}
	base := t.Host // without the path, so one of the same server is better
	for _, known := range i.bases() {
		if address.Origin(known) == address.Origin(t.Host) {
			base = known
			break
		}
	}
	return client.EmbedURL(base, t.AppID, token)
}

func (i *Issuer) bases() []string {
	if i.Client != nil {
		return []string{i.Client.BaseURL(), i.Settings.Server}
	}
	return []string{i.Settings.Server}
}
