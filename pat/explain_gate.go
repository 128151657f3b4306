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
		return ""
	case strings.Contains(strings.ToLower(e.Page), "ssl certificate"): // as nginx says it, in HTTP
		return IDClientCert
	case s == http.StatusUnauthorized, s == http.StatusProxyAuthRequired, s == http.StatusRequestEntityTooLarge, s == http.StatusTooManyRequests,
		s >= http.StatusInternalServerError:
		return ""
	case s == http.StatusBadRequest:
		return IDUnreadRequest
	case s == http.StatusNotFound && !firewall(e.Gate):
		return IDNothingAnswers
	}
	return IDGateRefused
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
	if e.By != client.ByGate {
		return x.with("", map[ID]string{IDGateRefused: "a firewall, proxy or gateway answered with JSON that is not ToolJet's"}[x.ID], "")
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
	case stage == StageVerify && x.ID != IDTokenInvalid && x.ID != IDNoAppAccess:
		x.Cause += "; nothing is known about the token"
	case stage == StageRole && e.Method != http.MethodGet && e.MaybeExecuted():
		return roleLost(x)
	}
	return x
}
