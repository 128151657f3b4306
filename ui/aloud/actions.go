package aloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// listKey reads the list: where numbers choose, the keys of the first row cannot.
const listKey = "l"

// command is an action of the console as a line gives it: its key, and behind it what
// it is about.
type command struct {
	kit.Action
	takes string // what may stand behind the key, as the help says it; "" = nothing
	do    func(ctx context.Context, rest string) error
}

// commands are the table: the same one reads lines and the help.
func (t *talk) commands() []command {
	k := t.keys
	const token = "a number, of the list or #12 of the history"
	list := []command{
		{kit.Action{Key: kit.Bind(listKey, "list", listKey, "tokens"), Title: "Read the list"}, "", t.list},
		{kit.Action{Key: k.List.Filter, Title: "Filter"}, "words, such as user:ana left:<1h; none clears it", t.filterBy},
		{kit.Action{Key: k.List.Sort, Title: "Read the list in another order"}, "left, newest, user, app or state; none takes the next", t.sortBy},
		{kit.Action{Key: k.List.Failed, Title: "Show or hide what failed"}, "", t.turnFailed},
		{kit.Action{Key: kit.Bind("next", "read on", "next"), Title: "Read on"}, "how many", t.more},
		{kit.Action{Key: k.List.Open, Title: "Open the token"}, token + "; the number alone does it, too", t.detail},
		{kit.Action{Key: k.List.New, Title: "New token", Why: t.readOnly}, "a user", t.issue},
		{kit.Action{Key: k.Token.Reissue, Title: "Re-issue with the same settings", Why: t.readOnly}, token + ", or several", t.reissue},
		{kit.Action{Key: k.Token.Role, Title: "Change the role of this person", Why: t.readOnly}, token + ", or a user", t.role},
		{kit.Action{Key: k.Token.URL, Title: "Copy the embed URL"}, token, t.copying("url")},
		{kit.Action{Key: k.Token.IFrame, Title: "Copy the iframe snippet"}, token, t.copying("iframe")},
		{kit.Action{Key: k.Token.Token, Title: "Copy the token"}, token, t.copying("token")},
		{kit.Action{Key: k.Token.CopyMenu, Title: "Copy as"}, token, t.copyAs},
		{kit.Action{Key: k.Token.Reveal, Title: "Read out the secret"}, token, t.reveal},
		{kit.Action{Key: k.Detail.Select, Title: "Read out a snippet, without its secret"}, token, t.snippet},
		{kit.Action{Key: k.Detail.Write, Title: "Write the snippet to a private file"}, token, t.write},
		{kit.Action{Key: k.Token.Verify, Title: "Verify with ToolJet"}, token, t.verify},
		{kit.Action{Key: k.Token.Note, Title: "Edit the note"}, token, t.note},
	}
	return append(list,
		command{kit.Action{Key: tabWord("Users"), Title: "Read the users"}, "letters that narrow them", t.users},
		command{kit.Action{Key: k.Users.Person, Title: "The person of this token"}, token + ", or a user", t.person},
		command{kit.Action{Key: tabWord("Timeline"), Title: "Read what ends next"}, "24h, 7d or 30d", t.timeline},
		command{kit.Action{Key: k.Timeline.Unwatched, Title: "Re-issue what ends while nobody is on shift", Why: t.readOnly}, "", t.reissueUnwatched},
		command{kit.Action{Key: k.Timeline.Calendar, Title: "Write the ends to come as a calendar"}, "", t.calendar},
		command{kit.Action{Key: tabWord("Activity"), Title: "Read what was done"}, "words, such as action:copied user:ana since:2h", t.activity},
		command{kit.Action{Key: k.Activity.Report, Title: "Copy a report of this event"}, "the number of an event", t.report},
		command{kit.Action{Key: tabWord("Doctor"), Title: "Look at the server"}, "", t.doctor},
		command{kit.Action{Key: k.Doctor.Prove, Title: "Prove the unit of patExpiry", Why: t.readOnly}, "a user", t.prove},
		command{kit.Action{Key: k.Global.Handovers, Title: "Hand-overs"}, "", t.handovers},
		command{kit.Action{Key: k.Global.Runs, Title: "Runs that wait"}, "", t.runs},
		command{kit.Action{Key: k.Global.Profiles, Title: "Profiles"}, "the name of one", t.profiles},
		command{kit.Action{Key: k.Global.Help, Title: "Read all keys"}, "", t.help},
		command{kit.Action{Key: k.Global.Quit, Title: "Quit"}, "", t.quit},
	)
}

// tabWord is the name of a screen of the first row: its key is a number, which chooses
// here.
func tabWord(name string) key.Binding {
	word := kit.Tab{Name: name}.Action()
	return kit.Bind(word, word, word)
}

// turn is one line and what it does.
func (t *talk) turn(ctx context.Context) error {
	text, err := t.ask(ctx, "What next?")
	if err != nil {
		return err
	}
	err = t.obey(ctx, text)
	switch {
	case errors.Is(err, errBack):
		t.say("Left. Nothing was done.")
		err = nil
	case t.leaving:
		return errQuit
	}
	return unanswered(err)
}

// obey does what a line says. A failure is told; only what ends the conversation is
// returned.
func (t *talk) obey(ctx context.Context, text string) error {
	if text == "" {
		return t.hint()
	}
	if numberOf(strings.TrimPrefix(text, "#")) > 0 {
		text = kit.Name(t.keys.List.Open) + " " + text
	}
	word, rest, _ := strings.Cut(text, " ")
	c, ok := t.find(word)
	if !ok {
		c, rest, ok = t.attached(text)
	}
	if !ok {
		if c, rest, ok = t.titled(text); !ok {
			t.say("There is no key %s here. %s reads all keys.", word, kit.Name(t.keys.Global.Help))
			return nil
		}
	}
	if c.Why != nil {
		if why := c.Why(); why != "" {
			t.say("%s", why)
			return nil
		}
	}
	err := c.do(ctx, strings.TrimSpace(rest))
	if err == nil || ctx.Err() != nil || errors.Is(err, errBack) || errors.Is(err, errQuit) || errors.Is(err, errEnded) {
		return err
	}
	t.explain(err)
	return nil
}

// find is the command of a key.
func (t *talk) find(word string) (command, bool) {
	for _, c := range t.commands() {
		if t.isKey(c.Key, word) {
			return c, true
		}
	}
	return command{}, false
}

// attached is the command of a key to which what it is about sticks: r12, /user:ana.
func (t *talk) attached(text string) (c command, rest string, ok bool) {
	first, size := utf8.DecodeRuneInString(text)
	rest = text[size:]
	if !strings.ContainsAny(rest[:min(1, len(rest))], "#0123456789") && unicode.IsLetter(first) {
		return c, rest, false
	}
	c, ok = t.find(text[:size])
	return c, rest, ok
}

// titled is the only command whose title has a word, and what stands behind the word.
func (t *talk) titled(text string) (c command, rest string, ok bool) {
	word, rest, _ := strings.Cut(text, " ")
	if len(word) < 3 {
		return c, "", false
	}
	for _, of := range t.commands() {
		if !strings.Contains(strings.ToLower(of.Title), strings.ToLower(word)) {
			continue
		}
		if ok {
			return c, "", false
		}
		c, ok = of, true
	}
	return c, rest, ok
}

// isKey reports whether a word names one of the keys of a binding.
func (t *talk) isKey(b key.Binding, word string) bool {
	return slices.ContainsFunc(b.Keys(), func(name string) bool {
		return name == word || len(name) > 1 && strings.EqualFold(name, word)
	})
}

// hint says what an empty line could have been.
func (t *talk) hint() error {
	k := t.keys
	t.say("A line is a key: %s for a new token, %s for the list, a number opens what was read, %s reads all keys, %s quits.",
		kit.Name(k.List.New), listKey, kit.Name(k.Global.Help), kit.Name(k.Global.Quit))
	return nil
}

// help reads the table.
func (t *talk) help(context.Context, string) error {
	t.say("Keys. Each is a line, and what it is about may stand behind it: %s 3. Without a number it is the token that was spoken of last.", kit.Name(t.keys.Token.URL))
	for _, c := range t.commands() {
		words := kit.Name(c.Key) + ": " + c.Title
		if c.takes != "" {
			words += "; takes " + c.takes
		}
		t.say("%s.", words)
	}
	t.say("A preview and a list of many are done on the command line: patdesk preview 12, patdesk bulk FILE.")
	t.say("In a question, %s goes one step back, and nothing is done.", kit.Name(t.keys.Global.Back))
	return nil
}

// quit asks only if a token that was issued here was never handed over.
func (t *talk) quit(ctx context.Context, _ string) error {
	if len(t.fresh) == 0 {
		return errQuit
	}
	q := kit.Question{Title: "Quit without copying?"}
	for id, user := range t.fresh {
		kept := "It stays in the history and can be copied until it ends."
		if _, lost := t.unsaved[id]; lost {
			kept = "The history could not keep it: nobody holds it then."
		}
		q.Lines = append(q.Lines, fmt.Sprintf("The new token for %s was never copied. %s", kit.Within(user), kept))
	}
	slices.Sort(q.Lines)
	yes, err := t.confirm(ctx, q)
	if yes || errors.Is(err, errEnded) {
		return errQuit
	}
	return err
}

// readOnly says why nothing can be changed, or "".
func (t *talk) readOnly() string {
	return t.i.WhyNotChange()
}

// shown is what was read last: numbers are about it.
type shown struct {
	rows []row
	next func(ctx context.Context, n int) error // reads on; nil = that was all
}

// row is one numbered sentence.
type row struct {
	token pat.Token // ID 0 = it is about no token
	user  string
	event pat.Event // ID 0 = it is none

	request pat.SentRequest // ID 0 = it is none
}

// number reads one more row.
func (t *talk) number(r row, sentence string) {
	t.shown.rows = append(t.shown.rows, r)
	t.say("%d. %s", len(t.shown.rows), sentence)
}

// more reads on.
func (t *talk) more(ctx context.Context, rest string) error {
	n := pageOf
	if rest != "" {
		n = int(numberOf(rest))
	}
	if n < 1 || n > mostRead {
		t.say("How many is a number from 1 to %d.", mostRead)
		return nil
	}
	if t.shown.next == nil {
		t.say("There is nothing more to read.")
		return nil
	}
	return t.shown.next(ctx, n)
}

// numberOf is the number that a word is, 0 if it is none or none of these.
func numberOf(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 32)
	if err != nil {
		return 0
	}
	return n
}

// How many are read at once, and at most.
const (
	pageOf   = 10
	mostRead = 100
)

// row is what a word means: a number of what was read last, #12 a token of the
// history, nothing the token spoken of last. ok is false if it was told why not.
func (t *talk) row(ctx context.Context, word string) (r row, ok bool, err error) {
	if word == "" {
		if t.current.ID == 0 {
			t.say("Which token? Say its number of the list, which %s reads.", listKey)
			return r, false, nil
		}
		word = fmt.Sprintf("#%d", t.current.ID)
	}
	n := numberOf(strings.TrimPrefix(word, "#"))
	switch {
	case n < 1:
		t.say("%s is no number.", word)
		return r, false, nil
	case strings.HasPrefix(word, "#") || len(t.shown.rows) == 0:
		token, err := t.i.History.Get(ctx, n)
		if err != nil {
			return r, false, err
		}
		return row{token: token, user: pat.UserOf(token)}, true, nil
	case int(n) > len(t.shown.rows):
		t.say("Only %d were read; %s reads on, and #%d is the token of that number in the history.", len(t.shown.rows), "next", n)
		return r, false, nil
	}
	r = t.shown.rows[n-1]
	if r.token.ID != 0 { // as it is now
		r.token, err = t.i.History.Get(ctx, r.token.ID)
	}
	return r, err == nil, err
}

// token is the token that a word means.
func (t *talk) token(ctx context.Context, word string) (pat.Token, bool, error) {
	r, ok, err := t.row(ctx, word)
	if ok && r.token.ID == 0 {
		t.say("Number %s is no token.", word)
		ok = false
	}
	if ok {
		t.current = r.token
	}
	return r.token, ok, err
}
