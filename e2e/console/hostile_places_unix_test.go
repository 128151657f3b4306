//go:build unix

package console

import (
	"encoding/json"
	"html/template"
	"image"
	"strings"
	"unicode"

	"patdesk/e2e/tty"
	"patdesk/ui/term"
)

// The parts of the list: rows, and what is told below them or beside them of the
// row under the cursor.
func listRows(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Max.Y = listStrip(s).Min.Y
	return r
}

func listStrip(s *tty.Screen) image.Rectangle {
	r := body(s)
	for y, l := range s.Lines() {
		if y > r.Min.Y && strings.HasPrefix(l, "─── ") {
			r.Min.Y = y
		}
	}
	return r
}

func listSide(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Min.X = r.Max.X - 53
	return r
}

// The parts of the detail: what is known of a token, the snippet in view, and
// what is to be said about both.
func detailFacts(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Max.Y = detailSnippet(s).Min.Y
	return r
}

func detailSnippet(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Min.Y = r.Max.Y
	for y, l := range s.Lines() {
		if strings.HasPrefix(l, "  ‹ ") {
			r.Min.Y, r.Max.Y = y+1, y+1
		}
		if r.Max.Y == y && strings.ContainsAny(l[:min(len(l), 5)], "╭│╰") {
			r.Max.Y++
		}
	}
	return r
}

func detailWords(s *tty.Screen) image.Rectangle {
	r := body(s)
	r.Min.Y = detailSnippet(s).Max.Y
	return r
}

var (
	inList   = place{name: "the list", area: listRows}
	inStrip  = place{name: "the list's strip", area: listStrip}
	inSide   = place{name: "the list's side", area: listSide, wraps: true, room: 150}
	inDetail = place{name: "the detail", area: detailFacts, wraps: true}
	inWords  = place{name: "the detail's warnings", area: detailWords, wraps: true, room: 150}
	inFaults = place{name: "the detail's warnings of its URL", area: detailWords, wraps: true, room: 150, can: func(s specimen) bool {
		return !strings.Contains(s.value, "\n") // each line is a fault of its own
	}}
	inHTML  = place{name: "a snippet as HTML", area: detailSnippet, sign: "<iframe", wraps: true, room: 150, as: asHTML}
	inJSON  = place{name: "a snippet as JSON", area: detailSnippet, sign: `"outcome"`, wraps: true, room: 150, as: asJSON}
	inReact = place{name: "a snippet as React", area: detailSnippet, sign: "const TITLE", wraps: true, room: 150, as: asScript}
	inRaw   = place{name: "the server's words", area: dialog("What the server said"), sign: "What the server said", wraps: true, room: 400}
)

// asJSON, asHTML and asScript are what becomes of a text in a snippet. The last
// two take a name, of which only what is printed is left.
func asJSON(s string) string {
	b, _ := json.Marshal(s) //nolint:errchkjson // a string
	return string(b[1 : len(b)-1])
}

func asHTML(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(asName(s)), "+", "&#43;")
}

func asScript(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "<", `\u003C`).Replace(asName(s))
}

func asName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return -1
		}
		return r
	}, s)
}

// asField is what a field shows of a text that stood in it before.
func asField(s string) string {
	return strings.ReplaceAll(term.Clean(s).String(), string(unicode.ReplacementChar), "")
}
