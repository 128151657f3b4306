package tokens

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// unread reports whether the first rows of the view are on their way: until they are
// there, nobody knows what is under the cursor, and what is shown is of another filter.
func (t *List) unread() bool { return t.inFlight[requestFirst] }

// holding are actions of which those on a row wait for it while it is being read, so
// that a key which comes before the rows is neither lost nor told that there are none.
func (t *List) holding(list []kit.Action) []kit.Action {
	if !t.unread() {
		return list
	}
	for i, a := range list {
		if a.Why == nil {
			continue
		}
		list[i].Why = nil
		list[i].Run = func() tea.Cmd {
			t.held = func() tea.Cmd {
				if why := a.Why(); why != "" {
					t.shell.Say(kit.LevelWarn, why)
					return nil
				}
				return a.Run()
			}
			return nil
		}
	}
	return list
}

// release does what was held for the rows, now that they are there. What was asked for
// on another page by then is forgotten.
func (t *List) release() tea.Cmd {
	held := t.held
	t.held = nil
	if held == nil || !t.onTop() {
		return nil
	}
	return held()
}
