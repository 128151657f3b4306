package kit

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/widget"
)

// Ensure each key that moves leads a list and a text to the same line.
func TestMoves_ListAndTextAlike(t *testing.T) {
	keys, problems := NewKeys(nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rows := make([]int, 50)
	for i := range rows {
		rows[i] = i
	}
	for _, c := range []struct {
		name string
		key  tea.KeyPressMsg
		want int
	}{
		{"down", tea.KeyPressMsg{Code: tea.KeyDown}, 21},
		{"up", tea.KeyPressMsg{Code: tea.KeyUp}, 19},
		{"page down", tea.KeyPressMsg{Code: tea.KeyPgDown}, 30},
		{"page up", tea.KeyPressMsg{Code: tea.KeyPgUp}, 10},
		{"half down", tea.KeyPressMsg{Code: 'd', Mod: tea.ModCtrl}, 25},
		{"half up", tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}, 15},
		{"first", tea.KeyPressMsg{Code: 'g', Text: "g"}, 0},
	} {
		list := widget.NewList(func(i int) int { return i })
		list.SetHeight(10)
		list.SetAll(rows)
		list.By(20)
		var text widget.Scroll
		text.Fit(50, 10)
		text.By(20)
		moved := 0
		for _, m := range []Mover{list, &text} {
			a, ok := Match(MoveActions(&keys, m, func() tea.Cmd { moved++; return nil }), c.key)
			if !ok {
				t.Fatalf("%s: no key moves", c.name)
			}
			a.Run()
		}
		text.Fit(50, 10)
		from, _ := text.Window()
		if sel, _ := list.Selected(); sel != c.want || from != c.want || moved != 2 {
			t.Errorf("%s: the list is at %d, the text at %d, %d were told; want %d", c.name, sel, from, moved, c.want)
		}
	}
}
