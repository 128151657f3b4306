package setup

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/address"
	"patdesk/config"
	"patdesk/paste"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// What is typed is judged while it is typed, by the rules of the command line: the
// key as soon as there is a value, the address once typing has paused, because
// half of an address is always wrong.

// server is the base URL that is meant by what was typed.
func (f *firstRun) server() (string, error) { return address.Parse(paste.Address(f.url.Value())) }

// offered is the base URL to take in place of what was typed, or "".
func (f *firstRun) offered() string {
	_, err := f.server()
	if e, ok := errors.AsType[*address.Error](err); ok {
		return e.Offer
	}
	return ""
}

// sendable is the key if it can be one, else none.
func (f *firstRun) sendable() secret.Text {
	if f.keyFault() != "" {
		return secret.Text{}
	}
	return secret.New(f.key.Value())
}

func (f *firstRun) keyFault() string {
	if err := secret.CheckAdminKey(secret.New(f.key.Value())); err != nil {
		return kit.Sentence(err.Error())
	}
	return ""
}

func (f *firstRun) urlFault() string {
	if f.url.Value() == "" {
		return "Where is the server? For example https://tooljet.example.com"
	}
	_, err := f.server()
	if err == nil {
		return ""
	}
	text := kit.Sentence(err.Error())
	if f.offered() != "" {
		text = strings.TrimSuffix(text, ".") + ". " + kit.Name(f.shell.Keys().Form.Accept) + " takes it."
	}
	return text
}

// judge says what is wrong with an input that has a value, and nothing of an empty
// one.
func (f *firstRun) judge(in *widget.Field) {
	row := f.form.Rows[f.row(in)]
	if row.Error = ""; in.Value() != "" {
		row.Error = f.fault(in)
	}
}

// takeOffer puts the base URL in place of what was typed around it. ok is false if
// nothing is offered.
func (f *firstRun) takeOffer() (cmd tea.Cmd, ok bool) {
	server := f.offered()
	if plain, err := f.server(); err == nil && f.url.Value() != "" {
		server = plain // without what was pasted around it
	}
	if server == "" {
		return nil, false
	}
	f.url.SetValue(server)
	f.derive()
	f.judge(f.url)
	return f.retry(), f.form.Rows[f.row(f.url)].Error == ""
}

// derive names the profile after its server until the person names it.
func (f *firstRun) derive() {
	if !f.ownName && f.url.Value() != "" {
		f.name.SetValue(config.ProfileName(paste.Address(f.url.Value())))
	}
}

// retry tries address and key again once typing has paused, if they changed and
// look like what they should be. An address is tried also without a fit key.
func (f *firstRun) retry() tea.Cmd {
	server, err := f.server()
	if err != nil {
		server = f.url.Value()
	}
	what := server + "\x00" + f.key.Value()
	if what == f.tried {
		return nil
	}
	f.tried, f.refused, f.settled = what, nil, false
	f.seq++
	f.run.End()
	f.run.Checks = nil
	f.trying = err == nil && f.url.Value() != "" && f.shell.Servers().Connect != nil
	return settle(f.ctx, f.seq)
}

// paused judges what was typed and tries it.
func (f *firstRun) paused() tea.Cmd {
	f.settled = true
	f.judge(f.url)
	if !f.trying {
		return nil
	}
	c := f.candidate()
	c.Key = f.sendable()
	return connect(f.ctx, f.shell.Servers().Connect, f.seq, c)
}
