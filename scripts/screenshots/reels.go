package main

// reel is one run of the program, from its start on, at one size.
type reel struct {
	name       string
	cols, rows int
	firstRun   bool // nothing is set up; else the demo
	begins     string
	steps      []step
}

// step types keys, waits for a text and takes a picture, each if it is given.
type step struct {
	keys []string
	sees string
	shot string
}

// pasteKey stands for the sandbox's admin key, pasted.
const pasteKey = "<key>"

const (
	enter = "\r"
	esc   = "\x1b"
	ctrlS = "\x13"
	ctrlE = "\x05"
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
		{sees: "FAILED", shot: "tokens"},
		{keys: append([]string{"/"}, chars("ana")...), sees: "ana", shot: "filter"},
		{keys: []string{esc, "?"}, sees: "filter", shot: "help"},
		{keys: []string{esc, ":"}, shot: "palette"},
		{keys: []string{esc, "n"}, sees: "New token"},
		{keys: chars("ana"), sees: "Ana Ruiz", shot: "issue"},
		{keys: append([]string{enter}, chars("ret")...), sees: "Returns"},
		{keys: []string{enter}, sees: "active", shot: "issue-ready"},
		{keys: []string{ctrlE}, sees: "curl", shot: "curl"},
		{keys: []string{esc, ctrlS}, sees: "Nothing copied", shot: "issued"},
		{keys: []string{"Y"}, shot: "copy"},
		{keys: []string{esc, esc, esc, "4"}, sees: "Doctor", shot: "doctor"},
	}
}

// quick shows the list and what is on it only.
func quick() []step {
	return []step{
		{sees: "EXPIRED", shot: "tokens"},
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
	{name: "tour", cols: 100, rows: 30, begins: "FAILED", steps: tour()},
	{name: "narrow", cols: 60, rows: 20, begins: "URGENT", steps: quick()},
	{name: "wide", cols: 140, rows: 45, begins: "FAILED", steps: quick()},
	{name: "first run", cols: 100, rows: 30, firstRun: true, begins: "ToolJet?", steps: begin()},
	{name: "first run, narrow", cols: 60, rows: 20, firstRun: true, begins: "ToolJet", steps: begin()},
}
