package kit

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
)

// Tab is a screen of the first row. The first one is the home of a session.
type Tab struct {
	// Name is how the header calls it; in small letters it is its name in [keys].
	// Short is its name where there is little room.
	Name, Short string
	Key         key.Binding
	Place       Place // nil = home
}

// Label is how the header names a tab on a screen of some width.
func (t Tab) Label(width int) string {
	if width < NarrowWidth && t.Short != "" {
		return Name(t.Key) + " " + t.Short
	}
	return Name(t.Key) + " " + t.Name
}

// Action is the name of the tab in the [keys] table of the configuration.
func (t Tab) Action() string { return strings.ToLower(t.Name) }

// defaultTabs are the screens of the first row as they stand there; each one's key
// is its place.
func defaultTabs() []Tab {
	tabs := []Tab{
		{Name: "Tokens"},
		{Name: "Timeline", Short: "Time", Place: Timeline{}},
		{Name: "Users", Place: Users{}},
		{Name: "Activity", Short: "Log", Place: Activity{}},
		{Name: "Doctor", Short: "Dr", Place: Doctor{}},
	}
	for i := range tabs {
		n := strconv.Itoa(i + 1)
		tabs[i].Key = Bind(n, tabs[i].Action(), n)
	}
	return tabs
}

// Tab is the screen of the first row at a place and its position, -1 if there is
// none.
func (k *Keys) Tab(p Place) (Tab, int) {
	for i, t := range k.Tabs {
		if t.Place == p {
			return t, i
		}
	}
	return Tab{}, -1
}
