//go:build unix

package main

// reel is one run of the program, from its start on, at one size.
type reel struct {
	name       string
	cols, rows int
	firstRun   bool // nothing is set up; else the demo
	begins     string
	steps      []step
}

// step types keys, pastes, waits for a text and takes a picture, each if it is given.
type step struct {
	keys  []string
	paste string
	sees  string
	shot  string
}

// pasteKey stands for the sandbox's admin key, pasted.
const pasteKey = "<key>"

const (
	enter = "\r"
	esc   = "\x1b[27u" // as a terminal with the kitty protocol sends it: no key can follow into it
	ctrlS = "\x13"
	f3    = "\x1bOR"
	right = "\x1b[C"
)

func chars(s string) []string {
	var keys []string
	for _, r := range s {
		keys = append(keys, string(r))
	}
	return keys
}

// tour shows every screen of the demo.
func tour() []step {
	return []step{
		{sees: "EXPIRED", shot: "tokens"},
		{keys: append([]string{"/"}, chars("ana")...), sees: "ana", shot: "filter"},
		{keys: []string{esc, "?"}, sees: "filter", shot: "help"},
		{keys: []string{esc, ":"}, shot: "palette"},
		{keys: []string{esc, "n"}, sees: "New token"},
		{keys: chars("ana"), sees: "Ana Ruiz", shot: "issue"},
		{keys: append([]string{enter}, chars("ret")...), sees: "Returns"},
		{keys: []string{enter}, sees: "active", shot: "issue-ready"},
		{keys: []string{f3}, sees: "curl", shot: "curl"},
		{keys: []string{esc, ctrlS}, sees: "Nothing copied", shot: "issued"},
		{keys: []string{"Y"}, shot: "copy"},
		{keys: []string{esc, esc, "y"}, sees: "1 Tokens"},
		{keys: goTo("users"), sees: "loaded", shot: "users"},
		{keys: append(chars("ana"), enter), sees: "who holds", shot: "person"},
		{keys: []string{"x"}, sees: "LAST ASKED", shot: "exposure"},
		{keys: []string{esc, "R"}, sees: "PLAN"},
		{keys: []string{right}, sees: "read back", shot: "role"},
		{keys: []string{esc, "1", "B"}, sees: "Paste"},
		{paste: "user,app,life\nana@example.com,returns,2h\nbo@partner.example,orders,2h\ncy@example.com,stock,8h\n"},
		{keys: []string{enter}, sees: "Nothing is sent yet", shot: "bulk"},
		{keys: append([]string{esc, esc, esc}, goTo("activity")...), sees: "issued", shot: "activity"},
		{keys: goTo("timeline"), sees: "just ended", shot: "timeline"},
		{keys: goTo("doctor"), sees: "All well", shot: "doctor"},
	}
}

// goTo leads to a screen of the first row by its name, whatever its number.
func goTo(name string) []string {
	return append(append([]string{"\x10"}, chars(name)...), enter) // ctrl+p
}

// quick shows the list and what is on it only.
func quick() []step {
	return []step{
		{sees: "URGENT", shot: "tokens"},
		{keys: []string{"n"}, sees: "New token"},
		{keys: chars("ana"), sees: "ana@", shot: "issue"},
		{keys: append([]string{enter}, chars("ret")...)},
		{keys: []string{enter, ctrlS}, sees: "pat_…", shot: "issued"},
		{keys: []string{esc, "y", "?"}, sees: "Keys", shot: "help"},
	}
}

func begin() []step {
	return []step{
		{sees: "answers in", shot: "first-run"},
		{keys: []string{enter, pasteKey}, sees: "accepted", shot: "first-run-key"},
		{keys: []string{enter}, shot: "first-run-keep"},
	}
}

var reels = []reel{
	{name: "tour", cols: 100, rows: 30, begins: "EXPIRED", steps: tour()},
	{name: "narrow", cols: 60, rows: 20, begins: "URGENT", steps: quick()},
	{name: "wide", cols: 140, rows: 45, begins: "URGENT", steps: quick()},
	{name: "first run", cols: 100, rows: 30, firstRun: true, begins: "ToolJet?", steps: begin()},
	{name: "first run, narrow", cols: 60, rows: 20, firstRun: true, begins: "ToolJet", steps: begin()},
}
