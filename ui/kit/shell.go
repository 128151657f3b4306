package kit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// Shell is what a screen may ask of the program around it, and what it may read
// there. A screen calls it only inside Init, Update, View or an Action's Run.
type Shell interface {
	// Go opens another place on top: a page, or a dialog over this one.
	Go(p Place) tea.Cmd
	// Replace puts a place where a page is, wherever that is in the stack. If the
	// page was left, nothing happens.
	Replace(old Screen, p Place) tea.Cmd
	// Push opens a page of the room's own, Pop leaves the page on top.
	Push(sc Screen) tea.Cmd
	Pop()
	// Back is one step back, after the question of a LeaveGuard.
	Back() tea.Cmd
	// Open shows a dialog of the room's own, Close leaves the dialog on top.
	Open(sc Screen) tea.Cmd
	Close()
	// Page is the page in view, below the dialogs.
	Page() Screen

	// Do runs an Action as its key would: why not, ask, run.
	Do(a Action) tea.Cmd
	// Ask puts a question before run.
	Ask(q Question, run func() tea.Cmd) tea.Cmd
	// Say shows one line of news. Text may be foreign: it is cleaned when drawn.
	Say(level Level, text string)
	// Write wraps a command whose outcome must be recorded even if the program
	// ends meanwhile.
	Write(cmd tea.Cmd) tea.Cmd
	// Requests are those under way.
	Requests() *Requests
	// Choice is the filter and the marks that rooms share.
	Choice() *Choice
	// CopyFailed reports whether the last copy failed: other ways come first then.
	CopyFailed() bool

	// Context ends with the program; it is for what outlives its screen.
	Context() context.Context
	// Now is the server's clock in UTC, Local this computer's in the person's zone.
	Now() time.Time
	Local() time.Time
	// Zone is the person's.
	Zone() *time.Location
	Theme() *Theme
	Keys() *Keys
	// Small reports whether header and pager are left out, Blurred whether the
	// window has lost the focus.
	Small() bool
	Blurred() bool
	// Issuer and Profile are nil on the first run, Config never is.
	Issuer() *pat.Issuer
	Profile() *config.Profile
	Config() *config.Config
	// Seat reports whether the person sits elsewhere: what is a door on this computer
	// is not offered.
	Seat() bool
	// Demo reports whether this is the sandbox.
	Demo() bool
	Snippets() *snippet.Set
	Clipboard() *term.Clipboard
	// Servers opens and saves servers.
	Servers() Servers
	// Browser shows pages.
	Browser() Browser
	Getenv(name string) string
	// About is the program and what it was built with, the terminal and the clipboard, in
	// one line, for reports.
	About() string
}
