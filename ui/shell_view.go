package ui

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements tea.Model. It is the one place where the state of the terminal
// is declared.
func (s *shell) View() (v tea.View) {
	defer func() {
		if r := recover(); r != nil {
			if s.crash == nil {
				s.crash = newCrash(r)
			}
			if s.crashed != nil {
				s.crashed()
			}
			v = tea.View{AltScreen: true}
		}
	}()
	v.AltScreen, v.ReportFocus, v.WindowTitle = true, true, s.windowTitle()
	v.KeyboardEnhancements.ReportAlternateKeys = true // ctrl with a letter of any layout
	if s.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	switch {
	case s.width <= 0 || s.height <= 0 || s.Page() == nil:
	case s.tooSmall():
		v.Content = s.notice()
	case s.idle.hidden:
		v.Content = s.cover()
	default:
		v.Content, v.Cursor = s.draw()
		v.Content = s.inASCII(v.Content)
		if v.Cursor != nil && kit.PaceOf(s).Still() {
			v.Cursor.Blink = false
		}
	}
	return v
}

func (s *shell) tooSmall() bool { return s.width < kit.LeastWidth || s.height < kit.LeastHeight }
func (s *shell) Small() bool    { return s.width < kit.SmallWidth || s.height < kit.SmallHeight }

// windowTitle names program, profile and screen; never a user, an app or a token.
func (s *shell) windowTitle() string {
	title := "patdesk"
	if s.demo {
		title += " demo"
	} else if s.profile != nil && s.profile.Name != "" {
		title += " " + s.profile.Name
	}
	return term.CleanWidth(title, 60).String()
}

func (s *shell) notice() string {
	text := fmt.Sprintf("patdesk needs %dx%d, this is %dx%d. Keys are off until it fits. %s leaves.",
		kit.LeastWidth, kit.LeastHeight, s.width, s.height, kit.Name(s.keys.Global.Stop))
	if t, ok := s.news(); ok && s.stopAsked.Add(stopAgain).After(s.here) {
		text = t.text() + " " + text
	}
	return kit.Block(strings.Join(widget.Wrap(text, s.width), "\n"), s.width, s.height)
}

// draw puts header, page, footer and dialogs on a canvas of the screen's size.
func (s *shell) draw() (string, *tea.Cursor) {
	header, body, foot := s.frame()
	content, cursor := s.Page().View()
	parts := make([]string, 0, 3)
	if header.Dy() > 0 {
		parts = append(parts, s.behind(kit.Block(s.header(), s.width, header.Dy()), 1))
	}
	parts = append(parts, s.behind(kit.Block(content, s.width, body.Dy()), 0))
	if foot.Dy() > 0 {
		parts = append(parts, kit.Block(s.footer(foot.Dy()), s.width, foot.Dy()))
	}
	screen := strings.Join(parts, "\n")
	cursor = shift(cursor, body)
	if len(s.dialogs) == 0 {
		return screen, cursor
	}
	canvas := lipgloss.NewCanvas(s.width, s.height)
	layers := []*lipgloss.Layer{lipgloss.NewLayer(screen)}
	for i, d := range s.dialogs {
		box, at, c := s.box(d.Screen)
		layers = append(layers, lipgloss.NewLayer(box).X(at.Min.X).Y(at.Min.Y).Z(i+1))
		cursor = c
	}
	canvas.Compose(lipgloss.NewCompositor(layers...))
	return canvas.Render(), cursor
}

// behind dims the lines from a number on while a dialog is over them. The first line
// of the header stays as it is: it says which server this is about.
func (s *shell) behind(block string, from int) string {
	if len(s.dialogs) == 0 {
		return block
	}
	lines := strings.Split(block, "\n")
	for i := from; i < len(lines); i++ {
		lines[i] = s.theme.Behind.Render(ansi.Strip(lines[i]))
	}
	return strings.Join(lines, "\n")
}

// shift moves a cursor from the coordinates of an area to those of the screen,
// and hides it outside.
func shift(c *tea.Cursor, area image.Rectangle) *tea.Cursor {
	if c == nil || c.X < 0 || c.Y < 0 || c.X >= area.Dx() || c.Y >= area.Dy() {
		return nil
	}
	moved := *c
	moved.X += area.Min.X
	moved.Y += area.Min.Y
	return &moved
}

func (s *shell) boxStyle(sc kit.Screen) lipgloss.Style {
	style := s.theme.Dialog.Box
	if d, ok := sc.(kit.Dangerous); ok && d.Dangerous() {
		style = s.theme.Dialog.Danger
	}
	if s.width < kit.NarrowWidth || s.height < kit.LowHeight {
		style = style.Padding(0, 1)
	}
	return style
}

// box draws a dialog with its border and says where it stands.
func (s *shell) box(sc kit.Screen) (string, image.Rectangle, *tea.Cursor) {
	style := s.boxStyle(sc)
	content, cursor := sc.View()
	title := s.theme.Dialog.Title.Render(term.CleanWidth(sc.Title(), s.dialogWidth(sc)).String())
	room := s.dialogSize(sc)
	content = title + "\n\n" + content
	lines := strings.Split(content, "\n")
	content = kit.Block(content, room.X, min(len(lines), room.Y+2))
	drawn := style.Render(content)
	at := centre(image.Rect(0, 0, s.width, s.height), lipgloss.Width(drawn), lipgloss.Height(drawn))
	inner := image.Rect(
		at.Min.X+style.GetBorderLeftSize()+style.GetPaddingLeft(), at.Min.Y+style.GetBorderTopSize()+style.GetPaddingTop()+2,
		at.Max.X-style.GetBorderRightSize()-style.GetPaddingRight(), at.Max.Y-style.GetBorderBottomSize()-style.GetPaddingBottom(),
	)
	return drawn, at, shift(cursor, inner)
}

// dialogSize is the room inside a box, below its title.
func (s *shell) dialogSize(sc kit.Screen) image.Point {
	style := s.boxStyle(sc)
	return image.Pt(min(100, s.width-2)-style.GetHorizontalFrameSize(), max(1, s.height-2-style.GetVerticalFrameSize()-2))
}

func (s *shell) dialogWidth(sc kit.Screen) int { return max(1, s.dialogSize(sc).X) }

// frame divides the screen; a bare page has it all.
func (s *shell) frame() (header, body, foot image.Rectangle) {
	if b, ok := s.Page().(kit.Bare); ok && b.Bare() {
		all := image.Rect(0, 0, s.width, s.height)
		return image.Rectangle{}, all, image.Rectangle{}
	}
	return frame(s.width, s.height)
}

// dialogArea is where the content of the top dialog stands.
func (s *shell) dialogArea() image.Rectangle {
	d := s.top()
	style := s.boxStyle(d)
	_, at, _ := s.box(d)
	at.Min.X += style.GetBorderLeftSize() + style.GetPaddingLeft()
	at.Min.Y += style.GetBorderTopSize() + style.GetPaddingTop() + 2
	return at
}

// resize tells all open screens how much room they have.
func (s *shell) resize() {
	if s.width <= 0 || s.height <= 0 {
		return
	}
	_, body, _ := frame(s.width, s.height)
	for _, p := range s.pages {
		if b, ok := p.Screen.(kit.Bare); ok && b.Bare() {
			p.SetSize(s.width, s.height)
			continue
		}
		p.SetSize(body.Dx(), body.Dy())
	}
	for _, d := range s.dialogs {
		size := s.dialogSize(d.Screen)
		d.SetSize(max(1, size.X), size.Y)
	}
}

// footer is the rule, the status line and the hints.
func (s *shell) footer(height int) string {
	var lines []string
	if height > 2 {
		lines = append(lines, s.theme.Rule(s.width))
		if long := s.longToast(); long != nil {
			return strings.Join(append(long, s.hintLine()), "\n")
		}
	}
	return strings.Join(append(lines, s.statusLine(), s.hintLine()), "\n")
}

func (s *shell) statusLine() string {
	badge := ""
	if s.Small() {
		badge = s.badges()
	}
	text := ""
	if t, ok := s.news(); ok {
		text = s.toastLine(t, s.width-term.Width(badge)-2)
	} else if st, ok := s.Page().(kit.Status); ok {
		text = " " + st.Status(s.width-2)
	}
	return kit.Between(text, badge, s.width)
}

// hinted is the line of hints that was drawn last.
type hinted struct {
	of     kit.Screen
	typing bool
	width  int
	line   string
	zones  []kit.Zone
}

// hintLine names the keys that are used most, from the table that dispatches
// them.
func (s *shell) hintLine() string {
	top := s.top()
	if r, ok := top.(kit.Restless); ok && r.Running() && s.hinted.of == top && s.hinted.typing == top.Typing() && s.hinted.width == s.width {
		return s.hinted.line
	}
	line, zones := s.hintsIn(s.width)
	s.hinted = hinted{top, top.Typing(), s.width, line, zones}
	return line
}

// hintsIn draws as many hints as there is room for. The key of the help is never
// pushed off.
func (s *shell) hintsIn(width int) (line string, zones []kit.Zone) {
	hints := s.hints()
	most := len(hints)
	if s.height < kit.LowHeight {
		most = min(most, 6)
	}
	var last string
	var end []kit.Action
	if n := len(hints); n > 0 && len(s.dialogs) == 0 && hints[n-1].Hint >= 90 {
		last, end = s.hint(hints[n-1]), hints[n-1:]
		hints, most = hints[:n-1], most-1
	}
	used := 0
	for _, a := range hints[:min(len(hints), max(0, most))] {
		h := s.hint(a)
		w := term.Width(h) + 2
		if used+w+term.Width(last)+1 > width {
			continue
		}
		line += h + "  "
		zones = append(zones, kit.Zone{From: 1 + used, To: 1 + used + w - 2, Run: func() tea.Cmd { return s.Do(a) }})
		used += w
	}
	for _, a := range end {
		zones = append(zones, kit.Zone{From: 1 + used, To: 1 + used + term.Width(last), Run: func() tea.Cmd { return s.Do(a) }})
	}
	return " " + line + last, zones
}

func (s *shell) hint(a kit.Action) string {
	h := a.Key.Help()
	look := hintLook{h.Key, h.Desc, a.Why != nil && a.Why() != ""}
	text, ok := s.hintTexts[look]
	if !ok {
		text = s.drawHint(look)
		if s.hintTexts == nil || len(s.hintTexts) >= mostHintTexts {
			s.hintTexts = map[hintLook]string{}
		}
		s.hintTexts[look] = text
	}
	return text
}

// hintLook is what a hint looks like: its words, and whether its key may be pressed now.
type hintLook struct {
	key, desc string
	off       bool
}

// mostHintTexts bounds the hints that are kept drawn. There are a few hundred.
const mostHintTexts = 1000

func (s *shell) drawHint(l hintLook) string {
	if l.off {
		return s.theme.Faint.Render(l.key + " " + l.desc) // pressing it says why not
	}
	return s.theme.Footer.Key.Render(l.key) + " " + s.theme.Footer.Hint.Render(l.desc)
}

// hints are the Actions that show at the foot, most used first.
func (s *shell) hints() []kit.Action {
	var list []kit.Action
	typing := s.top().Typing()
	for _, a := range slices.Concat(s.actionsOf(s.top()), s.actions()) {
		ok := true
		if typing {
			a.Key, ok = kit.WhileTyping(a.Key)
		}
		if ok && a.Hint > 0 {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b kit.Action) int { return a.Hint - b.Hint })
	return list
}

// clock writes the server's clock for the header, as exactly as it is kept up to
// date.
func (s *shell) clock() (long, short string) {
	offset, word := "", "local clock"
	if s.issuer != nil && s.issuer.Clock().Known {
		word = "server clock"
		// A difference within what can be measured is none to speak of.
		if c := s.issuer.Clock(); c.Offset.Abs() > c.Uncertainty {
			offset = skew(-c.Offset)
		}
	}
	now := ""
	switch s.clockShown(kit.Soonest(s.contentChange(), s.toastChange())) {
	case clockSeconds:
		now = s.now.Format("15:04:05Z")
	case clockMinutes:
		now = s.now.Format("15:04Z")
	}
	switch {
	case now == "" && offset == "":
		return "", ""
	case now == "":
		return "your clock " + offset, offset
	case offset == "":
		return word + " " + now, now
	}
	return word + " " + now + " (yours " + offset + ")", now
}

// skew writes how far the local clock is from the server's.
func skew(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	if d < time.Minute {
		return fmt.Sprintf("%s%.1fs", sign, d.Seconds())
	}
	return sign + strings.TrimLeft(kit.Left(d), "0")
}
