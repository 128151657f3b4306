package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"patdesk/pattern"
)

// The sentences of ToolJet's guards, word for word.
const (
	msgUnlicensed   = "Oops! Your current plan doesn't have access to this feature. Please upgrade your plan now to use this."
	msgDisabled     = "External API is disabled"
	msgUnauthorized = "Unauthorized"
	msgCommunity    = "Forbidden resource"
	msgNoApp        = "Cannot read properties of undefined (reading 'id')"
	msgBadApp       = "Invalid appId or appSlug"
	msgNoUserKey    = "Either userId or email must be provided"
	msgNoUser       = "User not found"
	msgNoWorkspace  = "Workspace not found"
	msgNoSeat       = "You have reached your limit for number of builders."
)

// answer is a response before it is written. Exactly one of value, refusal
// and html is meant; all empty is an empty body.
type answer struct {
	status  int
	value   any
	refusal *refusal
	html    string
	header  http.Header
}

// refusal is what ToolJet's global exception filter renders. The message is a
// string, an array of strings or an object.
type refusal struct {
	StatusCode int    `json:"statusCode"`
	Timestamp  string `json:"timestamp"`
	Path       string `json:"path"`
	Message    any    `json:"message"`
	Code       string `json:"code,omitempty"`
}

// titled is the object form of a refusal's message.
type titled struct {
	Title string   `json:"title"`
	Error string   `json:"error"`
	Data  []string `json:"data"`
}

func ok(v any) answer      { return answer{status: http.StatusOK, value: v} }
func created(v any) answer { return answer{status: http.StatusCreated, value: v} }

// refuse builds an error answer; time and path are filled in by render.
func refuse(status int, message any) answer {
	return answer{status: status, refusal: &refusal{StatusCode: status, Message: message}}
}

// refuseUUID is PostgreSQL's complaint about a malformed identifier, which v1
// passes on because it does not validate identifiers itself.
func refuseUUID(id string) answer {
	a := refuse(http.StatusUnprocessableEntity, fmt.Sprintf("invalid input syntax for type uuid: %q", id))
	a.refusal.Code = "22P02"
	return a
}

// cannot is the framework's answer to a route that does not exist.
func cannot(c *call) answer {
	return refuse(http.StatusNotFound, "Cannot "+c.method+" "+c.path)
}

// stamp writes a time as JavaScript's toISOString does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// encode is JSON.stringify: HTML characters stay as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// Only own types without channels, functions and cycles come here.
		return fmt.Appendf(nil, `{"statusCode":500,"message":%q}`, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// fields checks the members of a request body the way class-validator does:
// it knows what it was asked about and ignores everything else.
type fields struct {
	members  map[string]any
	problems []string
}

// read decodes a body. ToolJet's parser looks at the content type first, so a
// body of another type counts as an empty object.
func (c *call) read() (*fields, answer, bool) {
	f := &fields{members: map[string]any{}}
	if len(c.body) == 0 || !strings.Contains(c.header.Get("Content-Type"), "json") {
		return f, answer{}, true
	}
	var v any
	if err := json.Unmarshal(c.body, &v); err != nil {
		return nil, refuse(http.StatusBadRequest, "Unexpected token in JSON: "+err.Error()), false
	}
	if m, isObject := v.(map[string]any); isObject {
		f.members = m
	}
	return f, answer{}, true
}

func (f *fields) complain(format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

// text returns an optional string member that passes the check.
func (f *fields) text(name, rule string, valid func(string) bool) string {
	v, present := f.members[name]
	if !present || v == nil {
		return ""
	}
	s, isText := v.(string)
	if !isText || !valid(s) {
		f.complain("%s must be %s", name, rule)
	}
	return s
}

func (f *fields) email(name string) string { return f.text(name, "an email", isEmail) }
func (f *fields) uuid(name string) string  { return f.text(name, "a UUID", isUUID) }

func (f *fields) words(name string) string {
	return f.text(name, "a string", func(string) bool { return true })
}

// required complains about a missing or empty member with the given rule.
func (f *fields) required(name, rule string) {
	if v, present := f.members[name]; !present || v == nil {
		f.complain("%s must be %s", name, rule)
	}
}

// oneOf returns an optional member that must be one of the given values.
func (f *fields) oneOf(name string, values ...string) string {
	return f.text(name, "one of the following values: "+strings.Join(values, ", "),
		func(s string) bool { return slices.Contains(values, s) })
}

// positive returns an optional whole number of at least 1; 0 means absent.
func (f *fields) positive(name string) float64 {
	v, present := f.members[name]
	if !present || v == nil {
		return 0
	}
	n, isNumber := v.(float64)
	if !isNumber || n < 1 {
		f.complain("%s must not be less than 1", name)
	}
	if !isNumber || n != math.Trunc(n) {
		f.complain("%s must be an integer number", name)
	}
	return n
}

// refused returns the 400 for everything complained about, if anything was.
func (f *fields) refused() (answer, bool) {
	if len(f.problems) == 0 {
		return answer{}, false
	}
	return refuse(http.StatusBadRequest, f.problems), true
}

var uuidPattern = pattern.New(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func isUUID(s string) bool { return uuidPattern.MatchString(s) }

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(domain, ".")
}
