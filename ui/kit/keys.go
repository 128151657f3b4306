package kit

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/term"
)

// Keys holds every binding of the console, by where it works. Help text lives
// beside the key. Names for the [keys] table of the configuration are in Named.
type Keys struct {
	Global   globalKeys
	Move     moveKeys
	List     listKeys
	Token    tokenKeys
	Dialog   dialogKeys
	Form     formKeys
	Detail   detailKeys
	FirstRun firstRunKeys
	Doctor   doctorKeys
	Preview  previewKeys
	Users    usersKeys
	Run      runKeys
	Activity activityKeys
	Timeline timelineKeys
	Tabs     []Tab // as they stand in the first row
}

// globalKeys work on every page.
type globalKeys struct {
	Help, Palette, Quit, Stop, Suspend, Mouse, Back            key.Binding
	NextTab, PrevTab, Profiles, Runs, Bulk, Exposed, Handovers key.Binding
}

// moveKeys move in lists and texts.
type moveKeys struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom key.Binding
}

// listKeys work on the list of tokens.
type listKeys struct {
	Open, New, Filter, Sort, Reverse, Refresh, Failed, Mark, MarkUp, MarkDown, MarkAll key.Binding
	KeepFilter, ClearFilter                                                            key.Binding
}

// tokenKeys act on the token under the cursor, in the list and in its detail.
type tokenKeys struct {
	URL, IFrame, Token, CopyMenu, Reveal, Preview, Verify, Reissue, Role, Note key.Binding
}

// dialogKeys work in boxes over a page.
type dialogKeys struct {
	Yes, No, Choose, Left, Right, Close key.Binding
}

// Bind makes a binding of keys with the words of the help.
func Bind(help, desc string, names ...string) key.Binding {
	return key.NewBinding(key.WithKeys(names...), key.WithHelp(help, desc))
}

// NewKeys makes the bindings, changed as the configuration says. Each problem is
// a sentence: an unknown name, a key without a use, or one key for two things in
// one place. What is wrong is left at its default.
func NewKeys(remap map[string][]string) (Keys, []string) {
	k := defaultKeys()
	var problems []string
	named := k.Named()
	for _, name := range sorted(remap) {
		b, ok := named[name]
		if !ok {
			problems = append(problems, fmt.Sprintf("[keys] %s is no action", name))
			continue
		}
		before := *b
		names := remap[name]
		if len(names) == 0 {
			problems = append(problems, fmt.Sprintf("[keys] %s has no key", name))
			continue
		}
		b.SetKeys(names...)
		b.SetHelp(term.CleanWidth(strings.Join(names, " "), 24).String(), before.Help().Desc)
		if other := k.conflict(name); other != "" {
			problems = append(problems, fmt.Sprintf("[keys] %s = %s is taken by %s; the default stays", name, strings.Join(names, " "), other))
			*b = before
		}
	}
	return k, problems
}

func defaultKeys() Keys {
	return Keys{
		Global: globalKeys{
			Help: Bind("?", "keys", "?", "f1"), Palette: Bind(":", "command", ":", "ctrl+p"), Quit: Bind("q", "quit", "q"),
			Stop: Bind("ctrl+c", "twice: quit", "ctrl+c"), Suspend: Bind("ctrl+z", "to the shell", "ctrl+z"),
			Mouse: Bind("M", "mouse on or off", "M"), Back: Bind("esc", "back", "esc"),
			NextTab: Bind("tab", "next screen", "tab"), PrevTab: Bind("shift+tab", "previous screen", "shift+tab"),
			Profiles: Bind("P", "profiles", "P"), Runs: Bind("W", "runs that wait", "W"),
			Bulk: Bind("B", "issue for a list", "B"), Exposed: Bind("X", "exposure of all", "X"), Handovers: Bind("H", "hand-overs", "H"),
		},
		Move: moveKeys{
			Up: Bind("↑ k", "up", "up", "k"), Down: Bind("↓ j", "down", "down", "j"),
			PageUp: Bind("pgup", "page up", "pgup"), PageDown: Bind("pgdn", "page down", "pgdown"),
			HalfUp: Bind("ctrl+u", "half a page up", "ctrl+u"), HalfDown: Bind("ctrl+d", "half a page down", "ctrl+d"),
			Top: Bind("g", "first", "g", "home"), Bottom: Bind("G", "last", "G", "end"),
		},
		List: listKeys{
			Open: Bind("enter", "open", "enter"), New: Bind("n", "new", "n"), Filter: Bind("/", "filter", "/"),
			Sort: Bind("o", "sort", "o"), Reverse: Bind("O", "reverse", "O"), Refresh: Bind("ctrl+r", "refresh", "ctrl+r", "f5"),
			Failed: Bind("f", "failures", "f"),
			Mark:   Bind("space", "mark", "space"), MarkUp: Bind("shift+↑", "mark and up", "shift+up"),
			MarkDown: Bind("shift+↓", "mark and down", "shift+down"), MarkAll: Bind("a", "mark all or none", "a"),
			KeepFilter: Bind("enter", "keep", "enter"), ClearFilter: Bind("esc", "clear", "esc"),
		},
		Token: tokenKeys{
			URL: Bind("y", "copy URL", "y"), IFrame: Bind("i", "copy iframe", "i"), Token: Bind("t", "copy token", "t"),
			CopyMenu: Bind("Y", "copy as", "Y", "c"), Reveal: Bind("v", "reveal 10 s", "v"), Verify: Bind("V", "verify", "V"),
			Preview: Bind("p", "preview", "p"),
			Reissue: Bind("r", "re-issue", "r"), Role: Bind("R", "role", "R"), Note: Bind("e", "note", "e"),
		},
		Dialog: dialogKeys{
			Yes: Bind("y", "yes", "y"), No: Bind("n", "no", "n"), Choose: Bind("enter", "choose", "enter"),
			Left: Bind("←", "left", "left", "shift+tab"), Right: Bind("→", "right", "right", "tab"), Close: Bind("esc", "close", "esc"),
		},
		Form:     defaultFormKeys(),
		Detail:   defaultDetailKeys(),
		FirstRun: defaultFirstRunKeys(),
		Doctor:   defaultDoctorKeys(),
		Activity: defaultActivityKeys(),
		Preview:  defaultPreviewKeys(),
		Users:    defaultUsersKeys(),
		Run:      defaultRunKeys(),
		Timeline: defaultTimelineKeys(),
		Tabs:     defaultTabs(),
	}
}

// Named maps the names of the configuration to the bindings that can be changed.
// Keys that would lock a person out (esc, enter, ctrl+c, arrows) are not there.
func (k *Keys) Named() map[string]*key.Binding {
	named := map[string]*key.Binding{
		"help": &k.Global.Help, "palette": &k.Global.Palette, "quit": &k.Global.Quit, "suspend": &k.Global.Suspend,
		"mouse": &k.Global.Mouse, "profiles": &k.Global.Profiles, "runs": &k.Global.Runs, "bulk": &k.Global.Bulk, "exposure-all": &k.Global.Exposed, "hand-overs": &k.Global.Handovers,
		"up": &k.Move.Up, "down": &k.Move.Down, "page-up": &k.Move.PageUp, "page-down": &k.Move.PageDown,
		"half-up": &k.Move.HalfUp, "half-down": &k.Move.HalfDown, "first": &k.Move.Top, "last": &k.Move.Bottom,
		"issue": &k.List.New, "filter": &k.List.Filter, "sort": &k.List.Sort, "reverse": &k.List.Reverse,
		"refresh": &k.List.Refresh, "failures": &k.List.Failed, "mark": &k.List.Mark, "mark-all": &k.List.MarkAll,
		"copy-url": &k.Token.URL, "copy-iframe": &k.Token.IFrame, "copy-token": &k.Token.Token, "copy-menu": &k.Token.CopyMenu,
		"reveal": &k.Token.Reveal, "verify": &k.Token.Verify, "preview": &k.Token.Preview, "preview-open": &k.Preview.Open, "reissue": &k.Token.Reissue, "role": &k.Token.Role, "note": &k.Token.Note, "report": &k.Activity.Report,
		"pair-older": &k.Detail.Older, "pair-newer": &k.Detail.Newer,
	}
	for i := range k.Tabs {
		named[k.Tabs[i].Action()] = &k.Tabs[i].Key
	}
	return named
}

// conflict names another binding of the same place that has a key of the named
// one. All keys that can be changed meet in the list of tokens.
func (k *Keys) conflict(name string) string {
	named := k.Named()
	mine := named[name].Keys()
	for _, fixed := range []string{"esc", "enter", "ctrl+c", "tab", "shift+tab", "shift+up", "shift+down"} {
		if slices.Contains(mine, fixed) {
			return "a key that stays as it is"
		}
	}
	for _, other := range sorted(named) {
		if other == name {
			continue
		}
		for _, n := range named[other].Keys() {
			if slices.Contains(mine, n) {
				return other
			}
		}
	}
	return ""
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Match returns the first Action whose key is msg.
func Match(actions []Action, msg tea.KeyPressMsg) (Action, bool) {
	for i := range actions {
		if key.Matches(msg, actions[i].Key) {
			return actions[i], true
		}
	}
	return Action{}, false
}

// Name is the first key of a binding, as sentences name it: "n issues one". No
// sentence names a key by itself, because each may be another one.
func Name(b key.Binding) string {
	first, _, _ := strings.Cut(b.Help().Key, " ")
	return first
}

// WithDesc is a binding with other words in the help.
func WithDesc(b key.Binding, desc string) key.Binding {
	b.SetHelp(b.Help().Key, desc)
	return b
}

// WhileTyping is a binding without the keys that a field would take as text. ok is
// false if none is left.
func WhileTyping(b key.Binding) (_ key.Binding, ok bool) {
	var kept []string
	for _, n := range b.Keys() {
		if len([]rune(n)) > 1 && n != "space" {
			kept = append(kept, n)
		}
	}
	if len(kept) == len(b.Keys()) || len(kept) == 0 {
		return b, len(kept) > 0
	}
	b.SetKeys(kept...)
	b.SetHelp(KeyName(kept[0]), b.Help().Desc)
	return b, true
}

// KeyName is a key as people write it, cleaned.
func KeyName(n string) string {
	if n == "pgup" || n == "pgdown" {
		return map[string]string{"pgup": "pgup", "pgdown": "pgdn"}[n]
	}
	return term.CleanWidth(keyWords.Replace(n), 12).String()
}

var keyWords = strings.NewReplacer("pgdown", "pgdn", "left", "←", "right", "→", "up", "↑", "down", "↓", "pgup", "pgup", "f1", "F1", "f2", "F2", "f3", "F3", "f5", "F5")
