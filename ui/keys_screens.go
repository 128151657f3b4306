package ui

import "charm.land/bubbles/v2/key"

// formKeys work in the forms.
type formKeys struct {
	Next, Prev, Accept, Submit, Curl, Raw, Reload, EndWait key.Binding
	Up, Down, Left, Right                                  key.Binding
}

// detailKeys work in the detail of a token, beside those of tokenKeys.
type detailKeys struct {
	Select, Write, Next, Prev, Keep, Raw key.Binding
}

// firstRunKeys work in the first run.
type firstRunKeys struct {
	Sandbox, Save, Again key.Binding
}

// doctorKeys work in the doctor.
type doctorKeys struct {
	Again key.Binding
}

func defaultFormKeys() formKeys {
	return formKeys{
		Next: bind("tab", "next", "tab"), Prev: bind("shift+tab", "back", "shift+tab"),
		Accept: bind("enter", "take it", "enter"), Submit: bind("ctrl+s", "issue", "ctrl+s"), Curl: bind("ctrl+e", "as curl", "ctrl+e"),
		Raw: bind("F2", "server's words", "f2"), Reload: bind("ctrl+r", "read the lists again", "ctrl+r", "f5"),
		EndWait: bind("ctrl+x", "stop waiting", "ctrl+x"),
		Up:      bind("↑", "up", "up"), Down: bind("↓", "down", "down"), Left: bind("←", "shorter", "left"), Right: bind("→", "longer", "right"),
	}
}

func defaultDetailKeys() detailKeys {
	return detailKeys{
		Select: bind("s", "select", "s"), Write: bind("w", "write file", "w"),
		Next: bind("→", "next snippet", "right", "tab"), Prev: bind("←", "previous snippet", "left", "shift+tab"),
		Keep: bind("z", "keep the copy", "z"), Raw: bind("F2", "server's words", "f2"),
	}
}

func defaultFirstRunKeys() firstRunKeys {
	return firstRunKeys{
		Sandbox: bind("ctrl+o", "try it without a server", "ctrl+o"), Save: bind("ctrl+s", "save", "ctrl+s"),
		Again: bind("ctrl+r", "check again", "ctrl+r", "f5"),
	}
}

func defaultDoctorKeys() doctorKeys {
	return doctorKeys{Again: bind("ctrl+r", "look again", "ctrl+r", "f5")}
}
