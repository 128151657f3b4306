package plan

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// overActions are what can be done with a run that is over: its new tokens are handed
// over from here, one by one or as a list.
func (p *Plan) overActions() []kit.Action {
	k := p.shell.Keys()
	again := kit.Action{
		Key: kit.WithDesc(k.Token.Reissue, "try what failed again"), Title: "Try again what failed or was not sent", Run: p.again,
		Why: func() string {
			if p.run.Again(p.steps) == nil {
				return "Nothing failed. What may exist is never sent again by itself."
			}
			return ""
		},
	}
	if again.Why() == "" {
		again.Hint = 1
	}
	list := []kit.Action{again, {Key: k.Run.Receipt, Title: "Copy a receipt for a ticket, without tokens", Hint: 5, Run: p.receipt}}
	if p.ready.Issues() == 0 {
		return list
	}
	copies := func(kind string) func() tea.Cmd { return func() tea.Cmd { return p.copy(kind) } }
	hand := []kit.Action{
		{Key: k.Token.IFrame, Title: "Copy the iframe of each new token", Hint: 2, Run: copies("iframe"), Why: p.whyNone},
		{Key: k.Token.URL, Title: "Copy the embed URL of each new token", Hint: 3, Run: copies("url"), Why: p.whyNone},
		{Key: k.Token.Token, Title: "Copy each new token", Run: copies("token"), Why: p.whyNone},
		{Key: kit.WithDesc(k.List.Open, "new token"), Title: "Look at the new token", Hint: 4, Run: p.open, Why: p.whyNotOne},
	}
	for i, a := range hand {
		if a.Why() != "" {
			hand[i].Hint = 0
		}
	}
	return append(list, hand...)
}

// made are the tokens that the run brought.
func (p *Plan) made() []pat.Token {
	var made []pat.Token
	for _, s := range p.steps {
		if s.State == pat.StepOK && s.Action == pat.ActIssue {
			made = append(made, s.Grant.Token)
		}
	}
	return made
}

func (p *Plan) whyNone() string {
	if len(p.made()) == 0 {
		return "No token was issued here."
	}
	return ""
}

func (p *Plan) whyNotOne() string {
	if len(p.made()) > 1 {
		return "Several were issued: " + kit.Name(p.shell.Keys().Token.IFrame) + " copies the iframes of all; the list of tokens has each."
	}
	return p.whyNone()
}

// copy hands the new tokens over: a snippet, or one a line where there are several.
func (p *Plan) copy(kind string) tea.Cmd {
	made := p.made()
	if len(made) == 1 {
		return kit.CopyHandout(p.shell, kit.HandoutOf(p.shell, made[0], pat.Secrets{}, kind, true))
	}
	return kit.CopyList(p.shell, made, kind)
}

func (p *Plan) open() tea.Cmd { return p.shell.Go(kit.TokenOf{Token: p.made()[0]}) }

// receipt copies what was done, for a ticket.
func (p *Plan) receipt() tea.Cmd {
	return kit.CopyPlain(p.shell, "Receipt", p.shell.Issuer().Receipt(p.run, p.steps, p.shell.Zone()))
}
