package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/client"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/issue"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/term/termtest"
	"patdesk/ui/widget"
)

// quiet fails if a screen holds anything that a terminal would act on, beyond
// colours.
func (d *driver) quiet(where, hostile string) {
	d.t.Helper()
	v := d.s.View()
	if d.s.crash != nil {
		d.t.Fatalf("%s: panic: %s\n%s", where, d.s.crash.what, d.s.crash.stack)
	}
	if found := termtest.ForeignControls([]byte(v.Content), true); len(found) > 0 {
		d.t.Fatalf("%s: %v reach the terminal from %q", where, found, hostile)
	}
	if found := termtest.ForeignControls([]byte(v.WindowTitle), false); len(found) > 0 {
		d.t.Fatalf("%s: %v reach the title from %q", where, found, hostile)
	}
	lines := strings.Split(v.Content, "\n")
	if len(lines) != d.s.height {
		d.t.Fatalf("%s: %d lines from %q", where, len(lines), hostile)
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > d.s.width {
			d.t.Fatalf("%s: %q is too wide, from %q", where, l, hostile)
		}
	}
}

// hostileToken is a row in which everything foreign is hostile.
func hostileToken(d *driver, v string) pat.Token {
	now := d.s.now
	return pat.Token{
		ID: 77, Outcome: pat.Issued, Profile: v, Host: "https://tooljet.example.com", UserEmail: v, UserName: v, AppName: v, AppSlug: v,
		AppID: v, Workspace: v, Role: v, Note: v, By: v, Machine: v, Last4: "beef", Unit: "seconds", Life: time.Hour, Begun: now,
		Issued: now, Expires: now.Add(time.Hour), Drift: v, URLWarning: v, VerifyResult: v, Verified: now,
	}
}

// serverError is a failure that quotes the server.
func serverError(v string) error {
	return &pat.StageError{Stage: pat.StageIssue, User: v, App: v, KeySource: v, Err: &client.Error{
		Failure: client.FailStatus, Status: 400, Body: client.BodyJSON, Messages: []string{v, "patExpiry " + v, "email " + v},
		RequestID: v, Host: v, Names: []string{v}, Target: v, Proxy: v,
	}}
}

// Ensure that no foreign text reaches the terminal as more than text, on any
// surface of the screens of a token's life.
func TestHostile_ScreensShowTextOnly(t *testing.T) {
	t.Parallel()
	corpus := termtest.Corpus()
	surfaces := map[string]func(d *driver, v string){
		"lists": func(d *driver, v string) {
			d.s.requests.Draft = nil
			d.press("n")
			d.send(issue.UsersMsg{Users: []pat.User{{ID: "1", Email: v, Name: v, Status: v, Memberships: []pat.Membership{{Workspace: v, Role: v, WorkspaceID: "w"}}}}})
			d.send(issue.AppsMsg{Apps: []pat.App{{ID: "2", Name: v, Slug: v, Workspace: v, WorkspaceID: "w"}}})
			d.quiet("proposals of users", v)
			d.press("down", "enter")
			d.quiet("proposals of apps", v)
			d.press("down", "enter")
			d.quiet("picked", v)
			d.s.Pop()
		},
		"typed": func(d *driver, v string) {
			d.s.requests.Draft = nil
			d.press("n")
			for range 5 {
				d.send(tea.PasteMsg{Content: v})
				d.send(tea.KeyPressMsg{Code: 'x', Text: v})
				d.quiet("typed", v)
				d.press("tab")
			}
			d.s.Pop()
			d.s.requests.Draft = &kit.Draft{Problem: &pat.InvalidError{Field: pat.FieldUser, Reason: v}}
			d.press("n")
			d.quiet("refused field", v)
			d.s.Pop()
		},
		"problem": func(d *driver, v string) {
			d.s.requests.Draft = &kit.Draft{User: "ana@example.com", Problem: serverError(v)}
			d.press("n")
			d.send(kit.IssuedMsg{Ticket: -1, Request: pat.Request{User: v, App: v}, Err: serverError(v)})
			d.quiet("problem", v)
			d.s.Open(kit.NewRawDialog(d.s, serverError(v)))
			d.quiet("raw answer", v)
			d.s.Close()
			d.s.Pop()
		},
		"detail": func(d *driver, v string) {
			tok := hostileToken(d, v)
			d.s.Go(kit.Issued{Fact: kit.IssuedMsg{Grant: pat.Grant{Token: tok, Warnings: []string{v}}}})
			for range d.s.opts.Snippets.KindsFor(false) {
				d.quiet("detail", v)
				d.press("right")
			}
			d.s.Go(kit.CopyMenuOf{Token: tok})
			d.quiet("copy menu", v)
			d.s.Close()
			d.send(kit.VerifiedMsg{ID: 77, Result: pat.Verification{Token: tok, Verdict: pat.Valid, Drift: v, Warnings: []string{v}}})
			d.send(kit.CopiedMsg{ID: 77, What: v, Copied: term.Copied{Backend: v, Tool: v, File: v}})
			d.send(kit.WroteMsg{ID: 77, What: v, Path: v})
			d.quiet("handed over", v)
			d.send(kit.CopiedMsg{ID: 77, Err: errors.New(v)})
			d.quiet("not handed over", v)
			kit.Reissue(d.s, tok)
			d.quiet("question", v)
			d.s.Close()
			d.s.Pop()
			d.s.Go(kit.Reissuing{Old: tok, Ticket: 9999})
			d.quiet("waiting", v)
			d.s.Pop()
			d.s.Go(kit.NoteOf{Token: tok})
			d.quiet("note", v)
			d.s.Close()
		},
		"profiles": func(d *driver, v string) {
			d.s.config.Profiles = map[string]*config.Profile{v: {Name: v, URL: v, Key: v}}
			d.s.Go(kit.ProfileList{})
			d.quiet("profiles", v)
			d.s.Pop()
		},
	}
	for name, try := range surfaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, stage{}, func(d *driver) {
				for n := 0; n < len(corpus); n += effort(20, 12, 1) {
					v := corpus[n].Value
					if name != "problem" && len(v) > 1<<16 {
						v = v[:1<<16] // a megabyte once is enough
					}
					try(d, v)
				}
			})
		})
	}
	if n := len(corpus); n < 400 {
		t.Errorf("only %d hostile texts", n)
	}
}

// Ensure the same of the widgets alone, at a narrow width.
func TestHostile_WidgetsShowTextOnly(t *testing.T) {
	t.Parallel()
	st := kit.NewTheme(kit.Look{Dark: true}).Form
	for _, h := range termtest.Corpus() {
		p := widget.NewPicker(st, h.Value)
		first, _ := p.View(20)
		p.SetChoices([]widget.Choice{{Value: h.Value, Cells: []string{h.Value, h.Value}, Off: h.Value}})
		m := widget.NewMenu(st, []widget.Entry{{Title: h.Value, Note: h.Value, Off: h.Value}})
		out := strings.Join(append(append(p.Rows(20, 3), m.Rows(20, 2, true)...), first), "\n")
		if found := termtest.ForeignControls([]byte(out), true); len(found) > 0 {
			t.Fatalf("%s: %v", h.Name, found)
		}
	}
}
