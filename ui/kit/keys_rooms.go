package kit

import "charm.land/bubbles/v2/key"

// formKeys work in the forms.
type formKeys struct {
	Next, Prev, Accept, Submit, Curl, Raw, Reload, EndWait key.Binding
	Up, Down, Left, Right                                  key.Binding
}

// detailKeys work in the detail of a token, beside those of tokenKeys.
type detailKeys struct {
	Select, Write, Next, Prev, Older, Newer, Keep, Raw key.Binding
}

// firstRunKeys work in the first run.
type firstRunKeys struct {
	Sandbox, Save, Again, Prove key.Binding
}

// activityKeys work in the list of events.
type activityKeys struct {
	Report key.Binding
}

// doctorKeys work in the doctor.
type doctorKeys struct {
	Again, Prove key.Binding
}

// previewKeys work in the preview.
type previewKeys struct {
	Again, Open, Page, Message key.Binding
}

// usersKeys work on people, on what is exposed of them, and on hand-overs.
type usersKeys struct {
	Exposure, Page, Done, Person key.Binding
}

// timelineKeys move the axis of the timeline.
type timelineKeys struct {
	In, Out, Back, On, Now, Unwatched, Calendar key.Binding
}

func defaultTimelineKeys() timelineKeys {
	return timelineKeys{
		In: Bind("+", "zoom in", "+", "="), Out: Bind("-", "zoom out", "-"),
		Back: Bind("←", "earlier", "left"), On: Bind("→", "later", "right"), Now: Bind("0", "now", "0"),
		Unwatched: Bind("m", "mark what ends unwatched", "m"),
		Calendar:  Bind("E", "calendar (.ics)", "E"),
	}
}

func defaultFormKeys() formKeys {
	return formKeys{
		Next: Bind("tab", "next", "tab"), Prev: Bind("shift+tab", "back", "shift+tab"),
		Accept: Bind("enter", "take it", "enter"), Submit: Bind("ctrl+s", "issue", "ctrl+s"), Curl: Bind("F3", "as curl", "f3"),
		Raw: Bind("F2", "server's words", "f2"), Reload: Bind("ctrl+r", "read the lists again", "ctrl+r", "f5"),
		EndWait: Bind("ctrl+x", "stop waiting", "ctrl+x"),
		Up:      Bind("↑", "up", "up"), Down: Bind("↓", "down", "down"), Left: Bind("←", "shorter", "left"), Right: Bind("→", "longer", "right"),
	}
}

func defaultDetailKeys() detailKeys {
	return detailKeys{
		Select: Bind("s", "select", "s"), Write: Bind("w", "write file", "w"),
		Next: Bind("→", "next snippet", "right", "tab"), Prev: Bind("←", "previous snippet", "left", "shift+tab"),
		Older: Bind("J", "older of pair", "J"), Newer: Bind("K", "newer of pair", "K"),
		Keep: Bind("z", "keep the copy", "z"), Raw: Bind("F2", "server's words", "f2"),
	}
}

func defaultFirstRunKeys() firstRunKeys {
	return firstRunKeys{
		Sandbox: Bind("ctrl+o", "try it without a server", "ctrl+o"), Save: Bind("ctrl+s", "save", "ctrl+s"),
		Again: Bind("ctrl+r", "check again", "ctrl+r", "f5"), Prove: Bind("ctrl+u", "save and prove the unit", "ctrl+u"),
	}
}

func defaultDoctorKeys() doctorKeys {
	return doctorKeys{Again: Bind("ctrl+r", "look again", "ctrl+r", "f5"), Prove: Bind("ctrl+u", "prove the unit", "ctrl+u")}
}

// runKeys work in a change of a role, in a plan and in the list of those that wait.
type runKeys struct {
	LessPower, MorePower, Workspace, Reload, Curl, DryRun key.Binding
	Receipt, Unknown, Drop                                key.Binding
}

func defaultRunKeys() runKeys {
	return runKeys{
		LessPower: Bind("←", "role", "left"), MorePower: Bind("→", "role", "right"), Workspace: Bind("tab", "workspace", "tab"),
		Receipt: Bind("m", "copy the receipt", "m"), Drop: Bind("x", "drop", "x"), Reload: Bind("ctrl+r", "read it again", "ctrl+r", "f5"),
		Curl: Bind("ctrl+e", "as curl", "ctrl+e", "f3"), DryRun: Bind("ctrl+d", "dry run", "ctrl+d"),
		Unknown: Bind("U", "send the unsure ones again", "U"),
	}
}

func defaultPreviewKeys() previewKeys {
	return previewKeys{
		Again: Bind("l", "load again", "l"), Open: Bind("o", "open the page", "o"), Page: Bind("w", "open ToolJet", "w"),
		Message: Bind("m", "copy message", "m"),
	}
}

func defaultUsersKeys() usersKeys {
	return usersKeys{
		Exposure: Bind("x", "exposure", "x"), Page: Bind("w", "page in ToolJet", "w"), Done: Bind("d", "done", "d"),
		Person: Bind("u", "person", "u"),
	}
}

func defaultActivityKeys() activityKeys {
	return activityKeys{Report: Bind("b", "copy a report", "b")}
}
