package token

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// Actions implements Screen.
func (d *Detail) Actions() []kit.Action {
	k := d.shell.Keys()
	plain, file := 16, 17
	if d.shell.CopyFailed() {
		plain, file = 8, 9
	}
	list := []kit.Action{
		{Key: k.Token.IFrame, Title: "Copy the iframe", Hint: 10, Run: func() tea.Cmd { return d.copyKind("iframe") }, Why: d.whyNot},
		{Key: k.Token.URL, Title: "Copy the embed URL", Hint: 11, Run: func() tea.Cmd { return d.copyKind("url") }, Why: d.whyNot},
		{Key: k.Token.Token, Title: "Copy the token", Hint: 12, Run: func() tea.Cmd { return d.copyKind("token") }, Why: d.whyNot},
		{Key: kit.WithDesc(k.List.Open, "copy what is in view"), Title: "Copy the snippet in view", Run: func() tea.Cmd { return d.copyKind(d.kinds[d.kind].Name) }, Why: d.whyNot},
		{Key: k.Token.CopyMenu, Title: "Copy as", Hint: 13, Run: d.copyMenu, Why: d.whyNot},
		{Key: k.Token.Reveal, Title: "Reveal for 10 seconds, or hide", Hint: 14, Run: d.reveal, Why: d.whyNot},
		{Key: k.Detail.Select, Title: "Plain view to select with the terminal", Hint: plain, Run: d.selectView, Why: d.whyNot},
		{Key: k.Detail.Write, Title: "Write the snippet to a private file", Hint: file, Run: func() tea.Cmd {
			return kit.WriteOut(d.shell.Context(), d.shell.Issuer(), d.shell.Snippets(), d.handout(d.kinds[d.kind].Name))
		}, Why: d.whyNot, Local: true},
		{Key: k.Detail.Next, Title: "Next snippet", Hint: 18, Run: func() tea.Cmd { return d.turn(1) }},
		{Key: k.Detail.Prev, Title: "Previous snippet", Run: func() tea.Cmd { return d.turn(-1) }},
	}
	return slices.Concat(list, kit.MoveActions(k, &d.view, nil), d.pairActions(), d.moreActions())
}

func (d *Detail) moreActions() []kit.Action {
	k := d.shell.Keys()
	again, words := 19, 15
	if d.ticket == 0 && !d.has() && kit.WhyNoText(d.shell.Keys(), d.token) != "" { // what can be done here comes first
		again, words = 5, 6
	}
	list := []kit.Action{
		{Key: k.Token.Preview, Title: "Preview in the browser", Hint: 20, Run: func() tea.Cmd { return d.shell.Go(kit.PreviewOf{Token: d.token}) }, Why: d.whyNoPreview, Local: true},
		{Key: k.Token.Verify, Title: "Verify with ToolJet", Hint: 20, Run: func() tea.Cmd { return kit.Verify(d.shell, d.token) }, Why: d.whyNotSaved},
		{Key: k.Token.Reissue, Title: "Re-issue with the same settings", Hint: again, Run: d.reissue, Why: func() string {
			if d.ticket != 0 {
				return "A request is under way."
			}
			return ""
		}},
		{Key: k.Token.Role, Title: "Change the role of this person", Hint: 22, Run: func() tea.Cmd { return kit.ChangeRole(d.shell, d.token) }},
		{Key: k.Users.Person, Title: "The person of this token", Hint: 23, Run: func() tea.Cmd { return d.shell.Go(kit.PersonOf{User: kit.UserOf(d.token)}) }},
		{Key: k.List.New, Title: "New token", Hint: 21, Run: d.next},
	}
	if end, waits := kit.EndWait(d.shell, d.ticket); waits {
		list = append(list, end)
	}
	if d.problem != nil || pat.StoredError(d.token) != nil {
		list = append(list, kit.Action{Key: k.Detail.Raw, Title: "Show what the server said", Hint: words, Run: d.raw})
	}
	return list
}

// whyNot says why there is nothing to hand over, or "".
func (d *Detail) whyNot() string {
	switch {
	case d.ticket != 0:
		return "" // it is done as soon as the token is there
	case d.has():
		return ""
	case d.sealErr != nil:
		x := pat.Explain(d.sealErr)
		return x.Title + ": " + x.Cause + ". " + x.Next + "."
	default:
		return kit.WhyNoText(d.shell.Keys(), d.token)
	}
}

// whyNoPreview says why the token cannot be shown in a browser, or "".
func (d *Detail) whyNoPreview() string {
	switch {
	case d.ticket != 0:
		return "The token is still under way."
	case d.lost:
		return d.whyNotSaved()
	}
	return kit.WhyNoPreview(d.shell, d.token)
}

func (d *Detail) whyNotSaved() string {
	if d.lost {
		return "This token is not in the history: copy it first."
	}
	return ""
}

func (d *Detail) handout(kind string) kit.Handout {
	return kit.HandoutOf(d.shell, d.token, d.secrets, kind, !d.lost)
}

// copyKind copies now, or as soon as the token that is under way is there.
func (d *Detail) copyKind(kind string) tea.Cmd {
	if d.ticket != 0 {
		d.want = kind
		d.shell.Say(kit.LevelInfo, kit.HandoutOf(d.shell, d.token, pat.Secrets{}, kind, true).What+" is copied as soon as the token is there.")
		return nil
	}
	d.pick(kind)
	return kit.CopyHandout(d.shell, d.handout(kind))
}

func (d *Detail) copyMenu() tea.Cmd {
	return d.shell.Open(newCopyMenu(d.shell, d.token, d.framing, d.copyKind))
}

// turn shows the next or previous kind of snippet.
func (d *Detail) turn(by int) tea.Cmd { return d.toKind((d.kind + by + len(d.kinds)) % len(d.kinds))() }

func (d *Detail) toKind(i int) func() tea.Cmd {
	return func() tea.Cmd {
		d.kind = i
		d.view.First()
		return nil
	}
}

// Click shows the kind whose name was clicked.
func (d *Detail) Click(x, y int) tea.Cmd {
	if y != d.tabsAt {
		return nil
	}
	return kit.ClickZone(d.tabZones, x)
}

// reveal makes the secret readable for a while, or hides it.
func (d *Detail) reveal() tea.Cmd {
	if d.shown() {
		d.revealed = d.shell.Now()
		return nil
	}
	d.revealed = d.shell.Now().Add(kit.RevealFor)
	return tea.Batch(d.unseal(), kit.MarkShown(d.ctx, d.shell.Issuer(), d.token.ID))
}

func (d *Detail) selectView() tea.Cmd {
	return d.shell.Push(newSelectView(d.shell, d.handout(d.kinds[d.kind].Name)))
}

func (d *Detail) raw() tea.Cmd {
	if d.problem != nil {
		return d.shell.Open(kit.NewRawDialog(d.shell, d.problem))
	}
	x := pat.StoredError(d.token)
	return d.shell.Open(kit.NewRawExplained(d.shell, *x))
}

func (d *Detail) reissue() tea.Cmd {
	if d.lost && !d.copied {
		d.shell.Say(kit.LevelWarn, "Copy this one first: it is shown only here.")
		return nil
	}
	also := kit.OthersAlive(d.alive, d.shell.Now(), d.shell.Zone())
	if d.uncopied() {
		also = append(also, "It was never copied; it stays sealed in the history.")
	}
	return kit.ReissueIn(d.shell, d.token, d, also...)
}

// next leaves this token for a new one.
func (d *Detail) next() tea.Cmd {
	open := func() tea.Cmd { return d.shell.Replace(d, kit.NewToken{}) }
	if q, ask := d.Leaving(); ask {
		return d.shell.Ask(q, open)
	}
	return open()
}

// Status implements kit.Status: what was done with this token so far.
func (d *Detail) Status(int) string {
	now, zone := d.shell.Now(), d.shell.Zone()
	switch {
	case d.ticket != 0 || d.problem != nil && !d.lost:
		return ""
	case d.shown():
		return fmt.Sprintf("Readable %s; %s hides it now.", kit.StaysWords(d.shell, d.revealed), kit.Name(d.shell.Keys().Token.Reveal))
	case d.fresh && !d.copied:
		return "Nothing copied yet."
	case d.token.HasSecret && d.token.Copied.IsZero():
		return "Never copied."
	case !d.token.Copied.IsZero():
		return "Copied last " + kit.ClockTime(d.token.Copied, now, zone) + "."
	}
	return ""
}
