package pat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"patdesk/history"
	"patdesk/span"
)

// The faces of the program, as events name them.
const (
	ViaConsole = "console"
	ViaCommand = "command"
)

// What the history remembers of what was done.
type (
	// Event is one fact about a token, or about who came to a desk.
	Event = history.Event
	// EventFilter selects events.
	EventFilter = history.EventFilter
	// StatusRange is a range of HTTP statuses.
	StatusRange = history.StatusRange
	// EventPage is a run of events, the newest first.
	EventPage = history.EventPage
)

// EventView is an event as the command line prints it in JSON. Its names are
// fixed: scripts rely on them. The time is this computer's, in UTC.
type EventView struct {
	ID     int64          `json:"id"`
	At     time.Time      `json:"at"`
	Actor  string         `json:"actor"`
	Via    string         `json:"via"`
	Role   string         `json:"role"` // of the team, "" for who works alone
	Action history.Action `json:"action"`
	Token  int64          `json:"token"` // 0 = it is about none, and user and app are empty
	User   string         `json:"user"`
	App    string         `json:"app"`
	Detail string         `json:"detail"`
}

// EventViewOf describes an event.
func EventViewOf(e Event) EventView {
	return EventView{
		ID: e.ID, At: e.At.UTC().Truncate(time.Second), Actor: ActorOf(e), Via: e.Via, Role: e.Role, Action: e.Action, Token: e.Entry,
		User: first(e.UserEmail, e.UserID), App: first(e.AppName, e.AppSlug, e.AppID), Detail: e.Detail,
	}
}

// AboutWords say what an event is about: "#240 cy@example.com › Stock desk", with what
// stands between user and app.
func (v EventView) AboutWords(between string) string {
	if v.Token == 0 {
		return "this desk"
	}
	return fmt.Sprintf("#%d %s%s%s", v.Token, v.User, between, v.App)
}

// ViaWords names the face of the program that an event was recorded with.
func ViaWords(via string) string {
	switch via {
	case ViaConsole:
		return "console"
	case ViaCommand:
		return "command line"
	default:
		return first(via, "program")
	}
}

// ParseEventFilter reads the filter language of Activity: that of ParseFilter, which is
// about the tokens of events (by: also about who came to a desk), with action:copied,
// status:403 and since:2h. Several actions
// are any of them, and several statuses; action:request are the requests of the session.
// Now is the local time from which since: counts back.
func ParseEventFilter(s string, now time.Time) (ActivityFilter, error) {
	f := ActivityFilter{Events: true, Requests: true}
	var wanted, unwanted []string // actions
	var rest []string
	for _, w := range words(s) {
		name, value, isField := cutField(w)
		name, not := strings.CutPrefix(name, "!")
		switch {
		case isField && not && value != "" && (name == "since" || name == "status"):
			return ActivityFilter{}, fmt.Errorf("%s: cannot be turned round with !; say what to show", name)
		case isField && name == "action":
			found := slices.DeleteFunc(actionNames(), func(a string) bool { return !strings.HasPrefix(a, strings.ToLower(value)) })
			switch {
			case len(found) == 0:
				return ActivityFilter{}, fmt.Errorf("%q is no action: %s", value, strings.Join(actionNames(), " "))
			case !not:
				wanted = append(wanted, found...)
			case value != "": // else it is being typed
				unwanted = append(unwanted, found...)
			}
		case isField && name == "since" && value == "": // being typed
		case isField && name == "since":
			d, ok := span.Parse(value)
			if !ok {
				return ActivityFilter{}, fmt.Errorf("since:%s cannot be read; say 90m, 2h30m or 7d", value)
			}
			f.Since = now.Add(-d)
		case isField && name == "status" && value == "":
		case isField && name == "status":
			r, ok := parseStatus(value)
			if !ok {
				return ActivityFilter{}, fmt.Errorf("status:%s cannot be read; say 403, or 4 for all from 400 to 499", value)
			}
			f.Status = append(f.Status, r)
		default:
			rest = append(rest, w)
		}
	}
	f.takeActions(wanted, unwanted)
	var err error
	f.Tokens, err = ParseFilter(strings.Join(rest, " "))
	return f, err
}

// takeActions takes the actions that a filter wants, of all if it names none, but those
// that it does not want.
func (f *ActivityFilter) takeActions(wanted, unwanted []string) {
	if len(wanted) == 0 && len(unwanted) == 0 {
		return
	}
	if len(wanted) == 0 {
		wanted = actionNames()
	}
	f.Events, f.Requests = false, false
	for _, a := range wanted {
		switch {
		case slices.Contains(unwanted, a):
		case a == ActionRequest:
			f.Requests = true
		default:
			f.Events, f.Actions = true, append(f.Actions, history.Action(a))
		}
	}
}

// parseStatus reads an HTTP status, or the beginning of some (RFC 9110, 15: three digits,
// the first from 1 to 5).
func parseStatus(text string) (r StatusRange, ok bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || len(text) > 3 || text[0] < '1' || text[0] > '5' {
		return r, false
	}
	r = StatusRange{From: int(n), To: int(n)}
	for range 3 - len(text) {
		r = StatusRange{From: r.From * 10, To: r.To*10 + 9}
	}
	return r, true
}

// ParseEventFilterWords is ParseEventFilter for words that a shell has taken apart: a
// space inside one belongs to it.
func ParseEventFilterWords(args []string, now time.Time) (ActivityFilter, error) {
	return ParseEventFilter(fromShell(args), now)
}

// eventActions are all actions, in the order of a token's life, and then those of a desk.
func eventActions() []history.Action {
	return []history.Action{
		history.Begun, history.GotIssued, history.GotRejected, history.GotUnknown, history.Copied, history.Revealed,
		history.Verified, history.Noted, history.DriftSeen, history.DriftCleared, history.Purged,
		history.LoggedIn, history.WasDenied,
	}
}

func actionNames() []string {
	var names []string
	for _, a := range eventActions() {
		names = append(names, string(a))
	}
	return append(names, ActionRequest)
}

// EventReport is an event with all that the history has about it and its token, and with
// the requests of its token that this session sent, as text for a ticket. An event about
// none has no token. It holds no secret; about is the program that writes it.
func EventReport(e Event, t Token, sent []SentRequest, about string) string {
	var b strings.Builder
	add := func(name, value string) { reportLine(&b, name, value) }
	v := EventViewOf(e)
	add("action", string(e.Action))
	add("at", e.At.UTC().Format(time.RFC3339)+" (this computer's clock)")
	add("by", ByWords(e))
	if e.Entry == 0 {
		add("detail", e.Detail)
		add("program", about)
		return b.String()
	}
	add("token", v.AboutWords(" on "))
	add("detail", e.Detail)
	add("outcome", string(t.Outcome))
	add("sent", SentWords(t))
	add("server", t.Host)
	add("request", t.RequestID)
	if t.Status != 0 {
		add("status", fmt.Sprint(t.Status))
	}
	if x := StoredError(t); x != nil {
		add("error", string(x.ID)+" "+x.Title)
		add("why", x.Cause)
		add("says", x.ServerSays)
	}
	add("drift", t.Drift)
	for _, r := range sent {
		r.report(&b)
	}
	add("program", about)
	return b.String()
}

// ByWords say who did something and with what: "ana@ssh 192.0.2.7 with the console, in role
// issue".
func ByWords(e Event) string {
	words := ActorOf(e) + " with the " + ViaWords(e.Via)
	if e.Role != "" {
		words += ", in role " + e.Role
	}
	return words
}

// ActorOf is who did something, and on which machine.
func ActorOf(e Event) string {
	if e.On == "" {
		return e.Actor
	}
	return e.Actor + "@" + e.On
}
