// Package paint draws what a Bubble Tea model shows. The framework runs with
// tea.WithoutRenderer: it keeps input, commands and messages, and has no clock
// that wakes sixty times a second for a frame that may not have changed. A frame
// is drawn at the end of the update that changed it: a frame whose signs are all one
// cell wide, as nearly every one is, by the sheet, and others by the cell renderer that
// the framework's own renderer uses.
//
// Without its renderer the framework neither sets the terminal up nor asks for its
// size, so both are done here as well.
package paint

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Options are what a Painter needs to know of its terminal.
type Options struct {
	In  io.Reader // made raw if it is a file that is a terminal
	Out io.Writer
	// Environ names the kind of the terminal (TERM), NAME=value.
	Environ []string
	// Profile says which colours the terminal shows.
	Profile colorprofile.Profile
	// Width and Height are the size in cells.
	Width, Height int
}

// Painter owns a terminal between Take and Release. Views are drawn on the
// alternate screen, whatever their AltScreen says; their OnMouse and ProgramStatus
// are not used. It is for one goroutine at a time.
type Painter struct {
	o        Options
	line     *line
	taken    bool
	entered  bool // the alternate screen is shown
	asked    bool // the terminal was asked what it can do
	synced   bool // frames are marked as such (mode 2026)
	hidden   bool // the cursor is
	stale    bool // what the terminal shows is not known
	measured bool // shown was laid out with the widths that count now

	sheet *sheet       // draws usual frames, nil after one that was not
	out   bytes.Buffer // what is drawn
	modes modes
	shown string // the content of the last frame
	whole bool   // the terminal measures the width of whole characters

	// The library draws after a frame that was not usual, until another screen comes.
	screen *uv.TerminalRenderer
	cells  uv.ScreenBuffer
	lines  []string // that the cells hold, nil if that is not known line by line
	wide   bool     // signs of the console may be two cells wide, as in East Asian fonts
}

// NewPainter returns a Painter that has not touched its terminal yet.
func NewPainter(o Options) *Painter {
	o.Width, o.Height = drawn(o.Width, o.Height)
	return &Painter{o: o, line: newLine(o.In, o.Out), wide: ansi.GraphemeWidth.StringWidth("─") != 1}
}

// Take makes the terminal raw. The alternate screen and all modes come with the
// next Draw.
func (p *Painter) Take() error {
	if p.taken {
		return nil
	}
	if err := p.line.take(); err != nil {
		return fmt.Errorf("set the terminal up: %w", err)
	}
	p.taken, p.entered, p.stale, p.hidden = true, false, true, false
	p.modes = modes{}
	p.out.Reset()
	if p.wide || p.screen != nil {
		p.useLibrary()
	} else {
		p.useSheet()
	}
	return nil
}

// useSheet draws without the library from now on, all of the next frame.
func (p *Painter) useSheet() {
	p.screen, p.cells, p.lines, p.stale = nil, uv.ScreenBuffer{}, nil, true
	p.sheet = newSheet(p.o, &p.out, p.feeds(), runtime.GOOS != "windows")
}

// feeds says what a line feed does. A raw terminal passes it on as it is.
func (p *Painter) feeds() feeding {
	switch {
	case runtime.GOOS == "windows":
		return feedsNot
	case p.line.raw():
		return feedsDown
	}
	return feedsHome
}

// useLibrary lets the library draw from now on, all of the next frame.
func (p *Painter) useLibrary() {
	p.sheet, p.stale, p.lines = nil, true, nil
	p.screen = uv.NewTerminalRenderer(&p.out, p.o.Environ)
	p.screen.SetColorProfile(p.o.Profile)
	p.screen.SetFullscreen(true)
	p.screen.SetRelativeCursor(false)
	// A raw terminal passes tabs and backspaces on as they are.
	if p.line.raw() && runtime.GOOS != "windows" {
		p.screen.SetTabStops(p.o.Width)
		p.screen.SetBackspace(true)
	} else {
		p.screen.SetTabStops(-1)
		p.screen.SetMapNewline(runtime.GOOS != "windows")
	}
	p.screen.SetScrollOptim(runtime.GOOS != "windows") // Windows Terminal misplaces the cursor (microsoft/terminal#19016)
	p.screen.Resize(p.o.Width, p.o.Height)
	p.cells = uv.NewScreenBuffer(p.o.Width, p.o.Height)
	p.measure()
}

// measure makes the cells as wide as the terminal does.
func (p *Painter) measure() {
	if p.whole {
		p.cells.Method = ansi.GraphemeWidth
	}
	p.measured = false
}

// Release gives the terminal back as Take found it: without the modes and the
// screen of the last view, and with its settings. Take may follow.
func (p *Painter) Release() error {
	if !p.taken {
		return nil
	}
	p.taken = false
	var b bytes.Buffer
	if p.entered {
		_, _ = b.WriteString(p.modes.leave())
		// Rows that scrolled just as the size changed may have left a region of the old size.
		_, _ = b.WriteString(ansi.SetTopBottomMargins(0, 0))
		_, _ = b.WriteString(ansi.CursorPosition(1, p.o.Height)) // for terminals that have no other screen
		_, _ = b.WriteString(ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable)
	}
	_, werr := p.o.Out.Write(b.Bytes())
	if err := p.line.release(); err != nil {
		return fmt.Errorf("restore the terminal: %w", err)
	}
	return werr
}

// Write sends something that is no part of a frame, such as a bell, at once. It
// is sent as it is.
func (p *Painter) Write(b []byte) (int, error) { return p.o.Out.Write(b) }

// Size asks the system how large the terminal is. Without an answer it is as
// large as COLUMNS and LINES say, else 80 by 24 cells.
func (p *Painter) Size() (width, height int) {
	return drawn(p.line.size(uv.Environ(p.o.Environ)))
}

// The largest size that is drawn, in cells: more than screens have. How large a terminal is
// says whoever sits at the other end of a connection, and each cell costs memory here.
const (
	widest  = 800
	highest = 300
)

// drawn is the size that is drawn of a terminal that says it has another one.
func drawn(width, height int) (w, h int) {
	if width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	return min(width, widest), min(height, highest)
}

// Resize says how large the terminal is now, in cells. The next frame is drawn
// anew: terminals move what they show when their size changes.
func (p *Painter) Resize(width, height int) {
	width, height = drawn(width, height)
	p.o.Width, p.o.Height = width, height
	p.stale = true
	if p.sheet != nil {
		p.sheet.resize(width, height)
	}
	if p.screen != nil {
		p.screen.Resize(width, height)
		p.cells.Touched = nil
		p.cells.Resize(width, height)
	}
}

// Answer takes what the terminal says about a mode that it was asked for: whether
// frames can be marked (2026), and whether it measures the width of whole
// characters (2027).
func (p *Painter) Answer(m tea.ModeReportMsg) {
	switch m.Mode {
	case ansi.ModeSynchronizedOutput:
		p.synced = p.synced || m.Value == ansi.ModeReset
	case ansi.ModeUnicodeCore:
		if m.Value == ansi.ModeReset || m.Value == ansi.ModeSet || m.Value == ansi.ModePermanentlySet {
			p.whole = true
			p.measure()
		}
	}
}

// Draw brings the terminal to what v shows. It writes nothing if it shows that
// already, and reports whether it wrote.
func (p *Painter) Draw(v tea.View) (written bool, err error) {
	if !p.taken || p.o.Width <= 0 || p.o.Height <= 0 {
		return false, nil
	}
	entering := !p.entered
	modes := p.modes.become(p.wanted(&v))
	if p.stale || !p.measured || v.Content != p.shown {
		p.content(strings.Split(v.Content, "\n"), v.Content)
		p.shown, p.stale, p.measured = v.Content, false, true
	}
	if v.Cursor != nil {
		p.cursor(v.Cursor.X, v.Cursor.Y)
	}
	if p.sheet == nil {
		if err = p.screen.Flush(); err != nil {
			return false, err
		}
	}
	var b bytes.Buffer
	if entering {
		_, _ = b.WriteString(ansi.SetModeAltScreenSaveCursor)
		if p.line.raw() && runtime.GOOS != "windows" {
			_, _ = b.WriteString(ansi.SetTabEvery8Columns)
		}
		p.entered = true
	}
	_, _ = b.WriteString(modes)
	p.frame(&b, v.Cursor != nil, entering)
	if entering && !p.asked && answersModes(uv.Environ(p.o.Environ)) {
		p.asked = true
		_, _ = b.WriteString(ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore)
	}
	if b.Len() == 0 {
		return false, nil
	}
	_, err = p.o.Out.Write(b.Bytes())
	return true, err
}

// content draws the lines of a content.
func (p *Painter) content(lines []string, content string) {
	if p.sheet == nil && !p.wide && p.isAnother(lines) && !slices.ContainsFunc(lines, isUnusual) {
		p.useSheet()
	}
	if p.sheet != nil {
		if p.sheet.read(lines, p.stale) {
			p.sheet.show(p.stale)
			return
		}
		p.useLibrary()
	}
	if p.stale {
		p.screen.Erase()
	}
	p.layOut(lines, content)
	p.screen.Render(p.cells.RenderBuffer)
}

// isAnother reports whether most of a screen is another than that shown, as it is when
// another room is opened: then it may as well be drawn anew.
func (p *Painter) isAnother(lines []string) bool {
	same := 0
	for y := range p.o.Height {
		if p.lines != nil && lineAt(lines, y) == lineAt(p.lines, y) {
			same++
		}
	}
	return 2*same < p.o.Height
}

// isUnusual reports whether a line is none for the sheet.
func isUnusual(line string) bool {
	_, narrow := term.NarrowWidth(line)
	return !narrow || goesOn(line)
}

// cursor moves the cursor there.
func (p *Painter) cursor(x, y int) {
	if p.sheet == nil {
		p.screen.MoveTo(x, y)
		return
	}
	p.sheet.goTo(min(max(0, x), p.o.Width-1), min(max(0, y), p.o.Height-1))
}

// frame adds what the cell renderer wrote, marked as one frame. Where frames
// cannot be marked, a cursor that is shown is hidden while they are drawn.
func (p *Painter) frame(b *bytes.Buffer, cursor, entering bool) {
	drawn := p.out.Len() > 0
	turned := entering || cursor == p.hidden
	marked := p.synced && drawn
	if marked {
		_, _ = b.WriteString(ansi.SetModeSynchronizedOutput)
	}
	flicker := !p.synced && drawn && cursor && !turned
	if turned && !cursor || flicker {
		_, _ = b.WriteString(ansi.ResetModeTextCursorEnable)
	}
	if p.sheet != nil {
		_, _ = b.Write(p.out.Bytes())
	} else {
		_, _ = b.Write(keepPen(p.out.Bytes()))
	}
	p.out.Reset()
	if turned && cursor || flicker {
		_, _ = b.WriteString(ansi.SetModeTextCursorEnable)
	}
	if marked {
		_, _ = b.WriteString(ansi.ResetModeSynchronizedOutput)
	}
	p.hidden = !cursor
}
