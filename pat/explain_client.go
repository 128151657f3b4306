package pat

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"time"

	"patdesk/client"
	"patdesk/pattern"
)

// rowOfFailure names the row for everything but a plain error status.
func rowOfFailure(e *client.Error) ID {
	switch e.Failure {
	case client.FailRedirect:
		return IDRedirected
	case client.FailHTML:
		return IDWebPage
	case client.FailNotJSON:
		return IDAnswerUnread
	case client.FailTruncated:
		return IDAnswerCut
	case client.FailTooLarge:
		return IDAnswerHuge
	case client.FailNoToken:
		return IDAnswerNoToken
	case client.FailCertUnknown:
		return IDCertUntrusted
	case client.FailCertExpired:
		return IDCertExpired
	case client.FailCertNotYet:
		return IDCertNotYet
	case client.FailCertName:
		return IDCertName
	case client.FailPlainHTTP:
		return IDPlainHTTP
	case client.FailClientCert:
		return IDClientCert
	case client.FailTLS:
		return IDNoTLS
	case client.FailNameUnknown:
		return IDNameUnknown
	case client.FailNameTemporary:
		return IDNameService
	case client.FailRefused:
		return IDNobodyListens
	case client.FailUnreachable:
		return IDNoConnection
	case client.FailTimeout:
		return sentOr(e, IDNoAnswer, IDNoConnection)
	case client.FailLost:
		return sentOr(e, IDConnectionLost, IDNoConnection)
	case client.FailProxy:
		if e.Status != 0 {
			return IDProxyRefused
		}
		return IDProxyUnreachable
	case client.FailProxySetting:
		return IDProxyVariable
	case client.FailProxyAuth:
		return IDProxyLogIn
	case client.FailMalformed:
		return IDNotHTTP
	case client.FailCanceled:
		if e.Method == http.MethodGet { // there is nothing to look for
			return IDCanceled
		}
		return sentOr(e, IDNoAnswer, IDCanceled)
	case client.FailInput:
		return IDBadConfig
	default:
		return IDOther
	}
}

func sentOr(e *client.Error, sent, not ID) ID {
	if e.Sent {
		return sent
	}
	return not
}

// rowOfStatus names the row for an error status. ToolJet answers a wrong admin
// key, a missing licence and a disabled API all with 403, so its words decide
// (the texts are those of its guards).
func rowOfStatus(e *client.Error, stage Stage) ID {
	if id := rowOfGate(e, stage); id != "" {
		return id
	}
	if id := rowOfRole(e, stage); id != "" {
		return id
	}
	switch s := e.Status; {
	case s == http.StatusBadRequest:
		if stage == StageVerify && workspaceArchived(e) {
			return IDNoAppAccess
		}
		return IDRefusedFields
	case s == http.StatusUnauthorized:
		if stage == StageVerify && e.By == client.ByToolJet {
			return IDTokenInvalid
		}
		return IDGateSignIn
	case s == http.StatusForbidden:
		return rowOf403(e, stage)
	case s == http.StatusNotFound:
		return rowOf404(e)
	case s == http.StatusMethodNotAllowed:
		return IDWrongAPI
	case s == http.StatusConflict:
		return IDConflict
	case s == http.StatusRequestEntityTooLarge:
		return IDTooLarge
	case s == http.StatusUnprocessableEntity:
		return IDRefusedData
	case s == http.StatusTooManyRequests:
		return IDSlowDown
	case s == http.StatusUnavailableForLegalReasons:
		return IDPlanLacks
	case s == http.StatusNotImplemented:
		return IDNoTokenAPI
	case s >= 500:
		return rowOf5xx(e, stage)
	default:
		return IDRefusedOther
	}
}

// rowOf403 goes by ToolJet's words. Those of its guards are about the server and
// say nothing of a token; any other 403 of the exchange is about the user.
func rowOf403(e *client.Error, stage Stage) ID {
	switch says := saidBy(e); {
	case says == "Unauthorized":
		if stage == StageVerify { // it carries no admin key: the server guards what embedding pages ask
			return IDRefusedWords
		}
		return IDKeyRefused
	case strings.Contains(says, "External API is disabled"):
		return IDAPIDisabled
	case strings.Contains(says, "do not have access to this resource"):
		return IDNoLicence
	case says == "Forbidden resource":
		return IDCommunity
	case strings.Contains(says, "Origin not allowed"):
		return IDOriginRefused
	case e.By != client.ByToolJet:
		return IDGateRefused
	case stage == StageVerify:
		return IDNoAppAccess
	default:
		return IDRefusedWords
	}
}

func rowOf404(e *client.Error) ID {
	switch {
	case strings.HasPrefix(saidBy(e), "Cannot "):
		return IDNoTokenAPI
	case foreignJSON(e):
		return IDNothingAnswers
	default:
		return IDNotFoundThere
	}
}

func rowOf5xx(e *client.Error, stage Stage) ID {
	switch {
	case e.Status == http.StatusServiceUnavailable && e.HasRetryAfter && e.Torn:
		return IDNotTakenIn
	case e.Status == http.StatusServiceUnavailable && e.HasRetryAfter && e.By != client.ByToolJet:
		return IDServerBusy
	case e.By != client.ByToolJet:
		return IDGatewayError
	case stage == StageIssue && e.Status == http.StatusInternalServerError && strings.Contains(saidBy(e), "undefined"):
		return IDAppLost
	default:
		return IDServerError
	}
}

// fillIn puts the particulars of a case into the catalogue's words.
func fillIn(x Explanation, e *client.Error, at *StageError) Explanation {
	switch x.ID {
	case IDRefusedFields, IDRefusedData:
		return fillRefused(x, e)
	case IDGateSignIn:
		if e.Authenticate != "" {
			x.Cause += "; it asks for " + e.Authenticate
		}
		return fillGate(x, e)
	case IDKeyRefused:
		if at.KeySource != "" {
			x.Cause = fmt.Sprintf("ToolJet refused the admin key, not the user; the key came from %s. It must be the raw value of EXTERNAL_API_ACCESS_TOKEN, not base64", at.KeySource)
		}
	case IDGateRefused, IDGateAnswered, IDGatewayError, IDTooLarge, IDNothingAnswers, IDUnreadRequest, IDWebPage:
		return fillGate(x, e)
	case IDNoAppAccess, IDTokenInvalid:
		return fillNoEntry(x, e, at)
	case IDAppsOwned:
		return fillOwned(x, e, at)
	case IDNotFoundThere:
		x = fillNotFound(x, e, at)
	case IDSlowDown, IDServerBusy, IDNotTakenIn:
		if e.HasRetryAfter && x.Retry == RetryAuto {
			x = x.with("", "", fmt.Sprintf("Wait %s, then try again", Span(e.RetryAfter.Round(time.Second))))
		}
	case IDRefusedOther:
		x.Title = fmt.Sprintf("Refused by the server (status %d)", e.Status)
	default:
		return fillWire(x, e)
	}
	return x
}

// fillWire fills in what went wrong between here and the server.
func fillWire(x Explanation, e *client.Error) Explanation {
	switch x.ID {
	case IDRedirected:
		switch e.Target {
		case "":
			x = x.with("", "", "Check the base URL")
		case e.Host:
			x = x.with("", "it points to another page of the same address: a sign-on page stands before ToolJet, or the base path (SUB_PATH) is wrong",
				"Ask for an exception for /api/ext, or correct the base path in the base URL")
		default:
			x.Cause = fmt.Sprintf("it points to %s; the admin key is never sent on to another address", e.Target)
		}
	case IDCertExpired:
		x.Cause = fmt.Sprintf("it ended %s, and this computer's clock says %s", stamp(e.NotAfter), stamp(time.Now()))
	case IDCertNotYet:
		x.Cause = fmt.Sprintf("it begins %s, and this computer's clock says %s", stamp(e.NotBefore), stamp(time.Now()))
	case IDCertName:
		if x.Cause = "the address differs from the names in it: " + strings.Join(e.Names, ", "); len(e.Names) == 0 {
			x = x.with("", "it has no names in it that count: a common name alone is none (RFC 9525, 2)", "Ask for a certificate with the address as its subject alternative name")
		}
	case IDNameUnknown, IDNameService, IDNobodyListens, IDNoConnection:
		if e.Failure == client.FailUnreachable || e.Failure == client.FailLost {
			x = x.with("No connection", unreached(e), "")
		}
		if e.Host != "" {
			x.Cause = e.Host + ": " + x.Cause
		}
		if e.UnreadProxy != "" {
			x.Cause += "; " + unreadProxy(e.UnreadProxy)
			x = x.with("", "", "If a proxy leads there, put it into "+proxyVariable(e))
		}
	case IDProxyVariable:
		x.Cause = e.Err.Error()
	case IDProxyUnreachable, IDProxyRefused, IDProxyLogIn:
		if x.ID == IDProxyRefused {
			x.Title = fmt.Sprintf("The proxy refused this address (%d)", e.Status)
		}
		switch {
		case e.Proxy != "" && x.ID == IDProxyLogIn:
			x = x.with("", fmt.Sprintf("%s: %s", e.Proxy, x.Cause), "Put them into "+proxyVariable(e))
		case e.Proxy != "":
			x.Cause = fmt.Sprintf("%s: %s", e.Proxy, x.Cause)
		case x.ID == IDProxyLogIn && e.Sent:
			x = x.with("", "something on the way to ToolJet asks for it, which is no proxy of your settings",
				"Put it with your name and password there into "+proxyVariable(e)+", or ask whoever runs it to let /api/ext through")
		}
	case IDBadConfig:
		if e.Err != nil {
			x.Cause = e.Err.Error()
		}
	default: // the catalogue's words are all there is to say
	}
	return x
}

// unreadProxy says that a proxy variable is set that means nothing here.
func unreadProxy(name string) string {
	return name + " is set, but not read: the server is reached directly"
}

// proxyVariable is the variable that says which proxy leads to the server.
func proxyVariable(e *client.Error) string {
	if strings.HasPrefix(e.Host, "http:") {
		return "HTTP_PROXY"
	}
	return "HTTPS_PROXY"
}

// unreached says why there is no connection where no time limit ended the attempt.
func unreached(e *client.Error) string {
	if no, ok := errors.AsType[syscall.Errno](e.Err); ok && no != syscall.ECONNRESET && no != syscall.EPIPE {
		return no.Error() + "; the network, a firewall or the VPN"
	}
	return "closed before anything was sent, by the server or by something in front of it"
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// fieldOf maps ToolJet's names of request fields to ours.
var fieldOf = map[string]Field{
	"email": FieldUser, "userId": FieldUser, "appId": FieldApp, "appSlug": FieldApp,
	"patExpiry": FieldLife, "sessionExpiry": FieldIdle,
}

var fieldName = pattern.New(`^[A-Za-z0-9_.]+`)

// fillRefused turns validation sentences ("patExpiry must not be less than 1")
// into one line for each of our fields.
func fillRefused(x Explanation, e *client.Error) Explanation {
	x.Fields = map[Field]string{}
	for _, m := range e.Messages {
		name := fieldName.FindString(m)
		if f, ok := fieldOf[name]; ok {
			reason := strings.TrimSpace(strings.TrimPrefix(m, name))
			x.Details = append(x.Details, fmt.Sprintf("%s: %s", f, reason))
			x.Fields[f] = reason
			continue
		}
		switch {
		case strings.Contains(m, "userId or email"):
			x.Fields[FieldUser] = m
		case strings.Contains(m, "appId or appSlug"):
			x.Fields[FieldApp] = "no such app here; the slug may have been renamed"
		}
		x.Details = append(x.Details, m)
	}
	if len(x.Details) > 0 {
		x.Cause = strings.Join(x.Details, "; ")
	}
	return x
}

// fillNotFound tells a missing user from a missing app by ToolJet's words.
func fillNotFound(x Explanation, e *client.Error, at *StageError) Explanation {
	if !strings.Contains(strings.ToLower(strings.Join(e.Messages, " ")), "user") {
		return x
	}
	x.Fields = map[Field]string{FieldUser: "no such user on this server"}
	if at.User != "" {
		x.Cause = fmt.Sprintf("no ToolJet user %s in this instance (or archived)", at.User)
	}
	return x
}
