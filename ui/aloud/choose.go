package aloud

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"patdesk/pat"
)

// choice is one of several. Its words are read; names are what else it is called
// exactly, ids among them.
type choice struct {
	words string
	names []string
}

// fit is how well a choice fits letters: 0 it begins with them, 1 one of its words
// does, 2 they are somewhere in it, -1 not at all.
func (c choice) fit(letters string) int {
	text, part := strings.ToLower(c.words), strings.ToLower(letters)
	switch at := strings.Index(text, part); {
	case at < 0:
		return -1
	case at == 0:
		return 0
	case slices.ContainsFunc(strings.FieldsFunc(text, notLetter), func(w string) bool { return strings.HasPrefix(w, part) }):
		return 1
	}
	return 2
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

func (c choice) named(text string) bool {
	return slices.ContainsFunc(append([]string{c.words}, c.names...), func(s string) bool { return strings.EqualFold(s, text) })
}

// choose puts a choice among several: a number takes one, letters narrow them, an
// empty line reads on. own says which texts stand for themselves where they are no
// choice; nil = none. at is -1 for such a text.
func (t *talk) choose(ctx context.Context, question string, all []choice, own func(string) bool) (at int, text string, err error) {
	c := chooser{talk: t, all: all, own: own}
	c.reset("")
	if len(c.at) <= pageOf {
		c.question = "Say a number, or letters that narrow them."
		t.say("%s", question)
		c.read()
	} else {
		c.question = fmt.Sprintf("%s %s. Letters narrow them, an empty line reads them.", question, pat.Plural(len(all), "choice"))
	}
	for {
		text, err := t.answer(ctx, c.question)
		if err != nil {
			return -1, "", err
		}
		if at, done := c.take(text); done {
			return at, text, nil
		}
	}
}

// chooser is a choice that is being made.
type chooser struct {
	*talk
	all      []choice
	own      func(string) bool
	question string
	at       []int // those that are left
	told     int   // how many of them were read
}

// reset leaves those that have some letters, what begins with them first.
func (c *chooser) reset(letters string) {
	c.at, c.told = nil, 0
	for fit := range 3 {
		for n, of := range c.all {
			if of.fit(letters) == fit {
				c.at = append(c.at, n)
			}
		}
	}
}

// read reads the next ones with their numbers.
func (c *chooser) read() {
	if c.told >= len(c.at) {
		c.told = 0 // from the beginning
	}
	to := min(len(c.at), c.told+pageOf)
	for ; c.told < to; c.told++ {
		c.say("%d. %s.", c.told+1, strings.TrimSuffix(c.all[c.at[c.told]].words, "."))
	}
	if left := len(c.at) - c.told; left > 0 {
		c.say("%d more; an empty line reads on.", left)
	}
}

// take takes an answer. done is false if it only narrowed the choice.
func (c *chooser) take(text string) (at int, done bool) {
	if text == "" {
		c.read()
		return 0, false
	}
	if n, err := strconv.Atoi(text); err == nil {
		if n >= 1 && n <= c.told {
			return c.taken(c.at[n-1]), true
		}
		c.say("Number %d was not read.", n)
		return 0, false
	}
	if n := slices.IndexFunc(c.all, func(of choice) bool { return of.named(text) }); n >= 0 {
		return c.taken(n), true
	}
	if c.own != nil && c.own(text) {
		return -1, true
	}
	before, told := c.at, c.told
	switch c.reset(text); len(c.at) {
	case 0:
		c.at, c.told = before, told
		c.say("None of them has %s.", text)
	case 1:
		return c.taken(c.at[0]), true
	default:
		c.say("%d have %s.", len(c.at), text)
		c.read()
	}
	return 0, false
}

func (c *chooser) taken(at int) int {
	c.say("Taken: %s.", c.all[at].words)
	return at
}
