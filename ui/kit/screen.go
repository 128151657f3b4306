// Package kit is what the rooms of the console are given and may use: the Shell
// around them, Screen and Action, keys and theme, the facts that cross rooms, and
// commands as functions of values. Rooms know it and not one another.
package kit

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Screen is a page or a dialog.
//
// Keys reach only the top one: first as Actions, then, if a field has the focus
// or no Action matched, through Update. Every other message is a fact and goes
// to all open screens. A screen changes the stacks only by the methods of its
// Shell, and only inside Update or an Action's Run.
type Screen interface {
	// Title names the screen in the header.
	Title() string
	// Init starts its reads. ctx ends when the screen is left.
	Init(ctx context.Context) tea.Cmd
	// Update takes facts, and text for the focused field.
	Update(msg tea.Msg) tea.Cmd
	// View draws it; the cursor is relative to the screen, nil if there is none.
	// A dialog draws its inside only: the shell adds border and title.
	View() (string, *tea.Cursor)
	// SetSize tells how many cells it may use.
	SetSize(width, height int)
	// Actions are what can be done now, in the order in which help shows them.
	Actions() []Action
	// Typing reports whether a field has the focus.
	Typing() bool
}

// Action is one thing a person can do. The same table dispatches keys, prints
// the hints and the help, and fills the palette.
type Action struct {
	Key   key.Binding    // what triggers it and how help shows it
	Title string         // how the palette names it; "" hides it there
	Run   func() tea.Cmd // what it does
	Why   func() string  // nil or "" = allowed; else the reason, shown as a toast
	Ask   func() string  // nil or "" = run at once; else the question put first
	// Hint puts it among the hints at the foot, lower numbers first; 0 = help only.
	Hint int
	// Local says that it is a door on the computer patdesk runs on, such as a file, a
	// page that listens, or its configuration: it is left out at a seat.
	Local bool
}

// The interfaces below are optional: a Screen has them when it needs them.

// Ticker is a Screen that shows something that changes by itself.
type Ticker interface {
	// NextChange is when something visible changes next, on the server's clock
	// as now is; zero means never.
	NextChange(now time.Time) time.Time
}

// Summary is a Screen with a word at the right of the tab line, such as counts.
type Summary interface{ Summary(width int) string }

// Status is a Screen with a line of its own for the foot, shown when there is no
// toast.
type Status interface{ Status(width int) string }

// LeaveGuard is a Screen that may have a reason not to be left by esc without a
// question.
type LeaveGuard interface{ Leaving() (q Question, ask bool) }

// QuitGuard is a Screen that may have a reason not to quit the program at once.
type QuitGuard interface{ Quitting() (q Question, ask bool) }

// Clicker is a Screen that takes clicks, in its own coordinates.
type Clicker interface{ Click(x, y int) tea.Cmd }

// Wheeler is a Screen in which the wheel does something else than the arrow keys.
type Wheeler interface{ Wheel(lines int) tea.Cmd }

// Numbered is a page with a row for each token, which can go to that of a number.
type Numbered interface{ Jump(id int64) tea.Cmd }

// Searcher is a page whose search takes text from the first key on. While it is
// empty, the keys of the first row lead to their screens as everywhere.
type Searcher interface{ Unsearched() bool }

// Busy is a Screen that waits for an answer which a person should see.
type Busy interface{ Busy() bool }

// Waiter is a Screen that asked for a token and shows what comes of it.
type Waiter interface{ WaitsFor(ticket int) bool }

// Bare is a page that may be drawn without header and footer, so that a terminal's
// own selection takes its text only.
type Bare interface{ Bare() bool }

// Dangerous is a dialog about something that cannot be undone.
type Dangerous interface{ Dangerous() bool }

// Restless is a Screen whose cursor may be running: what is only of use once it is
// idle, the hints among it, stays as it is until then.
type Restless interface{ Running() bool }
