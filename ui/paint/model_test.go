package paint_test

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/ui/paint"
)

// counter shows how many messages it saw, and how often it was asked.
type counter struct {
	seen, views atomic.Int64
	bad         bool
	takes       time.Duration // for a view
}

func (c *counter) Init() tea.Cmd { return nil }

func (c *counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case int:
		c.seen.Add(1)
	case bool:
		c.bad = msg
	}
	return c, nil
}

func (c *counter) View() tea.View {
	c.views.Add(1)
	time.Sleep(c.takes)
	if c.bad {
		panic("not to be drawn")
	}
	return tea.NewView(strings.Repeat("+", int(c.seen.Load()%40)))
}

// log is what was written, and in how many pieces.
type log struct {
	mu     sync.Mutex
	pieces int
	bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(b) > 0 {
		l.pieces++
	}
	return l.Buffer.Write(b)
}

func (l *log) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pieces
}

// running runs f beside a program in a bubble, in which time passes only while all
// wait. The framework's own clock ticks once a second.
func running(t *testing.T, of tea.Model, failed func(any), f func(p *tea.Program, out *log)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		out := &log{}
		in, keyboard := io.Pipe()
		painter := paint.NewPainter(paint.Options{In: in, Out: out, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.TrueColor, Width: 80, Height: 24})
		if err := painter.Take(); err != nil {
			t.Fatal(err)
		}
		p := paint.NewModel(of, painter, failed).Program(nil, tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithEnvironment(nil))
		ended := make(chan struct{})
		go func() { defer close(ended); _, _ = p.Run() }()
		time.Sleep(time.Second)
		synctest.Wait()
		f(p, out)
		p.Quit()
		_ = keyboard.Close()
		<-ended
		if err := painter.Release(); err != nil {
			t.Error(err)
		}
	})
}

// Ensure a burst of a thousand messages is drawn twice: as it begins, and as it
// ended 4 ms later.
func TestModel_BurstIsDrawnTwice(t *testing.T) {
	t.Parallel()
	c := &counter{}
	running(t, c, nil, func(p *tea.Program, out *log) {
		views, pieces := c.views.Load(), out.count()
		for range 1000 {
			p.Send(1)
		}
		synctest.Wait()
		if n := c.views.Load() - views; n != 1 {
			t.Errorf("%d views during the burst", n)
		}
		time.Sleep(3 * time.Millisecond)
		synctest.Wait()
		if n := c.views.Load() - views; n != 1 {
			t.Errorf("%d views within 4 ms", n)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if n := c.views.Load() - views; n != 2 || c.seen.Load() != 1000 {
			t.Errorf("%d views of %d messages", n, c.seen.Load())
		}
		if n := out.count() - pieces; n != 1 && n != 2 {
			t.Errorf("%d frames were written", n)
		}
	})
}

// Ensure a frame that shows nothing new puts off the next one by a millisecond, and
// one that took long puts it off by three times as long, up to 16 ms.
func TestModel_Rest(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tt := range []struct {
		name        string
		first       tea.Msg
		takes, rest time.Duration
	}{
		{"nothing new", "", 0, ms},
		{"nothing new, slowly", "", 9 * ms, ms},
		{"something", 1, 0, 4 * ms},
		{"soon", 1, ms, 4 * ms},
		{"slowly", 1, 3 * ms, 9 * ms},
		{"very slowly", 1, 90 * ms, 16 * ms},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &counter{takes: tt.takes}
			running(t, c, nil, func(p *tea.Program, out *log) {
				p.Send(tt.first)
				time.Sleep(tt.takes)
				synctest.Wait()
				pieces := out.count()
				p.Send(1)
				time.Sleep(tt.rest + tt.takes - time.Microsecond)
				synctest.Wait()
				if n := out.count() - pieces; n != 0 {
					t.Errorf("%d frames within %s", n, tt.rest)
				}
				time.Sleep(time.Microsecond)
				synctest.Wait()
				if n := out.count() - pieces; n != 1 {
					t.Errorf("%d frames after %s", n, tt.rest)
				}
			})
		})
	}
}

// Ensure a message after a rest is drawn at once, and nothing happens at rest.
func TestModel_DrawsAtOnceAndThenRests(t *testing.T) {
	t.Parallel()
	c := &counter{}
	running(t, c, nil, func(p *tea.Program, out *log) {
		views, pieces := c.views.Load(), out.count()
		p.Send(1)
		synctest.Wait()
		if c.views.Load() != views+1 || out.count() != pieces+1 {
			t.Errorf("%d views, %d frames", c.views.Load()-views, out.count()-pieces)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if c.views.Load() != views+1 || out.count() != pieces+1 {
			t.Errorf("after an hour: %d views, %d frames", c.views.Load()-views, out.count()-pieces)
		}
	})
}

// Ensure what is no part of a frame is sent at once.
func TestModel_RawIsSentAtOnce(t *testing.T) {
	t.Parallel()
	running(t, &counter{}, nil, func(p *tea.Program, out *log) {
		p.Send(tea.RawMsg{Msg: "\a"})
		synctest.Wait()
		out.mu.Lock()
		defer out.mu.Unlock()
		if !strings.HasSuffix(out.String(), "\a") {
			t.Errorf("no bell: %q", out.String())
		}
	})
}

// Ensure a panic while a frame is drawn is told, and the program goes on.
func TestModel_PanicInView(t *testing.T) {
	t.Parallel()
	c := &counter{}
	var told []any
	running(t, c, func(r any) { told = append(told, r) }, func(p *tea.Program, out *log) {
		p.Send(true)
		synctest.Wait()
		if len(told) != 1 || told[0] != "not to be drawn" {
			t.Errorf("told: %v", told)
		}
		time.Sleep(time.Second)
		p.Send(false)
		time.Sleep(time.Second)
		before := out.count()
		p.Send(1)
		synctest.Wait()
		if out.count() != before+1 {
			t.Error("it does not draw any more")
		}
	})
}

// early is a model whose first commands are two, and which counts what it hears.
type early struct {
	counter
	ran   atomic.Int32
	heard atomic.Int32
}

type earlyMsg struct{}

func (e *early) Init() tea.Cmd {
	one := func() tea.Msg { e.ran.Add(1); return earlyMsg{} }
	return tea.Batch(one, tea.Batch(one, one))
}

func (e *early) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(earlyMsg); ok {
		e.heard.Add(1)
	}
	return e, nil
}

// Ensure first commands run before there is a program, once, and are heard by it; and that
// what comes right after the first frame is drawn without a pause.
func TestModel_Begin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, out := &early{}, &log{}
		in, keyboard := io.Pipe()
		painter := paint.NewPainter(paint.Options{In: in, Out: out, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.TrueColor, Width: 80, Height: 24})
		e.seen.Store(1)
		m := paint.NewModel(e, painter, nil)
		m.Begin()
		synctest.Wait()
		if n := e.ran.Load(); n != 3 {
			t.Errorf("%d of 3 ran", n)
		}
		if err := painter.Take(); err != nil {
			t.Fatal(err)
		}
		p := m.Program(nil, tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithEnvironment(nil))
		ended := make(chan struct{})
		go func() { defer close(ended); _, _ = p.Run() }()
		synctest.Wait()
		if ran, heard := e.ran.Load(), e.heard.Load(); ran != 3 || heard != 3 {
			t.Errorf("%d ran, %d were heard", ran, heard)
		}
		views := e.views.Load()
		e.seen.Add(1)
		p.Send(nil)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if n := e.views.Load() - views; n != 1 {
			t.Errorf("%d views within a millisecond", n)
		}
		p.Quit()
		_ = keyboard.Close()
		<-ended
		if err := painter.Release(); err != nil {
			t.Error(err)
		}
	})
}
