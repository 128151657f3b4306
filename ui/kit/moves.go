package kit

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// Mover is what the moving keys move: a widget.List by its cursor, a widget.Scroll by
// its window.
type Mover interface {
	// By moves it by lines, Page by screens or by parts of one.
	By(lines int)
	Page(screens, part int)
	First()
	Last()
}

// MoveActions move m by the keys for it. moved is what follows each move; nil is
// nothing.
func MoveActions(k *Keys, m Mover, moved func() tea.Cmd) []Action {
	return append(StepActions(k, m, moved),
		Action{Key: k.Move.Top, Run: moving(m.First, moved)},
		Action{Key: k.Move.Bottom, Run: moving(m.Last, moved)},
	)
}

// StepActions are MoveActions without those that lead to the ends: where a list is read
// in pieces, an end may have to be read first.
func StepActions(k *Keys, m Mover, moved func() tea.Cmd) []Action {
	by := func(move func()) func() tea.Cmd { return moving(move, moved) }
	return []Action{
		{Key: k.Move.Up, Run: by(func() { m.By(-1) })},
		{Key: k.Move.Down, Run: by(func() { m.By(1) })},
		{Key: k.Move.PageUp, Run: by(func() { m.Page(-1, 1) })},
		{Key: k.Move.PageDown, Run: by(func() { m.Page(1, 1) })},
		{Key: k.Move.HalfUp, Run: by(func() { m.Page(-1, 2) })},
		{Key: k.Move.HalfDown, Run: by(func() { m.Page(1, 2) })},
	}
}

func moving(move func(), moved func() tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		move()
		if moved == nil {
			return nil
		}
		return moved()
	}
}

// Behind appends to the Actions of a screen those of others that a key still reaches
// behind them, with those keys only.
func Behind(first, others []Action) []Action {
	taken := map[string]bool{}
	for _, a := range first {
		for _, n := range a.Key.Keys() {
			taken[n] = true
		}
	}
	out := slices.Clone(first)
	for _, a := range others {
		names := slices.DeleteFunc(slices.Clone(a.Key.Keys()), func(n string) bool { return taken[n] })
		if len(names) == 0 {
			continue
		}
		a.Key.SetKeys(names...)
		out = append(out, a)
	}
	return out
}
