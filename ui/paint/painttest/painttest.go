//go:build unix

// Package painttest shows views on real ptys with a screen behind each, drawn by
// the painter or by the framework's own renderer, which is the reference.
package painttest

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/creack/pty"
	"golang.org/x/term"

	"patdesk/e2e/tty"
	"patdesk/ui/paint"
)

// Patience bounds every wait; a test that passes needs a fraction of it.
const Patience = 20 * time.Second

// Echo is a model that shows the view that it was sent last.
type Echo struct{ view tea.View }

// Init implements tea.Model.
func (e *Echo) Init() tea.Cmd { return nil }

// View implements tea.Model.
func (e *Echo) View() tea.View { return e.view }

// Update implements tea.Model.
func (e *Echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if v, ok := msg.(tea.View); ok {
		e.view = v
	}
	return e, nil
}

// Answers is how a terminal answers what it is asked.
type Answers func(reply func(string), answer string)

// Prompt answers at once, Mute never, Late after a while and Garbage with other
// bytes around it.
func Prompt(reply func(string), answer string) { reply(answer) }

// Mute never answers.
func Mute(func(string), string) {}

// Late answers after a while.
func Late(reply func(string), answer string) {
	time.AfterFunc(300*time.Millisecond, func() { reply(answer) })
}

// Garbage answers between other bytes.
func Garbage(reply func(string), answer string) {
	reply("\x1b[?9999;7$y\x1b]11;no colour\x1b\\" + answer + "\x1bP1$r\x1b\\\x1b[?2026;9$y")
}

// Program is a program on a pty.
type Program struct {
	// Tea is the program itself; a tea.View that is sent to it is shown.
	Tea *tea.Program
	// Line is its side of the pty.
	Line *os.File

	t      *testing.T
	ptmx   *os.File
	before *term.State
	after  func() // gives the terminal back after the program

	mu     sync.Mutex
	screen *tty.Screen
	at     time.Time // of the last output
	out    []byte
}

// Begin makes a program on a line with options for it.
type Begin func(line *os.File, o []tea.ProgramOption) *tea.Program

// Show starts a program on a pty of that size, which answers.
func Show(t *testing.T, w, h int, answers Answers, begin Begin) *Program {
	t.Helper()
	ptmx, line, err := pty.Open()
	if err != nil {
		t.Skip("no pty: ", err)
	}
	x := &Program{t: t, ptmx: ptmx, Line: line, screen: tty.NewScreen(w, h), after: func() {}}
	x.screen.Reply = func(s string) { answers(func(s string) { _, _ = ptmx.WriteString(s) }, s) }
	x.setSize(w, h)
	if x.before, err = term.GetState(int(line.Fd())); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); x.read() }()
	x.Tea = begin(line, []tea.ProgramOption{
		tea.WithInput(line), tea.WithOutput(line), tea.WithEnvironment([]string{"TERM=xterm-256color"}),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignalHandler(),
	})
	go func() { _, _ = x.Tea.Run() }()
	t.Cleanup(func() {
		x.Tea.Quit() // unlike Kill it waits for the reader of the line
		x.Tea.Wait()
		x.after()
		_ = line.Close()
		_ = ptmx.Close()
		<-read
		_ = x.screen.Close()
	})
	return x
}

// Framework draws with the framework's own renderer.
func Framework(t *testing.T, w, h int) *Program {
	t.Helper()
	return Show(t, w, h, Prompt, func(_ *os.File, o []tea.ProgramOption) *tea.Program { return tea.NewProgram(&Echo{}, o...) })
}

// Painted draws with a painter, which is returned too.
func Painted(t *testing.T, w, h int, answers Answers) (*Program, *paint.Model) {
	t.Helper()
	return PaintedModel(t, w, h, answers, &Echo{}, nil)
}

// PaintedModel draws a model with a painter; filter sees its messages.
func PaintedModel(t *testing.T, w, h int, answers Answers, of tea.Model, filter func(*paint.Model, tea.Msg) tea.Msg) (*Program, *paint.Model) {
	t.Helper()
	var painter *paint.Painter
	var m *paint.Model
	x := Show(t, w, h, answers, func(line *os.File, o []tea.ProgramOption) *tea.Program {
		painter = paint.NewPainter(paint.Options{In: line, Out: line, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.TrueColor, Width: w, Height: h})
		if err := painter.Take(); err != nil {
			t.Fatal(err)
		}
		m = paint.NewModel(of, painter, func(r any) { t.Errorf("thrown: %v", r) })
		return m.Program(func(msg tea.Msg) tea.Msg {
			if filter == nil {
				return msg
			}
			return filter(m, msg)
		}, o...)
	})
	x.after = func() { _ = painter.Release() }
	return x, m
}

func (x *Program) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.ptmx.Read(buf)
		x.mu.Lock()
		_, _ = x.screen.Write(buf[:n])
		x.out, x.at = append(x.out, buf[:n]...), time.Now()
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (x *Program) setSize(w, h int) {
	x.t.Helper()
	if err := pty.Setsize(x.ptmx, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		x.t.Fatal(err)
	}
}

// Resize changes the size of the terminal and tells the program.
func (x *Program) Resize(w, h int) {
	x.t.Helper()
	x.setSize(w, h)
	x.mu.Lock()
	x.screen.Resize(w, h)
	x.mu.Unlock()
	x.Tea.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Type sends keys, or what else a terminal sends.
func (x *Program) Type(keys string) { _, _ = x.ptmx.WriteString(keys) }

// End ends the program, gives its terminal back and waits until that shows.
func (x *Program) End() {
	x.t.Helper()
	x.Tea.Quit()
	x.Tea.Wait()
	x.after()
	x.Wait("the screen it was on", func(s *tty.Screen) bool { return !slices.Contains(s.Modes(), "?1049") })
}

// Wait waits until the screen is ok and nothing follows for a moment.
func (x *Program) Wait(what string, ok func(*tty.Screen) bool) {
	x.t.Helper()
	for end := time.Now().Add(Patience); ; time.Sleep(5 * time.Millisecond) {
		x.mu.Lock()
		done := !x.screen.Syncing() && ok(x.screen) && time.Since(x.at) > 30*time.Millisecond
		x.mu.Unlock()
		if done {
			return
		}
		if time.Now().After(end) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.t.Fatalf("the terminal does not come to %s; modes %v, title %q:\n%s", what, x.screen.Modes(), x.screen.Title, x.screen)
		}
	}
}

// WaitTitle waits until the view of that title is shown.
func (x *Program) WaitTitle(title string) {
	x.t.Helper()
	x.Wait(title, func(s *tty.Screen) bool { return s.Title == title })
}

// Modes are the modes of the terminal that differ from those of a new one.
func (x *Program) Modes() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.Modes()
}

// Text is what is shown.
func (x *Program) Text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// Frames is how many frames were marked as such.
func (x *Program) Frames() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.Frames
}

// Output is every byte that the program wrote.
func (x *Program) Output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.out)
}

// Restored fails unless settings and modes are as they were found.
func (x *Program) Restored() {
	x.t.Helper()
	now, err := term.GetState(int(x.Line.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if !reflect.DeepEqual(now, x.before) {
		x.t.Errorf("the settings are %+v, were %+v", now, x.before)
	}
	if m := x.Modes(); len(m) > 0 {
		x.t.Errorf("modes are left on: %s", strings.Join(m, ", "))
	}
}

// Difference says where two screens differ, cell by cell, and in the cursor; "" is
// nowhere. Screens that differ are looked at for a while: a frame that is not marked may
// have come in part.
func Difference(reference, other *Program) (d string) {
	for end := time.Now().Add(Patience / 4); ; time.Sleep(20 * time.Millisecond) {
		if d = difference(reference, other); d == "" || time.Now().After(end) {
			return d
		}
	}
}

func difference(reference, other *Program) string {
	reference.mu.Lock()
	defer reference.mu.Unlock()
	other.mu.Lock()
	defer other.mu.Unlock()
	a, b := reference.screen, other.screen
	for y := range a.Height() {
		one, two := a.Line(y), b.Line(y)
		for x := range one {
			if !reflect.DeepEqual(visible(one[x]), visible(two[x])) {
				return fmt.Sprintf("column %d of row %d: %+v, the reference has %+v\n%s\n\n%s", x, y, two[x], one[x], b, a)
			}
		}
	}
	ax, ay := a.Cursor()
	bx, by := b.Cursor()
	hidden := slices.Contains(a.Modes(), "?25")
	switch {
	case hidden != slices.Contains(b.Modes(), "?25"):
		return fmt.Sprintf("the cursor of the reference is hidden: %v", hidden)
	case !hidden && (ax != bx || ay != by):
		return fmt.Sprintf("the cursor is at %d, %d; that of the reference at %d, %d", bx, by, ax, ay)
	}
	return ""
}

// visible is a cell without what nobody sees: the colour of no letter, which a
// terminal keeps or not as a cell was emptied.
func visible(c uv.Cell) uv.Cell {
	if c.Content == "" && c.Width == 1 {
		c.Content = " "
	}
	if c.Content == " " && c.Style.Attrs&uv.AttrReverse == 0 {
		c.Style.Fg = nil
		c.Style.Attrs &= uv.AttrStrikethrough
	}
	return c
}
