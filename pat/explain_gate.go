package pat

import (
	"fmt"
	"net/http"
	"strings"

	"patdesk/client"
)

// rowOfGate names the row for an answer under ToolJet's API that is not
// ToolJet's, or "" if ToolJet's words decide: a gate, proxy, firewall or sign-on
// page says nothing about users and licences.
func rowOfGate(e *client.Error, stage Stage) ID {
	switch s := e.Status; {
	case s == http.StatusNetworkAuthenticationRequired:
		return IDNetworkSignIn
	case stage == StageIssue && s < http.StatusInternalServerError && e.MaybeExecuted():
		return IDGateAnswered
	case e.By != client.ByGate:
		return rowOfForeign(e)
	case strings.Contains(strings.ToLower(e.Page), "ssl certificate"): // as nginx says it, in HTTP
		return IDClientCert
	case s == http.StatusNotImplemented: // of a proxy that does not know the method: no word about ToolJet's edition
		return IDGateRefused
	case s == http.StatusUnauthorized, s == http.StatusRequestEntityTooLarge, s == http.StatusTooManyRequests,
		s >= http.StatusInternalServerError:
		return ""
	case s == http.StatusBadRequest:
		return IDUnreadRequest
	case s == http.StatusNotFound && !firewall(e.Gate):
		return IDNothingAnswers
	}
	return IDGateRefused
}

// rowOfForeign names the row for JSON that is not ToolJet's, as API gateways answer
// with, where its status alone would blame a field, a plan or the data; else "".
func rowOfForeign(e *client.Error) ID {
	switch s := e.Status; {
	case !foreignJSON(e):
		return ""
	case s == http.StatusBadRequest:
		return IDUnreadRequest
	case s == http.StatusUnavailableForLegalReasons, s == http.StatusUnprocessableEntity:
		return IDGateRefused
	}
	return ""
}

// saidBy is what the server says, in one line.
func saidBy(e *client.Error) string { return strings.Join(e.Messages, " ") }

// foreignJSON reports whether an error is not ToolJet's and speaks of nothing that a
// request to ToolJet has: a gateway's, then, or that of another program.
func foreignJSON(e *client.Error) bool {
	if e.By == client.ByToolJet {
		return false
	}
	says := strings.ToLower(saidBy(e))
	for _, ours := range []string{"user", "email", "e-mail", "app", "expiry", "uuid"} {
		if strings.Contains(says, ours) {
			return false
		}
	}
	return true
}

// firewall reports whether a gate is one that stands in front of servers, and
// not a web server that may itself be what was asked.
func firewall(gate string) bool {
	gate = strings.ToLower(gate)
	for _, name := range []string{"cloudflare", "imperva", "sucuri", "akamai", "cloudfront", "azure", "awselb", "squid", "big-ip", "bigip", "barracuda", "fortiweb", "zscaler"} {
		if strings.Contains(gate, name) {
			return true
		}
	}
	return false
}

// fillGate says what answered in ToolJet's place, as far as it can be read.
func fillGate(x Explanation, e *client.Error) Explanation {
	if x.ID == IDGateRefused {
		x.Title = fmt.Sprintf("%s (%d)", x.Title, e.Status)
	}
	if x.ID == IDGatewayError && !passedOn(e.Status) {
		x.Cause = "something in front of ToolJet failed, perhaps after it had passed the request on"
	}
	if x.ID == IDGateSignIn && e.By != client.ByToolJet { // the key was not even looked at
		x.Exit = ExitEdition
	}
	if e.By == client.ByUnknown {
		return x.with("", map[ID]string{
			IDGateRefused:    "a firewall, proxy or gateway answered with JSON that is not ToolJet's",
			IDNothingAnswers: "a gateway or another program answered with JSON that is not ToolJet's",
			IDUnreadRequest:  "a gateway or another program answered with JSON that is not ToolJet's",
		}[x.ID], "")
	}
	if e.By != client.ByGate {
		return x
	}
	who := e.Gate
	switch {
	case who != "" && e.Page != "":
		who = fmt.Sprintf("%s answered with the page %q", who, e.Page)
	case e.Page != "":
		who = fmt.Sprintf("the page %q came back", e.Page)
	case who != "":
		who += " answered"
	}
	if who != "" {
		x.Cause = who + ": " + x.Cause
	}
	if x.ID == IDTooLarge {
		x.Exit = ExitEdition
	}
	return x
}

// passedOn reports whether a status says that a gateway waited for the server behind
// it: 502 and 504 (RFC 9110, 15.6.3 and 15.6.5), and Cloudflare's 520 to 527.
func passedOn(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusGatewayTimeout || status >= 520 && status <= 527
}

// verdictOf is what a failed exchange says about the token, "" for nothing. Only
// ToolJet's own words about token and user are a verdict.
func verdictOf(e *client.Error) Verdict {
	if e.Failure != client.FailStatus || e.By != client.ByToolJet {
		return ""
	}
	switch rowOfStatus(e, StageVerify) {
	case IDTokenInvalid:
		if lacksMembership(e) == "" {
			return Refused
		}
		return NoAccess
	case IDNoAppAccess:
		return NoAccess
	default: // the other rows say nothing about the token
	}
	return ""
}

// forStage adds what a failure means for what was being done. After a check
// without a verdict nothing is known about the token; a change of a role that was
// sent may have happened.
func forStage(x Explanation, e *client.Error, stage Stage) Explanation {
	switch {
	case stage == StageVerify && x.ID == IDRefusedWords: // contract 2.6: embedding pages send no admin key either
		x = x.with("", "this server asks for its admin key where embedding pages send none, so embeds do not open there; nothing is known about the token",
			"Ask whoever runs the server to update it, or to let /api/ext/users/session through")
	case stage == StageVerify && x.ID != IDTokenInvalid && x.ID != IDNoAppAccess:
		x.Cause += "; nothing is known about the token"
	case stage == StageRole && e.Method != http.MethodGet && e.MaybeExecuted():
		return roleLost(x)
	}
	return x
}
