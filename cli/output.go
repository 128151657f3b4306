package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"patdesk/literal"
	"patdesk/pat"
	"patdesk/ui/term"
)

// line writes one line of cleaned text: whatever a server, a file or the
// environment put into the arguments, no control byte of it gets through.
func line(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintln(w, term.Clean(fmt.Sprintf(format, args...)).String())
}

// say writes a message for a person.
func (a *app) say(format string, args ...any) {
	if !a.json && !a.quiet {
		line(a.env.Err, format, args...)
	}
}

// printJSON writes v as indented JSON that is all printable ASCII.
func (a *app) printJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	_, err := w.Write(literal.JSON(b.Bytes()))
	return err
}

// fail says an error and returns its exit code; a nil error says nothing.
func (a *app) fail(err error) int {
	if err == nil {
		return pat.ExitOK
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	return a.failAs(explain(err))
}

// failAs says an explanation and returns its exit code.
func (a *app) failAs(x pat.Explanation) int {
	if a.json {
		_ = a.printJSON(a.env.Err, x)
	} else {
		explainTo(a.env.Err, x)
	}
	return x.Exit
}

// textWidth is where sentences wrap. It fits any terminal and any log.
const textWidth = 79

// explainTo writes an explanation as people read it: title, cause, next step,
// and a last line with what a server's admin needs to find it in a log.
func explainTo(w io.Writer, x pat.Explanation) {
	line(w, "%s", x.Title)
	if len(x.Details) > 1 {
		for _, d := range x.Details {
			wrap(w, "  ", d)
		}
	} else if x.Cause != "" {
		wrap(w, "  ", pat.AsSentence(x.Cause))
	}
	switch {
	case x.Fix != "": // verbatim and whole, so that it can be copied
		if x.Next != "" {
			wrap(w, "  ", pat.AsSentence(x.Next+":"))
		}
		line(w, "  -> %s", x.Fix)
	case x.Next != "":
		wrap(w, "  -> ", pat.AsSentence(x.Next))
	}
	if x.Retry == pat.RetryAsk {
		wrap(w, "  ", "patdesk does not send it again by itself.")
	}
	facts := x.Facts()
	if x.ServerSays != "" {
		facts = append(facts, "server says: “"+term.CleanWidth(x.ServerSays, 200).String()+"”")
	}
	wrap(w, "  ", strings.Join(facts, " · "))
}

// wrap writes text in lines of at most textWidth cells, the first one after
// prefix and the others indented as deep.
func wrap(w io.Writer, prefix, text string) {
	room := textWidth - term.Clean(prefix).Width()
	current := ""
	for _, word := range strings.Fields(term.Clean(text).String()) {
		for {
			joined := strings.TrimSpace(current + " " + word)
			if term.Clean(joined).Width() <= room {
				current = joined
				break
			}
			if current == "" { // wider than a line: a path or a command stays whole
				current = word
				break
			}
			_, _ = fmt.Fprintln(w, prefix+current)
			prefix = strings.Repeat(" ", term.Clean(prefix).Width())
			current = ""
		}
	}
	if current != "" {
		_, _ = fmt.Fprintln(w, prefix+current)
	}
}
