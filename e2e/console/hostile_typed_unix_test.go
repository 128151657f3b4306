//go:build unix

package console

import (
	"image"
	"strings"
	"testing"
	"unicode"

	"patdesk/e2e/tty"
	"patdesk/ui/term"
)

const (
	clearField = "\x15" // ctrl+u
	tab        = "\t"
	doctorTab  = "5" // the last screen of the first row
)

// pasted is what a terminal sends for a text that a person pastes.
func pasted(text string) string { return "\x1b[200~" + asPasted(text) + "\x1b[201~" }

// asPasted is what a terminal leaves of such a text: valid UTF-8 without the mark
// with which it would end the paste itself.
func asPasted(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(upTo(s, 600), ""), "\x1b[201~", "")
}

// asTyped is what a field takes of a text.
func asTyped(s string) string {
	return strings.ReplaceAll(term.Clean(asPasted(s)).String(), string(unicode.ReplacementChar), "")
}

// firstLine is the line below the header.
func firstLine(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Max.Y = r.Min.Y + 1
	return r
}

// walkTyped pastes into every field that the console has once it is set up.
func walkTyped(t *testing.T, texts []specimen) *walk {
	srv := newToolJet(t)
	d := newHome(t, srv.URL, "production = true")
	d.fill(t, []specimen{{990, "row", "row"}}, issuedRow)
	w := d.walk(t, texts)
	w.sees("e990.row")
	var (
		filter   = place{name: "the filter", area: firstLine, sign: "sort", room: 90, as: asTyped}
		badWord  = place{name: "what is wrong with the filter", area: firstLine, sign: "is no state", room: 60, as: asWord}
		command  = place{name: "the palette", area: dialog("Command"), sign: "Command", room: 50, as: asTyped}
		note     = place{name: "the field for a note", area: dialog("Note for"), sign: "Note for", room: 60, as: asTyped}
		noted    = place{name: "a note that was typed", area: listStrip, room: 480, as: asTyped}
		question = place{name: "the field of a question", area: dialog("Re-issue with"), sign: "Re-issue with", room: 50, as: asTyped}
		user     = place{name: "the form as it is typed", area: body, room: 60, as: asTyped}
		fields   = place{name: "the form as it is typed", area: body, room: 150, as: asTyped}
	)
	w.after("/", "user:ana")
	for _, batch := range batches(texts, 90, 1<<20, nil) {
		w.does(clearField+pasted(joined(batch, 'f', " ")), filter.shows("f", batch...))
	}
	for _, s := range only(texts, badWord.fits) { // others leave no room for what is wrong
		w.does(clearField+pasted("state:"+s.text('z')), badWord.shows("z", s))
	}
	w.after(escKey+":", "Command")
	for _, batch := range batches(texts, 50, 1<<20, nil) {
		w.does(clearField+pasted(joined(batch, 'c', " ")), command.shows("c", batch...))
	}
	keys := escKey + "e"
	for _, batch := range batches(texts, 60, 1<<20, nil) {
		w.does(keys+clearField+pasted(joined(batch, 'n', " ")), note.shows("n", batch...))
		w.does("\r", noted.shows("n", batch...))
		keys = "e"
	}
	w.after("r", "Re-issue with")
	for _, batch := range batches(texts, 50, 1<<20, nil) {
		w.does(clearField+pasted(joined(batch, 'q', " ")), question.shows("q", batch...))
	}
	w.after(escKey+"n", "0 apps")
	for _, s := range texts {
		w.does(pasted(s.text('u'))+"\r"+pasted(s.text('a'))+"\r"+clearField+pasted(s.text('l'))+tab+
			clearField+pasted(s.text('i'))+tab+clearField+pasted(s.text('n'))+tab,
			user.shows("u", s), fields.shows("alin", s))
	}
	return w.leave()
}

// walkSetup pastes into the fields of the first run.
func walkSetup(t *testing.T, texts []specimen) *walk {
	w := bareHome(t).walk(t, texts)
	w.sees("Where is ToolJet?")
	w.after(tab+tab+"\x1b[A", "Command")
	w.after(tab+tab+tab+tab, "Where is ToolJet?")
	fields := place{name: "the first run as it is typed", area: body, room: 38, as: asTyped}
	for _, batch := range batches(texts, 38, 1<<20, nil) {
		w.does(clearField+pasted(joined(batch, 'u', " "))+tab+clearField+pasted(joined(batch, 'k', " "))+tab+tab+
			clearField+pasted(joined(batch, 'c', " "))+tab+clearField+pasted(joined(batch, 'n', " "))+tab+tab,
			fields.shows("ucn", batch...))
	}
	return w.leave()
}

// asWord is the first word of what a field takes.
func asWord(s string) string {
	word, _, _ := strings.Cut(asTyped(s), " ")
	return word
}
