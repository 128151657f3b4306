package paint

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
)

// Ensure that frames laid out line by line are what each of them is in one piece.
func TestLayOut_LineByLine(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	parts := []string{
		"", "plain", "\x1b[1mbold\x1b[m", "\x1b[38;5;9mred\x1b[m ● 漢字", "\x1b[7mgoes on", "x\x1b[0m", "━━──", "e\u0301 👩‍👧",
		"\x1b]8;;https://example.com\x1b\\link", "\x1b]8;;\x1b\\", strings.Repeat("long ", 12),
	}
	p := NewPainter(Options{Width: 24, Height: 6})
	p.cells = uv.NewScreenBuffer(24, 6)
	p.measured = true
	var lines []string
	for n := range 3000 {
		switch {
		case n%10 == 0:
			lines = nil
			for range rnd.IntN(9) {
				lines = append(lines, parts[rnd.IntN(len(parts))]+parts[rnd.IntN(len(parts))])
			}
		case len(lines) > 0:
			lines[rnd.IntN(len(lines))] = parts[rnd.IntN(len(parts))]
		}
		content := strings.Join(lines, "\n")
		p.layOut(strings.Split(content, "\n"), content)
		whole := uv.NewScreenBuffer(24, 6)
		uv.NewStyledString(content).Draw(whole, whole.Bounds())
		if got, want := cellsOf(p.cells), cellsOf(whole); got != want {
			t.Fatalf("frame %d, %q:\n%s\nis in one piece\n%s", n, content, got, want)
		}
	}
}

// cellsOf are the cells of a buffer with their styles.
func cellsOf(b uv.ScreenBuffer) string {
	var s strings.Builder
	for y := range b.Height() {
		for x := range b.Width() {
			c := b.CellAt(x, y)
			fmt.Fprintf(&s, "%q%d%s%s,", c.Content, c.Width, c.Style.String(), c.Link.URL)
		}
		s.WriteByte('\n')
	}
	return s.String()
}
