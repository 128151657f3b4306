package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/kit"
)

// Ensure a wide screen has the detail in 52 columns beside a list that grows to 120, and
// that every width draws one straight edge between them and none beyond.
func TestTokens_WideScreensHaveStraightEdges(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 30, seed: everyState}, func(d *driver) {
		d.rest()
		for w := 139; w <= 200; w++ {
			d.s.width = w
			d.s.resize()
			_, body, _ := d.s.frame()
			lines := strings.Split(d.screen(), "\n")[body.Min.Y:body.Max.Y]
			list := min(120, w-55)
			for i, l := range lines {
				left, right, beside := strings.Cut(l, "│")
				switch {
				case w < 140:
					if beside {
						t.Fatalf("%d columns: the detail is at the right already: %q", w, l)
					}
				case !beside || ansi.StringWidth(left) != list+1:
					t.Fatalf("%d columns: the edge of line %d is at %d, not at %d: %q", w, i, ansi.StringWidth(left), list+1, l)
				case ansi.StringWidth(right) > 53 || strings.Contains(right, "…") && !strings.Contains(right, "pat_…"):
					t.Fatalf("%d columns: line %d of the detail is cut or too wide: %q", w, i, right)
				}
			}
			if w >= 140 { // what stands at the right of the list ends where the list does
				for _, i := range []int{0, len(lines) - 1} {
					left, _, _ := strings.Cut(lines[i], "│")
					if end := ansi.StringWidth(strings.TrimRight(left, " ")); end != list-1 {
						t.Fatalf("%d columns: line %d ends at %d, not at %d: %q", w, i, end, list-1, left)
					}
				}
			}
		}
	})
}

// Ensure the page of a token ends in one line on a wide screen, its box, its state and
// its sentences.
func TestDetail_WideScreensHaveOneEdge(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 30}, func(d *driver) {
		d.issued()
		for w := 80; w <= 200; w++ {
			d.s.width = w
			d.s.resize()
			_, body, _ := d.s.frame()
			edge, state, widest := 0, 0, 0
			for _, l := range strings.Split(d.screen(), "\n")[body.Min.Y:body.Max.Y] {
				n := ansi.StringWidth(l)
				widest = max(widest, n)
				if strings.HasSuffix(l, "╮") {
					edge = n
				}
				if strings.HasSuffix(l, "● OK") {
					state = n
				}
			}
			if edge == 0 || state != edge || widest > edge {
				t.Fatalf("%d columns: the box ends at %d, the state at %d, the widest line at %d:\n%s", w, edge, state, widest, d.screen())
			}
		}
	})
}

// Ensure 60x20 keeps the line of the filter and what is not sure about an end, in the
// list, in the form and on the page of a token.
func TestSmall_KeepsTheFilterAndTheUnit(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 60, h: 20}, func(d *driver) {
		d.sees("/ filter: user:ana  left:<1h", "sort time left")
		filled(d)
		d.sees("if read as minutes: 2d 12h")
		d.press("ctrl+s")
		d.rest()
		d.sees("if this server reads minutes, 22 Nov 08:10")
		d.press("i", "esc")
		d.rest()
		d.sees("if this server reads minutes, 22 Nov 08:10", "/ filter:")
		d.filter("ana")
		d.sees("/ ana", "1–1 of 1")
	})
}

// Ensure the hint of the filter is drawn as placeholders are, which can be read on every
// usual background (TestTheme_Contrast).
func TestTokens_HintOfTheFilterCanBeRead(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{true, false} {
		for _, profile := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
			story(t, stage{look: kit.Look{Dark: dark, Profile: profile}}, func(d *driver) {
				hint := d.s.theme.Form.Placeholder.Render("filter: user:ana  app:orders  state:soon  left:<1h  !word")
				if !strings.Contains(d.s.View().Content, hint) {
					t.Errorf("dark %v, %v: the hint has another look", dark, profile)
				}
			})
		}
	}
}

// Ensure that what stands under the fields of the form is whole at every width.
func TestIssueForm_HintsAreWhole(t *testing.T) {
	t.Parallel()
	for _, w := range []int{60, 72, 80, 90, 98, 100, 120, 140} {
		story(t, stage{w: w, h: 30}, func(d *driver) {
			d.press("n")
			for _, l := range strings.Split(d.screen(), "\n") {
				if strings.Contains(l, "sessionExpiry") && !strings.HasSuffix(strings.TrimRight(l, " "), "without use") {
					t.Errorf("%d columns: %q", w, l)
				}
			}
		})
	}
}

// Ensure a list tells the day of what was issued last year, and the month of what is
// older, and of both by whom.
func TestTokens_TellsWhenAcrossYears(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	story(t, stage{seed: func(d *driver) {
		d.jump = 50 * day // it is January when they are looked at
		for _, r := range []row{
			{user: "ana@example.com", app: "Orders portal", life: 800 * day, age: time.Hour},
			{user: "bo@example.org", app: "Orders portal", life: 800 * day, age: 20 * day},
			{user: "cy@example.com", app: "Stock desk", life: 800 * day, age: 269 * day, by: "lee"},
			{user: "dee@example.com", app: "Stock desk", life: 800 * day, age: 350 * day, by: "lee"},
		} {
			d.add(r)
		}
	}}, func(d *driver) {
		d.rest()
		d.sees("19 Nov you", "30 Oct you", "23 Feb lee", "2025-12 lee")
	})
}
