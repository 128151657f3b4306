package paint

import (
	"fmt"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// How long nothing is drawn after a frame. Under a burst of messages only the last
// state within that time is drawn. After one that took long it is longer, so that
// drawing takes a quarter of the time at most and what the messages ask for the rest;
// after one that changed nothing it is shorter, for what was asked for then is to come.
const (
	pause    = 4 * time.Millisecond
	noPause  = time.Millisecond
	mostRest = 16 * time.Millisecond
)

// Model is a tea.Model whose views are drawn by a Painter at the end of each
// update. The program needs its Options and its Filter.
type Model struct {
	of      tea.Model
	painter *Painter
	failed  func(any) // takes what was thrown while a frame was drawn
	program *tea.Program

	width, height int  // at the start
	sized         bool // the model knows its size: there is something to draw

	next    time.Time // when the next frame may be drawn
	pending bool      // a frame is due then
	shown   bool      // a frame was drawn

	begin sync.Once
	first tea.Cmd // the model's own, started
}

// NewModel returns the model of, drawn by p. What is thrown while a frame is drawn
// goes to failed, in the program's own loop, which goes on.
func NewModel(of tea.Model, p *Painter, failed func(any)) *Model {
	return &Model{of: of, painter: p, failed: failed}
}

// frameMsg says that the frame that was put off is due.
type frameMsg struct{}

// Program returns a program that runs m. Its filter is asked after the Painter has
// seen the message; a nil filter passes all.
func (m *Model) Program(filter func(tea.Msg) tea.Msg, options ...tea.ProgramOption) *tea.Program {
	options = append(options,
		tea.WithoutRenderer(), tea.WithFPS(1), // the clock is of no use, and cannot be switched off
		tea.WithColorProfile(m.painter.o.Profile), tea.WithWindowSize(m.painter.o.Width, m.painter.o.Height),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg { return m.filter(filter, msg) }))
	m.width, m.height = m.painter.o.Width, m.painter.o.Height
	m.program = tea.NewProgram(m, options...)
	return m.program
}

// Begin asks the model for its first commands and starts them: what the first frames
// show can be read while the program is made and the terminal taken. The program hears
// of their messages when it runs.
func (m *Model) Begin() { m.begin.Do(func() { m.first = started(m.of.Init()) }) }

// started starts a command, and those that it stands for; what it returns waits for
// their messages.
func started(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	said := make(chan tea.Msg, 1) // nobody may ever ask
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for n := range batch {
				batch[n] = started(batch[n])
			}
		}
		said <- msg
	}()
	return func() tea.Msg { return <-said }
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	m.Begin()
	return m.first
}

// Update implements tea.Model.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	of, cmd := m.of.Update(msg)
	m.of = of
	return m, cmd
}

// View implements tea.Model. The framework asks for it after each update: that is
// when a frame is drawn. What is returned is drawn by nobody.
func (m *Model) View() tea.View {
	switch wait := time.Until(m.next); {
	case m.pending, !m.sized:
	case wait <= 0:
		m.draw()
	default:
		m.pending = true
		time.AfterFunc(wait, func() { m.program.Send(frameMsg{}) })
	}
	return tea.View{}
}

func (m *Model) draw() {
	began, rest := time.Now(), noPause
	defer func() {
		if r := recover(); r != nil {
			rest = pause
			m.failed(r)
		}
		m.next = time.Now().Add(rest)
	}()
	// A terminal that went away is told of by the input.
	if written, _ := m.painter.Draw(m.of.View()); written && m.shown {
		rest = min(max(pause, 3*time.Since(began)), mostRest)
	}
	m.shown = true // the first is slow, has nothing to show yet, and says nothing of a burst
}

// filter takes what is for the terminal, and asks next about the rest. Nobody hears of a
// size that is not drawn.
func (m *Model) filter(next func(tea.Msg) tea.Msg, msg tea.Msg) tea.Msg {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		size.Width, size.Height = drawn(size.Width, size.Height)
		msg = size
	}
	switch msg := msg.(type) {
	case frameMsg:
		m.pending = false
		m.draw()
		return nil
	case tea.RawMsg: // the framework would write it with the next tick of its clock
		_, _ = fmt.Fprint(m.painter, msg.Msg)
		return nil
	case tea.WindowSizeMsg:
		m.sized = true
		m.painter.Resize(msg.Width, msg.Height)
	case tea.ModeReportMsg:
		m.painter.Answer(msg)
	}
	if next == nil {
		return msg
	}
	return next(msg)
}

// Release gives the terminal to others; the input is not read meanwhile. It is for
// the program's own loop, such as its filter.
func (m *Model) Release() error {
	err := m.program.ReleaseTerminal()
	if e := m.painter.Release(); e != nil {
		err = e
	}
	return err
}

// Retake takes the terminal again after Release. The next frame is drawn anew, in
// the size that the terminal has by then.
func (m *Model) Retake() error {
	if err := m.painter.Take(); err != nil {
		return err
	}
	go m.sendSize()
	return m.program.RestoreTerminal()
}

// Follow tells the program of each new size until done is closed. A size that
// changes while the program is told of another is asked for afterwards: the last
// one counts.
func (m *Model) Follow(changed <-chan os.Signal, done <-chan struct{}) {
	if w, h := m.painter.Size(); w != m.width || h != m.height { // changed before it was followed
		m.sendSize()
	}
	for {
		select {
		case <-done:
			return
		case <-changed:
			m.sendSize()
		}
	}
}

func (m *Model) sendSize() {
	w, h := m.painter.Size()
	m.program.Send(tea.WindowSizeMsg{Width: w, Height: h})
}
