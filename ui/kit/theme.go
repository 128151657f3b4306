package kit

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/widget"
)

// All colours and all styles of the console are made in this file. Meaning is
// never in a colour alone: each state and each level has a sign and a word.

// Palette names colours by what they are for. A nil colour is the terminal's own,
// as is that of plain text: it can be read on whatever background the terminal has,
// even where the theme was guessed wrong, and it is not written for each cell.
type Palette struct {
	Accent   color.Color // the one accent: where you are, what has the focus
	OnAccent color.Color // text on Accent, Bad and Warn backgrounds
	Muted    color.Color // second voice: labels, past things
	Faint    color.Color // third voice: empty bar cells, what a dialog covers
	Empty    color.Color // what stands in an empty field, on the ground and on Field
	Field    color.Color // background of the field that has the focus
	Selected color.Color // background of the row under the cursor
	OnGround color.Color // text on Field and Selected
	Border   color.Color // rules and boxes
	Good     color.Color // works
	Warn     color.Color // soon
	Bad      color.Color // urgent, failed
	Doubt    color.Color // nobody knows
	Info     color.Color // plain news
}

// Colours that are in most rows of a list are among the 256 of the older
// terminals: their names are half as long, and lists are drawn most often.

func darkPalette() Palette {
	return Palette{
		Accent: lipgloss.Color("111"), OnAccent: lipgloss.Color("#0F1320"),
		Muted: lipgloss.Color("#97A1BA"), Faint: lipgloss.Color("243"), Empty: lipgloss.Color("#959FB8"), Field: lipgloss.Color("#232B42"),
		Selected: lipgloss.Color("#2B3760"), OnGround: lipgloss.Color("231"), Border: lipgloss.Color("#3A4460"),
		Good: lipgloss.Color("115"), Warn: lipgloss.Color("221"), Bad: lipgloss.Color("210"),
		Doubt: lipgloss.Color("183"), Info: lipgloss.Color("117"),
	}
}

func lightPalette() Palette {
	return Palette{
		Accent: lipgloss.Color("#3451C6"), OnAccent: lipgloss.Color("#FFFFFF"),
		Muted: lipgloss.Color("#566077"), Faint: lipgloss.Color("244"), Empty: lipgloss.Color("#5D677E"), Field: lipgloss.Color("#E4EAFA"),
		Selected: lipgloss.Color("#D3DEFB"), OnGround: lipgloss.Color("233"), Border: lipgloss.Color("#C3CBDB"),
		Good: lipgloss.Color("22"), Warn: lipgloss.Color("94"), Bad: lipgloss.Color("160"),
		Doubt: lipgloss.Color("92"), Info: lipgloss.Color("24"),
	}
}

// The stand-ins for terminals of 256 colours, tmux without RGB among them, are picked
// by hand: the nearest by numbers are pure navy and teal. What is not named here is
// one of the 256 already.

func dark256Palette() Palette {
	p := darkPalette()
	p.OnAccent, p.Muted, p.Empty = lipgloss.Color("233"), lipgloss.Color("248"), lipgloss.Color("247")
	p.Field, p.Selected, p.Border = lipgloss.Color("236"), lipgloss.Color("238"), lipgloss.Color("240")
	return p
}

func light256Palette() Palette {
	p := lightPalette()
	p.Accent, p.OnAccent, p.Muted, p.Empty = lipgloss.Color("26"), lipgloss.Color("231"), lipgloss.Color("60"), lipgloss.Color("241")
	p.Field, p.Selected, p.Border = lipgloss.Color("254"), lipgloss.Color("189"), lipgloss.Color("251")
	return p
}

// The palettes of strong contrast have no grey that must be read: second voices are
// told from the first by their place.

func darkContrastPalette() Palette {
	return Palette{
		Accent: lipgloss.Color("159"), OnAccent: lipgloss.Color("16"),
		Muted: lipgloss.Color("254"), Faint: lipgloss.Color("250"), Empty: lipgloss.Color("252"), Field: lipgloss.Color("235"),
		Selected: lipgloss.Color("18"), OnGround: lipgloss.Color("231"), Border: lipgloss.Color("250"),
		Good: lipgloss.Color("120"), Warn: lipgloss.Color("228"), Bad: lipgloss.Color("217"),
		Doubt: lipgloss.Color("219"), Info: lipgloss.Color("153"),
	}
}

func lightContrastPalette() Palette {
	return Palette{
		Accent: lipgloss.Color("18"), OnAccent: lipgloss.Color("231"),
		Muted: lipgloss.Color("235"), Faint: lipgloss.Color("239"), Empty: lipgloss.Color("236"), Field: lipgloss.Color("255"),
		Selected: lipgloss.Color("189"), OnGround: lipgloss.Color("16"), Border: lipgloss.Color("239"),
		Good: lipgloss.Color("#004D00"), Warn: lipgloss.Color("#4D3B00"), Bad: lipgloss.Color("#870000"),
		Doubt: lipgloss.Color("53"), Info: lipgloss.Color("17"),
	}
}

// paletteFor chooses by the background and by how many colours there are.
func paletteFor(look Look) Palette {
	switch {
	case look.Profile <= colorprofile.ANSI:
		return basicPalette(look.Dark)
	case look.Contrast && look.Dark:
		return darkContrastPalette()
	case look.Contrast:
		return lightContrastPalette()
	case look.Profile == colorprofile.ANSI256 && look.Dark:
		return dark256Palette()
	case look.Profile == colorprofile.ANSI256:
		return light256Palette()
	case look.Dark:
		return darkPalette()
	}
	return lightPalette()
}

// basicPalette is for terminals of 16 colours, whose real hues nobody knows: the
// terminal's own text and background, the cursor's row in reverse.
func basicPalette(dark bool) Palette {
	p := Palette{
		Accent: lipgloss.Blue, OnAccent: lipgloss.BrightWhite, Muted: lipgloss.BrightBlack, Faint: lipgloss.BrightBlack, Empty: lipgloss.BrightBlack,
		Border: lipgloss.BrightBlack, Good: lipgloss.Green, Warn: lipgloss.Yellow, Bad: lipgloss.Red,
		Doubt: lipgloss.Magenta, Info: lipgloss.Cyan,
	}
	if dark {
		p.Accent, p.OnAccent, p.Muted, p.Empty = lipgloss.BrightBlue, lipgloss.Black, lipgloss.White, lipgloss.White
		p.Good, p.Warn, p.Bad = lipgloss.BrightGreen, lipgloss.BrightYellow, lipgloss.BrightRed
		p.Doubt, p.Info = lipgloss.BrightMagenta, lipgloss.BrightCyan
	}
	return p
}

// Look says which kind of terminal a theme is for.
type Look struct {
	Dark    bool
	Profile colorprofile.Profile
	ASCII   bool // the terminal shows nothing beyond ASCII
	// Contrast asks for colours that are at least 7 to 1 (WCAG 2.2, 1.4.6).
	Contrast bool
	Own      config.Colours // the person's colours
}

// Theme is every style and every sign of the console.
type Theme struct {
	Look
	Glyphs Glyphs

	Text, Bold, Muted, Faint, Accent lipgloss.Style
	Good, Warn, Bad, Doubt, Info     lipgloss.Style

	Header HeaderTheme
	Footer FooterTheme
	Table  widget.TableStyles
	Form   widget.Styles
	Dialog DialogTheme
	Toast  map[Level]lipgloss.Style
	Badge  BadgeTheme
	Behind lipgloss.Style // what a dialog is over
	State  map[pat.State]lipgloss.Style
	Row    map[pat.State]widget.Ink // State, in the rows of a list
}

// HeaderTheme is the look of the two header lines.
type HeaderTheme struct {
	Product, Profile, Detail, Clock lipgloss.Style
	Tab, TabActive, Crumb, Rule     lipgloss.Style
}

// FooterTheme is the look of the status line and the key hints.
type FooterTheme struct{ Rule, Key, Hint, Status lipgloss.Style }

// DialogTheme is the look of boxes over a screen.
type DialogTheme struct {
	Box, Danger      lipgloss.Style // border and padding; Danger for what cannot be undone
	Title, Text      lipgloss.Style
	Key, Hint, Group lipgloss.Style
	Button, Focused  lipgloss.Style
}

// BadgeTheme is the look of the words that must not be missed.
type BadgeTheme struct{ Prod, Demo, ReadOnly lipgloss.Style }

// Glyphs are the signs of the console; each takes one cell.
type Glyphs struct {
	Rule, RuleHeavy, Vertical   string
	Cursor, Mark, Sep, Crumb    string
	Ellipsis, AtMost, Dot       string
	Up, Down                    string
	Bar                         widget.BarGlyphs
	State                       map[pat.State]string
	Good, Warn, Bad, Doubt, Run string // signs of checks and toasts
	Time                        TimeGlyphs
}

// TimeGlyphs draw time over cells: a token to its end, on to the end that it has at
// worst, what lies beyond the screen, and quiet hours.
type TimeGlyphs struct{ Line, End, Doubt, DoubtEnd, Before, After, Quiet string }

func newGlyphs(ascii bool) Glyphs {
	if ascii {
		return Glyphs{
			Rule: "-", RuleHeavy: "=", Vertical: "|", Cursor: ">", Mark: "*", Sep: "-", Crumb: ">", Ellipsis: "~", AtMost: "<", Dot: ".",
			Up: "^", Down: "v", Bar: widget.BarGlyphs{Steps: []string{"#"}, Empty: "."},
			State: map[pat.State]string{
				pat.OK: "+", pat.Soon: "~", pat.Urgent: "!", pat.Expired: "-", pat.Older: "o",
				pat.Unsure: "?", pat.Ended: "?", pat.Drift: "%", pat.Failed: "x",
			},
			Good: "+", Warn: "!", Bad: "x", Doubt: "?", Run: ".",
			Time: TimeGlyphs{Line: "=", End: "X", Doubt: ".", DoubtEnd: "?", Before: "<", After: ">", Quiet: "z"},
		}
	}
	return Glyphs{
		Rule: "─", RuleHeavy: "━", Vertical: "│", Cursor: "▌", Mark: "✓", Sep: "·", Crumb: "›", Ellipsis: "…", AtMost: "≤", Dot: "•",
		Up: "↑", Down: "↓", Bar: widget.BarGlyphs{Steps: []string{"╸", "━"}, Empty: "─"},
		State: map[pat.State]string{
			pat.OK: "●", pat.Soon: "◐", pat.Urgent: "▲", pat.Expired: "○", pat.Older: "◌",
			pat.Unsure: "?", pat.Ended: "◍", pat.Drift: "≠", pat.Failed: "✗",
		},
		Good: "✓", Warn: "!", Bad: "✗", Doubt: "?", Run: "…",
		Time: TimeGlyphs{Line: "━", End: "┫", Doubt: "┄", DoubtEnd: "┤", Before: "‹", After: "›", Quiet: "░"},
	}
}

// NewTheme makes the theme for a terminal. It is decided once, before the
// program starts, and never changes under a running screen.
func NewTheme(look Look) Theme {
	p, basic := paletteFor(look).withOwn(look), look.Profile <= colorprofile.ANSI
	t := Theme{Look: look, Glyphs: newGlyphs(look.ASCII)}
	fg := func(c color.Color) lipgloss.Style { return colour(c, nil) }
	t.Text, t.Bold = lipgloss.NewStyle(), lipgloss.NewStyle().Bold(true)
	t.Muted, t.Faint, t.Accent = fg(p.Muted), fg(p.Faint), fg(p.Accent).Bold(true)
	t.Good, t.Warn, t.Bad = fg(p.Good), fg(p.Warn), fg(p.Bad).Bold(true)
	t.Doubt, t.Info = fg(p.Doubt), fg(p.Info)
	selected := colour(p.OnGround, p.Selected).Bold(true).Reverse(basic)

	t.Header = HeaderTheme{
		Product: fg(p.Accent).Bold(true), Profile: t.Bold, Detail: fg(p.Muted), Clock: t.Text,
		Tab: fg(p.Muted), TabActive: colour(p.OnAccent, p.Accent).Bold(true).Reverse(basic && p.Accent == nil), Crumb: t.Bold, Rule: fg(p.Border),
	}
	t.Footer = FooterTheme{Rule: fg(p.Border), Key: fg(p.Accent).Bold(true), Hint: fg(p.Muted), Status: fg(p.Muted)}
	ink := func(s lipgloss.Style) widget.Ink { return widget.NewInk(s, onCursor(s, selected, basic)) }
	plain := func(c color.Color) widget.Ink { return widget.NewInk(fg(c), selected) }
	t.Table = widget.TableStyles{
		Head: fg(p.Muted), HeadSort: fg(p.Accent).Bold(true), Cell: plain(nil), Muted: plain(p.Muted), Past: plain(p.Muted),
		Faint: ink(fg(p.Faint)), Cursor: ink(fg(p.Accent)), Mark: ink(fg(p.Accent).Bold(true)),
	}
	t.Form = widget.Styles{
		Label: fg(p.Muted), LabelFocus: fg(p.Accent).Bold(true), Text: t.Text, Placeholder: fg(p.Empty),
		Muted: fg(p.Muted), Faint: fg(p.Faint), Accent: fg(p.Accent).Bold(true), Selected: selected,
		Good: t.Good, Warn: t.Warn, Bad: t.Bad, Field: colour(p.OnGround, p.Field).Underline(basic), ASCII: look.ASCII,
	}
	box := lipgloss.NewStyle().Border(Border(look.ASCII)).Padding(1, 3)
	t.Dialog = DialogTheme{
		Box: box.BorderForeground(p.Accent), Danger: box.BorderForeground(p.Bad),
		Title: t.Bold, Text: t.Text, Key: fg(p.Accent).Bold(true), Hint: fg(p.Muted), Group: fg(p.Accent).Bold(true),
		Button: colour(p.OnGround, p.Field).Padding(0, 2), Focused: colour(p.OnAccent, p.Accent).Bold(true).Padding(0, 2).Reverse(look.Profile <= colorprofile.Ascii),
	}
	t.Behind = fg(p.Faint).Faint(basic)
	t.Toast = map[Level]lipgloss.Style{LevelInfo: t.Info, LevelGood: t.Good, LevelWarn: t.Warn, LevelBad: t.Bad}
	badge := func(ground color.Color) lipgloss.Style {
		return colour(p.OnAccent, ground).Bold(true).Padding(0, 1).Reverse(look.Profile <= colorprofile.Ascii)
	}
	t.Badge = BadgeTheme{Prod: badge(p.Bad), Demo: badge(p.Good), ReadOnly: badge(p.Warn)}
	t.State = map[pat.State]lipgloss.Style{
		pat.OK: fg(p.Good), pat.Soon: fg(p.Warn), pat.Urgent: fg(p.Bad).Bold(true), pat.Expired: fg(p.Muted),
		pat.Older: fg(p.Muted), pat.Unsure: fg(p.Doubt), pat.Ended: fg(p.Doubt), pat.Drift: fg(p.Info), pat.Failed: fg(p.Muted),
	}
	t.Row = make(map[pat.State]widget.Ink, len(t.State))
	for state, style := range t.State {
		t.Row[state] = ink(style)
	}
	return t
}

// onCursor is a style whose colour has a meaning, on the background of the cursor's
// row. In reverse no cell has a colour of its own.
func onCursor(style, selected lipgloss.Style, reverse bool) lipgloss.Style {
	if reverse {
		return selected
	}
	return style.Background(selected.GetBackground()).Bold(true)
}

func colour(fg, bg color.Color) lipgloss.Style {
	s := lipgloss.NewStyle()
	if fg != nil {
		s = s.Foreground(fg)
	}
	if bg != nil {
		s = s.Background(bg)
	}
	return s
}

// StateWord draws a state's sign and word.
func (t Theme) StateWord(s pat.State) string {
	return t.State[s].Render(t.Glyphs.State[s] + " " + s.Word())
}

// Rule draws a line across width cells.
func (t Theme) Rule(width int) string {
	return t.Header.Rule.Render(strings.Repeat(t.Glyphs.Rule, max(0, width)))
}
