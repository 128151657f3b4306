package ui

import (
	"context"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/ui/kit"
)

// Ensure a terminal that shows nothing beyond ASCII is sent nothing else, on any
// screen and at any size.
func TestASCII_NothingElse(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			st := sc.stage()
			st.look = kit.Look{Dark: true, Profile: colorprofile.ANSI, ASCII: true}
			story(t, st, func(d *driver) {
				sc.play(d)
				check := func() {
					t.Helper()
					screen := d.screen()
					if strings.HasPrefix(sc.name, "users") { // names keep their letters
						screen = regexp.MustCompile(`(?m)^.*@.*$`).ReplaceAllString(screen, "")
					}
					if bad := regexp.MustCompile(`[^\x00-\x7f]+`).FindString(screen); bad != "" {
						t.Errorf("%q on\n%s", bad, d.screen())
					}
				}
				for _, size := range [][2]int{{100, 30}, {60, 20}, {40, 12}} {
					d.resize(size[0], size[1])
					check()
					if len(d.s.dialogs) == 0 {
						d.press("f1")
						check()
						d.press("esc", "ctrl+p")
						check()
						d.press("esc")
					}
				}
			})
		})
	}
}

// bareText is a page with nothing but a text, for selecting with the terminal.
type bareText string

func (bareText) Title() string                 { return "Select" }
func (bareText) Init(context.Context) tea.Cmd  { return nil }
func (bareText) Update(tea.Msg) tea.Cmd        { return nil }
func (b bareText) View() (string, *tea.Cursor) { return string(b), nil }
func (bareText) SetSize(int, int)              {}
func (bareText) Actions() []kit.Action         { return nil }
func (bareText) Typing() bool                  { return false }
func (bareText) Bare() bool                    { return true }

// Ensure a text to be selected keeps its letters and signs even there.
func TestASCII_SelectViewIsTheTextItself(t *testing.T) {
	t.Parallel()
	story(t, stage{look: kit.Look{ASCII: true}}, func(d *driver) {
		d.s.Push(bareText("a → b…"))
		d.sees("a → b…")
	})
}
