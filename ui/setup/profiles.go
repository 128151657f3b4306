package setup

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Profiles lists the servers of the configuration and switches between them.
type Profiles struct {
	shell   kit.Shell
	names   []string
	menu    *widget.Menu
	opening string // the profile that is being opened
	problem error
	w, h    int
	menuAt  int // line of the first name
}

// NewProfiles returns the list of servers that are set up.
func NewProfiles(s kit.Shell) *Profiles {
	p := &Profiles{shell: s, names: s.Config().Names()}
	entries := make([]widget.Entry, len(p.names))
	for i, n := range p.names {
		entries[i] = p.entry(s.Config().Profiles[n], n)
	}
	p.menu = widget.NewMenu(s.Theme().Form, entries)
	for i, n := range p.names {
		if p.current(n) {
			p.menu.Select(i)
		}
	}
	return p
}

// current reports whether a profile is in use. The sandbox's is none of a
// configuration file, even if one there has its name.
func (p *Profiles) current(name string) bool {
	if p.shell.Demo() && p.shell.Config().Path != "" {
		return false
	}
	return p.shell.Profile() != nil && p.shell.Profile().Name == name
}

func (p *Profiles) entry(c *config.Profile, name string) widget.Entry {
	e := widget.Entry{Title: name, Note: c.URL, Mark: " "}
	if p.current(name) {
		e.Mark = p.shell.Theme().Glyphs.Good
	}
	if c.Production {
		e.Note = "PROD  " + e.Note
	}
	if c.ReadOnly {
		e.Note = "read-only  " + e.Note
	}
	return e
}

// Title implements Screen.
func (p *Profiles) Title() string { return "Profiles" }

// Init implements Screen.
func (p *Profiles) Init(context.Context) tea.Cmd { return nil }

// Update implements Screen.
func (p *Profiles) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(kit.SwitchedMsg); ok {
		p.opening, p.problem = "", m.Err
	}
	return nil
}

// SetSize implements Screen.
func (p *Profiles) SetSize(w, h int) { p.w, p.h = w, h }

// Typing implements Screen.
func (p *Profiles) Typing() bool { return false }

// Busy implements kit.Busy.
func (p *Profiles) Busy() bool { return p.opening != "" }

// Actions implements Screen.
func (p *Profiles) Actions() []kit.Action {
	k := p.shell.Keys()
	return []kit.Action{
		p.switchAction(),
		{Key: kit.WithDesc(k.Move.Up, "up"), Run: func() tea.Cmd { p.menu.Up(); return nil }},
		{Key: kit.WithDesc(k.Move.Down, "down"), Run: func() tea.Cmd { p.menu.Down(); return nil }},
		{Key: k.List.New, Title: "Add a profile", Hint: 20, Local: true, Run: func() tea.Cmd { return p.shell.Go(kit.NewProfile{}) }, Why: func() string {
			if p.shell.Servers().Save == nil {
				return "Nothing can be saved here."
			}
			return ""
		}},
		{Key: k.FirstRun.Sandbox, Title: "Sandbox (no server)", Hint: 30, Run: func() tea.Cmd { return toSandbox(p.shell) }, Local: true},
	}
}

func (p *Profiles) whyNot() string {
	switch {
	case p.opening != "":
		return p.opening + " is being opened."
	case len(p.names) == 0:
		return "There is no profile yet: " + kit.Name(p.shell.Keys().List.New) + " adds one."
	case p.shell.Servers().Open == nil:
		return "Profiles cannot be switched here."
	case p.current(p.names[p.menu.Index()]):
		return "This is the profile in use."
	default:
		return ""
	}
}

// Click puts the cursor on a profile, and opens the one that has it already.
func (p *Profiles) Click(_, y int) tea.Cmd {
	was := p.menu.Index()
	if p.menu.Point(y-p.menuAt) && p.menu.Index() == was {
		return p.shell.Do(p.switchAction())
	}
	return nil
}

func (p *Profiles) switchAction() kit.Action {
	return kit.Action{Key: kit.WithDesc(p.shell.Keys().Dialog.Choose, "switch to it"), Title: "Switch to this profile", Hint: 10, Run: p.open, Why: p.whyNot}
}

func (p *Profiles) open() tea.Cmd {
	p.opening, p.problem = p.names[p.menu.Index()], nil
	return openProfile(p.shell.Context(), p.shell.Servers().Open, p.opening)
}

// View implements Screen.
func (p *Profiles) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	lines := []string{"", "  " + th.Muted.Render(term.CleanWidth("Servers in "+kit.FirstOf(p.shell.Config().Path, "the configuration"), p.w-4).String()), ""}
	if p.h < 12 {
		lines = nil
	}
	if len(p.names) == 0 {
		lines = append(lines, "  "+th.Text.Render("No profile yet.")+th.Muted.Render(fmt.Sprintf("  %s adds a server, %s opens the sandbox.", kit.Name(p.shell.Keys().List.New), kit.Name(p.shell.Keys().FirstRun.Sandbox))))
	}
	p.menuAt = len(lines)
	for _, l := range p.menu.Rows(max(1, p.w-4), max(1, p.h-len(lines)-4), true) {
		lines = append(lines, "  "+l)
	}
	if len(p.names) > 0 && p.h-len(lines) >= 7 {
		lines = append(append(lines, ""), p.about(p.shell.Config().Profiles[p.names[p.menu.Index()]])...)
	}
	switch {
	case p.opening != "":
		lines = append(lines, "", "  "+th.Accent.Render(fmt.Sprintf("%s Opening %s", th.Glyphs.Run, term.CleanWidth(p.opening, 40))))
	case p.problem != nil:
		lines = append(append(lines, ""), kit.ProblemLines(th, pat.Explain(p.problem), p.w-2, "the profile in use stays open")...)
	}
	return kit.Block(kit.JoinLines(lines), p.w, p.h), nil
}

// about says how a profile is set up.
func (p *Profiles) about(c *config.Profile) []string {
	th := p.shell.Theme()
	unit := kit.FirstOf(c.Unit, config.Seconds) + ", not proven"
	if c.UnitProven() {
		day, _, _ := strings.Cut(c.UnitProvenAt, "T")
		unit = kit.FirstOf(c.Unit, config.Seconds) + ", proven " + day
	}
	guard := "none"
	switch {
	case c.ReadOnly:
		guard = "read-only: nothing can be issued"
	case c.Production:
		guard = "production: issuing asks for the user's name"
	}
	life := "no limit of its own"
	if c.MaxLife.Duration > 0 {
		life = "at most " + c.MaxLife.String()
	}
	var lines []string
	for _, f := range [][2]string{{"Server", c.URL}, {"Key", kit.FirstOf(c.Key, "asked for each time")}, {"Guard", guard}, {"Unit", unit}, {"Life", life}} {
		lines = append(lines, "    "+th.Muted.Render(widget.Pad(f[0], 8))+th.Text.Render(term.CleanWidth(f[1], max(1, p.w-14)).String()))
	}
	return lines
}
