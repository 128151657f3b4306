//go:build unix

package paint_test

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/e2e/tty"
	"patdesk/ui/paint"
	"patdesk/ui/paint/painttest"
)

// page is a view with a title that tells it from others.
func page(title string, set func(v *tea.View)) tea.View {
	v := tea.NewView(title + " of the console")
	v.WindowTitle = title
	if set != nil {
		set(&v)
	}
	return v
}

// Ensure each thing of the terminal that a view wants is switched on with it, off
// with the next one that does not want it, and off at the end.
func TestPainter_Modes(t *testing.T) {
	t.Parallel()
	always := []string{"?1049", "?2004", "?25", "kitty 1", "modify keys"}
	with := func(add ...string) []string {
		m := slices.Concat(always, add)
		slices.Sort(m)
		return m
	}
	for _, tt := range []struct {
		name string
		set  func(v *tea.View)
		want []string
	}{
		{"nothing", nil, with()},
		{"focus", func(v *tea.View) { v.ReportFocus = true }, with("?1004")},
		{"mouse, buttons", func(v *tea.View) { v.MouseMode = tea.MouseModeCellMotion }, with("?1002", "?1006")},
		{"mouse, all", func(v *tea.View) { v.MouseMode = tea.MouseModeAllMotion }, with("?1003", "?1006")},
		{"pastes as keys", func(v *tea.View) { v.DisableBracketedPasteMode = true }, []string{"?1049", "?25", "kitty 1", "modify keys"}},
		{"keys of any layout", func(v *tea.View) { v.KeyboardEnhancements.ReportAlternateKeys = true }, []string{"?1049", "?2004", "?25", "kitty 5", "modify keys"}},
		{"all about keys", func(v *tea.View) {
			v.KeyboardEnhancements = tea.KeyboardEnhancements{ReportEventTypes: true, ReportAlternateKeys: true, ReportAllKeysAsEscapeCodes: true, ReportAssociatedText: true}
		}, []string{"?1049", "?2004", "?25", "kitty 31", "modify keys"}},
		{"cursor", func(v *tea.View) { v.Cursor = tea.NewCursor(3, 2) }, []string{"?1049", "?2004", "kitty 1", "modify keys"}},
		{"its colour", func(v *tea.View) { v.Cursor = tea.NewCursor(3, 2); v.Cursor.Color = color.White }, []string{"?1049", "?2004", "colour 12", "kitty 1", "modify keys"}},
		{"foreground", func(v *tea.View) { v.ForegroundColor = color.White }, with("colour 10")},
		{"background", func(v *tea.View) { v.BackgroundColor = color.Black }, with("colour 11")},
		{"progress", func(v *tea.View) { v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 40) }, with("progress")},
		{"progress with an error", func(v *tea.View) { v.ProgressBar = tea.NewProgressBar(tea.ProgressBarError, 40) }, with("progress")},
		{"progress without an end", func(v *tea.View) { v.ProgressBar = tea.NewProgressBar(tea.ProgressBarIndeterminate, 0) }, with("progress")},
		{"progress with a warning", func(v *tea.View) { v.ProgressBar = tea.NewProgressBar(tea.ProgressBarWarning, 40) }, with("progress")},
		{"no progress", func(v *tea.View) { v.ProgressBar = tea.NewProgressBar(tea.ProgressBarNone, 0) }, with()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x, _ := painttest.Painted(t, 40, 10, painttest.Mute)
			for n, of := range []struct {
				set  func(v *tea.View)
				want []string
			}{{tt.set, tt.want}, {nil, with()}, {tt.set, tt.want}} {
				title := fmt.Sprint("page ", n)
				x.Tea.Send(page(title, of.set))
				x.WaitTitle(title)
				if got := x.Modes(); !slices.Equal(got, of.want) {
					t.Errorf("page %d has %v, want %v", n, got, of.want)
				}
			}
			x.End()
			x.Restored()
		})
	}
}

// Ensure a shape of the cursor comes with it and goes at the end.
func TestPainter_CursorShape(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		shape tea.CursorShape
		blink bool
		want  string
	}{
		{tea.CursorBlock, true, "\x1b[1 q"},
		{tea.CursorBlock, false, "\x1b[2 q"},
		{tea.CursorUnderline, true, "\x1b[3 q"},
		{tea.CursorUnderline, false, "\x1b[4 q"},
		{tea.CursorBar, true, "\x1b[5 q"},
		{tea.CursorBar, false, "\x1b[6 q"},
	} {
		t.Run(fmt.Sprint(tt.shape, tt.blink), func(t *testing.T) {
			t.Parallel()
			x, _ := painttest.Painted(t, 40, 10, painttest.Mute)
			x.Tea.Send(page("typing", func(v *tea.View) {
				v.Cursor = tea.NewCursor(3, 2)
				v.Cursor.Shape, v.Cursor.Blink = tt.shape, tt.blink
			}))
			x.WaitTitle("typing")
			x.Wait("the cursor", func(s *tty.Screen) bool { a, b := s.Cursor(); return a == 3 && b == 2 })
			x.End()
			out := x.Output()
			on := strings.Index(out, tt.want)
			if on < 0 || strings.LastIndex(out, "\x1b[0 q") < on && strings.LastIndex(out, "\x1b[ q") < on {
				t.Errorf("%q is not switched on and off: %q", tt.want, out)
			}
		})
	}
}

// Ensure frames are shown whatever the terminal answers and when, marked if it
// says that it knows marks, and that no mark is left open.
func TestPainter_Answers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers painttest.Answers
		marked  bool
	}{
		"at once": {painttest.Prompt, true}, "late": {painttest.Late, true}, "in garbage": {painttest.Garbage, true}, "never": {painttest.Mute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, _ := painttest.Painted(t, 40, 10, tt.answers)
			x.Tea.Send(page("first", nil))
			x.WaitTitle("first")
			for n := 0; ; n++ {
				title := fmt.Sprint("page ", n)
				x.Tea.Send(page(title, nil))
				x.WaitTitle(title)
				if x.Frames() > 0 || !tt.marked && n == 10 {
					break
				}
				if n > 200 {
					t.Fatal("no frame is marked")
				}
			}
			if got := x.Text(); !strings.HasSuffix(got, "of the console") {
				t.Errorf("shown is %q", got)
			}
			x.End()
			x.Restored()
			if marked := x.Frames() > 0; marked != tt.marked {
				t.Errorf("marked: %v", marked)
			}
		})
	}
}

// Ensure a terminal that measures whole characters is asked to, and no longer at
// the end.
func TestPainter_WidthOfCharacters(t *testing.T) {
	t.Parallel()
	x, _ := painttest.Painted(t, 40, 10, func(reply func(string), answer string) {
		reply(strings.ReplaceAll(answer, "\x1b[?2027;0$y", "\x1b[?2027;2$y"))
	})
	x.Tea.Send(page("family 👩‍👩‍👧", nil))
	x.Wait("its widths", func(s *tty.Screen) bool { return slices.Contains(s.Modes(), "?2027") })
	x.End()
	x.Restored()
}

// hand is a message that gives the terminal away and takes it again.
type hand struct{ meanwhile func() }

func handing(m *paint.Model, msg tea.Msg) tea.Msg {
	if h, ok := msg.(hand); ok {
		_ = m.Release()
		h.meanwhile()
		_ = m.Retake()
		return nil
	}
	return msg
}

// Ensure that others get the terminal as it was found, and that all is there again
// afterwards, also in another size.
func TestPainter_OthersHaveTheTerminal(t *testing.T) {
	t.Parallel()
	x, _ := painttest.PaintedModel(t, 40, 10, painttest.Prompt, &painttest.Echo{}, handing)
	full := func(v *tea.View) {
		v.Cursor = tea.NewCursor(2, 1)
		v.ReportFocus, v.MouseMode = true, tea.MouseModeCellMotion
	}
	x.Tea.Send(page("before", full))
	x.WaitTitle("before")
	modes, text := x.Modes(), x.Text()
	for range 5 {
		x.Tea.Send(hand{func() {
			x.Wait("the state before", func(s *tty.Screen) bool { return len(s.Modes()) == 0 })
			x.Restored()
			_, _ = x.Line.WriteString("\x1b[2J\x1b[5;5Hsomebody else\r\n")
		}})
		x.WaitTitle("before")
		if got := x.Modes(); !slices.Equal(got, modes) {
			t.Fatalf("the modes are %v, were %v", got, modes)
		}
		if got := x.Text(); got != text {
			t.Fatalf("shown is %q, was %q", got, text)
		}
	}
	x.Type("\x1b[?2026;2$y") // the input is read again
	x.Tea.Send(page("after", full))
	x.WaitTitle("after")
	x.End()
	x.Restored()
}

// Ensure two hundred new sizes in a second end in the last one, drawn whole.
func TestPainter_StormOfSizes(t *testing.T) {
	t.Parallel()
	a, b := painttest.Framework(t, 80, 24), (*painttest.Program)(nil)
	b, _ = painttest.Painted(t, 80, 24, painttest.Prompt)
	lines := strings.Repeat(strings.Repeat("a wide line 漢字 ", 7)+"\n", 34)
	for _, x := range []*painttest.Program{a, b} {
		view := page("storm", func(v *tea.View) { v.Content, v.AltScreen = lines, true })
		x.Tea.Send(view)
		x.WaitTitle("storm")
		for n := range 200 {
			x.Resize(20+n*7%90, 6+n*5%28)
			time.Sleep(5 * time.Millisecond)
		}
		x.Resize(97, 31)
		view.WindowTitle = "calm"
		x.Tea.Send(view)
		x.WaitTitle("calm")
	}
	if d := painttest.Difference(a, b); d != "" {
		t.Error(d)
	}
}

// Ensure a view that is shown already writes nothing, and one that differs in a
// letter no more than the way to it and the letter.
func TestPainter_BytesOfAFrame(t *testing.T) {
	t.Parallel()
	x, _ := painttest.Painted(t, 80, 24, painttest.Mute)
	content := strings.Repeat(strings.Repeat("x", 80)+"\n", 23)
	send := func(content string) int {
		v := page("bytes", func(v *tea.View) { v.Content = content })
		before := len(x.Output())
		x.Tea.Send(v)
		x.WaitTitle("bytes")
		x.Wait("the content", func(s *tty.Screen) bool { return strings.TrimSpace(s.String()) == strings.TrimSpace(content) })
		return len(x.Output()) - before
	}
	send(content)
	if n := send(content); n != 0 {
		t.Errorf("%d bytes for nothing new", n)
	}
	if n := send(content[:81*11+40] + "y" + content[81*11+41:]); n > 12 {
		t.Errorf("%d bytes for a letter", n)
	}
}
