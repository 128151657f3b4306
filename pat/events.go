package pat

import (
	"time"

	"patdesk/history"
)

// The faces of the program, as events name them.
const (
	ViaConsole = "console"
	ViaCommand = "command"
)

// What the history remembers of what was done.
type (
	// Event is one fact about a token.
	Event = history.Event
	// EventFilter selects events.
	EventFilter = history.EventFilter
)

// EventView is an event as the command line prints it in JSON. Its names are
// fixed: scripts rely on them. The time is this computer's, in UTC.
type EventView struct {
	ID     int64          `json:"id"`
	At     time.Time      `json:"at"`
	Actor  string         `json:"actor"`
	Via    string         `json:"via"`
	Action history.Action `json:"action"`
	Token  int64          `json:"token"`
	User   string         `json:"user"`
	App    string         `json:"app"`
	Detail string         `json:"detail"`
}

// EventViewOf describes an event.
func EventViewOf(e Event) EventView {
	return EventView{
		ID: e.ID, At: e.At.UTC().Truncate(time.Second), Actor: ActorOf(e), Via: e.Via, Action: e.Action, Token: e.Entry,
		User: first(e.UserEmail, e.UserID), App: first(e.AppName, e.AppSlug, e.AppID), Detail: e.Detail,
	}
}

// ActorOf is who did something, and on which machine.
func ActorOf(e Event) string {
	if e.On == "" {
		return e.Actor
	}
	return e.Actor + "@" + e.On
}
