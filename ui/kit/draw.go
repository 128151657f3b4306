package kit

import (
	"strings"

	"charm.land/lipgloss/v2"

	"patdesk/pat"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Signed draws a sentence with the sign of its level, wrapped.
func Signed(th *Theme, level pat.Level, text, indent string, width int) []string {
	var lines []string
	for i, l := range widget.Wrap(term.Clean(text).String(), width-2) {
		sign := LevelSign(th, level) + " "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, indent+sign+LevelStyle(th, level).Render(l))
	}
	return lines
}

// LevelSign draws the sign of a level.
func LevelSign(th *Theme, l pat.Level) string {
	switch l {
	case pat.Good:
		return th.Good.Render(th.Glyphs.Good)
	case pat.Warn:
		return th.Warn.Render(th.Glyphs.Warn)
	case pat.Bad:
		return th.Bad.Render(th.Glyphs.Bad)
	default:
		return th.Doubt.Render(th.Glyphs.Doubt)
	}
}

// LevelStyle is how words of a level look.
func LevelStyle(th *Theme, l pat.Level) lipgloss.Style {
	switch l {
	case pat.Good:
		return th.Text
	case pat.Warn:
		return th.Warn
	case pat.Bad:
		return th.Bad
	default:
		return th.Muted
	}
}

// JoinLines puts lines one below the other.
func JoinLines(lines []string) string { return strings.Join(lines, "\n") }

// ProblemLines draws a failure: what happened, why, what to do next, and last a
// quiet line with what else there is.
func ProblemLines(th *Theme, x pat.Explanation, width int, more string) []string {
	title, sign := th.Bad, th.Glyphs.Bad
	if x.Retry == pat.RetryAsk {
		title, sign = th.Doubt.Bold(true), th.Glyphs.Doubt
	}
	lines := []string{"  " + title.Render(sign+" "+term.CleanWidth(x.Title, max(4, width-4)).String())}
	for _, l := range widget.Wrap(Sentence(term.CleanWidth(x.Cause, 600).String()), max(10, width-4)) {
		lines = append(lines, "    "+th.Text.Render(l))
	}
	if x.ServerSays != "" && len(x.Fields) == 0 { // those of a field stand at it
		for _, l := range widget.Wrap("The answer says “"+term.CleanWidth(x.ServerSays, 200).String()+"”", max(10, width-4)) {
			lines = append(lines, "    "+th.Muted.Render(l))
		}
	}
	arrow := "→ "
	if th.ASCII {
		arrow = "> "
	}
	for _, l := range widget.Wrap(Sentence(term.CleanWidth(x.NextOn(pat.Console), 300).String()), max(10, width-6)) {
		lines = append(lines, "    "+th.Accent.Render(arrow)+th.Text.Render(l))
		arrow = "  "
	}
	sep := "  " + th.Glyphs.Sep + "  "
	for _, l := range flow(strings.Split(more, sep), sep, max(10, width-4)) {
		lines = append(lines, "    "+th.Faint.Render(l))
	}
	return lines
}

// flow puts words into lines, with a separator between those of one line.
func flow(words []string, sep string, width int) []string {
	var lines []string
	for _, w := range words {
		w = term.CleanWidth(w, width).String()
		if n := len(lines); n > 0 && term.Width(lines[n-1]+sep+w) <= width {
			lines[n-1] += sep + w
			continue
		}
		lines = append(lines, w)
	}
	return lines
}

// LostWords adds to a failure what is true of every unknown outcome.
func LostWords(x pat.Explanation) pat.Explanation {
	if x.Retry == pat.RetryAsk {
		x.Cause += ". A token that nobody holds may exist: it can be neither seen nor revoked, and its row is UNSURE until its end"
	}
	return x
}

// FormWidth leaves a margin, and keeps what belongs together together on wide
// screens.
func FormWidth(w int) int {
	if w < NarrowWidth {
		return w
	}
	return min(w-2, 110)
}

// Border is the frame of dialogs, in ASCII where nothing else can be shown.
func Border(ascii bool) lipgloss.Border {
	if ascii {
		return lipgloss.ASCIIBorder()
	}
	return lipgloss.RoundedBorder()
}
