package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Screen is a page or a dialog.
//
// Keys reach only the top one: first as Actions, then, if a field has the keys
// or no Action matched, through Update. Every other message is a fact and goes
// to all open screens. A screen reads the shell's fields and changes the stacks
// only by the shell's methods, and only inside Update or an Action's Run.
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
	// Typing reports whether a field has the keys.
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
}

// The interfaces below are optional: a Screen has them when it needs them.

// ticker is a Screen that shows something that changes by itself.
type ticker interface {
	// nextChange is when something visible changes next, on the server's clock
	// as now is; zero means never.
	nextChange(now time.Time) time.Time
}

// summary is a Screen with a word at the right of the tab line, such as counts.
type summary interface{ summary(width int) string }

// status is a Screen with a line of its own for the foot, shown when there is no
// toast.
type status interface{ status(width int) string }

// leaver is a Screen that has a reason not to be left by esc without a question.
type leaver interface{ leaving() (question string) }

// quitter is a Screen that has a reason not to quit the program at once.
type quitter interface{ quitting() (question string) }

// clicker is a Screen that takes clicks, in its own coordinates; wheeler one in
// which the wheel does something else than the arrow keys.
type (
	clicker interface{ click(x, y int) tea.Cmd }
	wheeler interface{ wheel(lines int) tea.Cmd }
)

// busyer is a Screen that waits for an answer which a person should see.
type busyer interface{ busy() bool }

// bare is a page that is drawn without header and footer, so that a terminal's
// own selection takes its text only.
type bare interface{ bare() bool }
