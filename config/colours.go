package config

import (
	"strconv"

	"patdesk/pattern"
)

// Colours are a person's own colours of the console, by what they are for: #rrggbb, or
// the number of one of the terminal's 256; "" = that of the theme.
type Colours struct {
	Accent, OnAccent, Muted, Faint, Empty, Field, Selected, OnGround, Border string
	Good, Warn, Bad, Doubt, Info                                             string
}

// ofColours are the settings of the table [colours], in the order in which they are
// written.
var ofColours = []setting[Colours]{
	ownColour("accent", func(c *Colours) *string { return &c.Accent }, "Where you are, and what has the focus."),
	ownColour("on_accent", func(c *Colours) *string { return &c.OnAccent }, "Text on accent, good, warn and bad."),
	ownColour("muted", func(c *Colours) *string { return &c.Muted }, "The second voice: labels, hints, what is past."),
	ownColour("faint", func(c *Colours) *string { return &c.Faint }, "The third voice: empty cells of bars, what a dialog is over."),
	ownColour("empty", func(c *Colours) *string { return &c.Empty }, "What stands in an empty field."),
	ownColour("field", func(c *Colours) *string { return &c.Field }, "Background of the field that has the focus."),
	ownColour("selected", func(c *Colours) *string { return &c.Selected }, "Background of the row under the cursor."),
	ownColour("on_ground", func(c *Colours) *string { return &c.OnGround }, "Text on field and selected."),
	ownColour("border", func(c *Colours) *string { return &c.Border }, "Rules and boxes."),
	ownColour("good", func(c *Colours) *string { return &c.Good }, "What works."),
	ownColour("warn", func(c *Colours) *string { return &c.Warn }, "SOON, and what to look at."),
	ownColour("bad", func(c *Colours) *string { return &c.Bad }, "URGENT, and what failed."),
	ownColour("doubt", func(c *Colours) *string { return &c.Doubt }, "What nobody knows."),
	ownColour("info", func(c *Colours) *string { return &c.Info }, "Plain news, and DRIFT."),
}

func ownColour(name string, field func(*Colours) *string, doc string) setting[Colours] {
	return setting[Colours]{
		name: name, field: func(c *Colours) any { return field(c) }, doc: doc, form: `a colour, as "#7aa2f7" or "111"`,
		check: func(v *checker, key string, c *Colours) {
			if !isColour(*field(c)) {
				v.fail(key, "this is not a colour", `write it as "#7aa2f7", or as the number of one of 256: "111"`)
			}
		},
	}
}

var hexColour = pattern.New(`^#[0-9A-Fa-f]{6}$`)

// isColour reports whether a text is a colour, or empty.
func isColour(text string) bool {
	n, err := strconv.ParseUint(text, 10, 8)
	return text == "" || hexColour.MatchString(text) || err == nil && strconv.FormatUint(n, 10) == text
}

// noColour is the error of a role that there is not.
func noColour(name string) *Error {
	return &Error{Key: "colours." + printable(name), Msg: "there is no such setting", Suggest: DidYouMean(name, names(ofColours))}
}
