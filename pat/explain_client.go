package pat

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"patdesk/client"
)

// rowOfFailure names the row for everything but a plain error status.
func rowOfFailure(e *client.Error) string {
	switch e.Failure {
	case client.FailRedirect:
		return "R3"
	case client.FailHTML:
		return "R2h"
	case client.FailNotJSON:
		return "Rj"
	case client.FailTruncated:
		return "Rt"
	case client.FailTooLarge:
		return "Rb"
	case client.FailNoToken:
		return "Rf"
	case client.FailCertUnknown:
		return "T1"
	case client.FailCertExpired:
		return "T2"
	case client.FailCertNotYet:
		return "T3"
	case client.FailCertName:
		return "T4"
	case client.FailPlainHTTP:
		return "T5"
	case client.FailTLS:
		return "T6"
	case client.FailNameUnknown:
		return "N1"
	case client.FailNameTemporary:
		return "N2"
	case client.FailRefused:
		return "N3"
	case client.FailUnreachable:
		return "N4"
	case client.FailTimeout:
		return sentOr(e, "N5", "N4")
	case client.FailLost:
		return sentOr(e, "N6", "N4")
	case client.FailProxy:
		return "N7"
	case client.FailProxyAuth:
		return "N8"
	case client.FailMalformed:
		return "N9"
	case client.FailCanceled:
		return sentOr(e, "N5", "canceled")
	case client.FailInput:
		return "config"
	default:
		return "other"
	}
}

func sentOr(e *client.Error, sent, not string) string {
	if e.Sent {
		return sent
	}
	return not
}

// rowOfStatus names the row for an error status. ToolJet answers a wrong admin
// key, a missing licence and a disabled API all with 403, so its words decide
// (the texts are those of its guards).
func rowOfStatus(e *client.Error, stage Stage) string {
	switch s := e.Status; {
	case s == http.StatusBadRequest:
		if e.Body != client.BodyJSON {
			return "H400u"
		}
		return "H400"
	case s == http.StatusUnauthorized:
		if stage == StageVerify {
			return "V401"
		}
		return "H401"
	case s == http.StatusForbidden:
		return rowOf403(e, stage)
	case s == http.StatusNotFound:
		return rowOf404(e)
	case s == http.StatusMethodNotAllowed:
		return "H405"
	case s == http.StatusProxyAuthRequired:
		return "N8"
	case s == http.StatusConflict:
		return "H409"
	case s == http.StatusRequestEntityTooLarge:
		return "H413"
	case s == http.StatusUnprocessableEntity:
		return "H422"
	case s == http.StatusTooManyRequests:
		return "H429"
	case s == http.StatusUnavailableForLegalReasons:
		return "H451"
	case s == http.StatusNotImplemented:
		return "H404r"
	case s >= 500:
		return rowOf5xx(e, stage)
	default:
		return "H4xx"
	}
}

func rowOf403(e *client.Error, stage Stage) string {
	switch says := strings.Join(e.Messages, " "); {
	case stage == StageVerify:
		return "V403"
	case says == "Unauthorized":
		return "H403t"
	case strings.Contains(says, "External API is disabled"):
		return "H403d"
	case strings.Contains(says, "do not have access to this resource"):
		return "H403l"
	case says == "Forbidden resource":
		return "H403c"
	case strings.Contains(says, "Origin not allowed"):
		return "H403o"
	default:
		return "H403u"
	}
}

func rowOf404(e *client.Error) string {
	switch {
	case e.Body != client.BodyJSON:
		return "H404h"
	case strings.HasPrefix(strings.Join(e.Messages, " "), "Cannot "):
		return "H404r"
	default:
		return "H404u"
	}
}

func rowOf5xx(e *client.Error, stage Stage) string {
	says := strings.Join(e.Messages, " ")
	switch {
	case e.Status == http.StatusServiceUnavailable && e.HasRetryAfter && e.Body != client.BodyJSON:
		return "H503"
	case e.Body != client.BodyJSON:
		return "H5p"
	case stage == StageIssue && e.Status == http.StatusInternalServerError && strings.Contains(says, "undefined"):
		return "H500a"
	default:
		return "H5j"
	}
}

// fillIn puts the particulars of a case into the catalogue's words.
func fillIn(x Explanation, e *client.Error, at *StageError) Explanation {
	switch x.ID {
	case "H400", "H422":
		return fillRefused(x, e)
	case "H401":
		if e.Authenticate != "" {
			x.Cause += "; it asks for " + e.Authenticate
		}
	case "H403t":
		if at.KeySource != "" {
			x.Cause = fmt.Sprintf("ToolJet refused the admin key, not the user; the key came from %s. It must be the raw value of EXTERNAL_API_ACCESS_TOKEN, not base64", at.KeySource)
		}
	case "V403":
		x.Title = "The user may not open this app"
		if at.User != "" && at.App != "" {
			x.Cause = fmt.Sprintf("%s may not open %s: the token is fine, the permission is missing", at.User, at.App)
		}
	case "V401":
		return fillInvalid(x, e, at)
	case "H404u":
		x = fillNotFound(x, e, at)
	case "H429", "H503":
		if e.HasRetryAfter {
			x.Next = fmt.Sprintf("Wait %s, then try again", Span(e.RetryAfter.Round(time.Second)))
		}
	case "H4xx":
		x.Title = fmt.Sprintf("Refused by the server (status %d)", e.Status)
	default:
		return fillWire(x, e)
	}
	return x
}

// membershipTrouble are ToolJet's words, in a 401 of the exchange, for a token
// that is fine while its user's place in the app's workspace is not.
var membershipTrouble = []struct{ word, text string }{
	{"USER_ARCHIVED_IN_ORGANIZATION", "is archived in the app's workspace"},
	{"USER_INVITED_IN_ORGANIZATION", "has not accepted the invitation to the app's workspace"},
	{"USER_NOT_EXISTED", "is not a member of the app's workspace"},
}

// lacksMembership says what is wrong with the user's membership, or "".
func lacksMembership(e *client.Error) string {
	says := strings.Join(e.Messages, " ")
	for _, m := range membershipTrouble {
		if strings.Contains(says, m.word) {
			return m.text
		}
	}
	return ""
}

// fillInvalid tells an ended token from one whose user lost their workspace, and
// from one that should still work by our clock.
func fillInvalid(x Explanation, e *client.Error, at *StageError) Explanation {
	if trouble := lacksMembership(e); trouble != "" {
		return x.with("The user may not open this app", first(at.User, "the user")+" "+trouble+"; the token itself is fine", "Mend the membership in ToolJet; no new token is needed")
	}
	if at.Token != nil {
		if left := at.Token.Left(at.Clock.Now(time.Now())); left > 0 {
			x.Cause = fmt.Sprintf("by our clock it has %s left, so check the unit of patExpiry; else it is for another app, or the server never stored it", Span(left.Truncate(time.Second)))
		}
	}
	return x
}

// fillWire fills in what went wrong between here and the server.
func fillWire(x Explanation, e *client.Error) Explanation {
	switch x.ID {
	case "R3":
		if e.Target != "" {
			x.Cause = fmt.Sprintf("it points to %s; the admin key is never sent on to another address", e.Target)
		}
	case "T2":
		x.Cause = fmt.Sprintf("it ended %s, and this computer's clock says %s", stamp(e.NotAfter), stamp(time.Now()))
	case "T3":
		x.Cause = fmt.Sprintf("it begins %s, and this computer's clock says %s", stamp(e.NotBefore), stamp(time.Now()))
	case "T4":
		if len(e.Names) > 0 {
			x.Cause = "the address differs from the names in it: " + strings.Join(e.Names, ", ")
		}
	case "N1", "N2", "N3", "N4":
		if e.Host != "" {
			x.Cause = e.Host + ": " + x.Cause
		}
	case "N7", "N8":
		if e.Proxy != "" {
			x.Cause = fmt.Sprintf("%s: %s", e.Proxy, x.Cause)
		}
	case "config":
		if e.Err != nil {
			x.Cause = e.Err.Error()
		}
	}
	return x
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// fieldOf maps ToolJet's names of request fields to ours.
var fieldOf = map[string]Field{
	"email": FieldUser, "userId": FieldUser, "appId": FieldApp, "appSlug": FieldApp,
	"patExpiry": FieldLife, "sessionExpiry": FieldIdle,
}

var fieldName = regexp.MustCompile(`^[A-Za-z0-9_.]+`)

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

// foreignHost is the warning that an embed URL leads away from the profile's
// server.
func foreignHost(got, want string) string {
	return fmt.Sprintf("the embed URL points to %s, not to %s: TOOLJET_HOST on the server differs, or something rewrites; check before publishing", got, want)
}
