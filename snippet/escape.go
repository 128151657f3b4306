package snippet

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxTitle is how much of a name a frame's title shows, in characters.
const maxTitle = 200

// seen reports whether a character shows itself. Variation selectors and fillers
// belong to letters and marks by their category, and hide text all the same.
func seen(r rune) bool {
	return r != utf8.RuneError && unicode.IsPrint(r) && !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// unfit reports characters that no address has and that would not survive being
// pasted: control and format characters, spaces, and the backslash, which
// browsers take for a slash and so for the end of the host.
func unfit(r rune) bool {
	return r == '\\' || unicode.IsSpace(r) || !seen(r)
}

// oneLine makes foreign text fit for a title or a comment: one line, no control
// or invisible characters, no character that turns the direction of the line.
// Variation selectors go without a trace, because emoji are made with them.
func oneLine(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Variation_Selector, r) {
			continue
		}
		if n == maxTitle {
			b.WriteRune('…')
			break
		}
		if !seen(r) {
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// commentHTML makes text fit for the inside of an HTML comment, which ends at
// the first "-->" or "--!>" and must not begin with ">" or "->".
func commentHTML(s string) string {
	s = oneLine(s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	return strings.NewReplacer("<", "(", ">", ")").Replace(s)
}

// jsString returns a JavaScript string literal in double quotes that is also
// safe inside a script element: what could end it or hide something in the
// source is written as an escape.
func jsString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '<' || !seen(r):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plainString returns a string literal of printable ASCII that Go and Python read
// alike.
func plainString(s string) string {
	return strconv.QuoteToASCII(strings.ToValidUTF8(s, "\ufffd"))
}

// phpString returns a string literal of PHP 7 or newer, in single quotes where
// these need no escape for what is not seen.
func phpString(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	plain := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "'" + plain.Replace(s) + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r > '~':
			fmt.Fprintf(&b, `\u{%X}`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// envURL returns an address as a quoted value of a .env file, which is read by
// shells and by libraries that know no way to quote a quote: in an address %27
// means the same.
func envURL(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "%27") + "'"
}

// markdown makes text a code span of Markdown, in which nothing but its own row of
// backticks means anything (CommonMark 6.1). Empty text is "".
func markdown(s string) string {
	s = oneLine(s)
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}
