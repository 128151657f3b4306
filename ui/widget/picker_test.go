package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
)

func shops() []Choice {
	return []Choice{
		{Value: "1", Cells: []string{"Stock desk", "stock", "Operations"}, Below: "other workspace: no role in Operations"},
		{Value: "2", Cells: []string{"Quarterly stock", "quarterly", "Sales"}},
		{Value: "3", Cells: []string{"Escalations to order", "escalations", "Sales"}},
		{Value: "4", Cells: []string{"Orders (orders, Sales)", "orders", "Sales"}},
		{Value: "5", Cells: []string{"Orders (orders-2, Support)", "orders-2", "Support"}, Below: "other workspace: no role in Support"},
	}
}

// Ensure that what stands below comes after what fits as well, and before what only
// resembles the letters; and that a name or an id finds its own.
func TestPicker_BelowIsAfterItsLike(t *testing.T) {
	for text, want := range map[string]string{
		"":       "2 3 4 1 5",
		"sto":    "2 1 3 5", // begin a word, own first; then scattered letters
		"ord":    "4 3 5",   // the beginning of the name, of a word, elsewhere
		"orders": "4 5 3",
		"stock":  "1 2", // named exactly
		"5":      "5",   // an id is not searched, but known
	} {
		p := NewPicker(plain(), "")
		p.Focus()
		p.SetChoices(shops())
		keys(p, text)
		var got []string
		for _, i := range p.matches {
			got = append(got, p.choices[i].Value)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// Ensure that leaving takes a choice by itself only where it is surely meant.
func TestPicker_LeavingTakesOnlyWhatIsMeant(t *testing.T) {
	for text, want := range map[string]string{
		"quar":   "2",    // begins a word
		"tock d": "1",    // the only one
		"o":      "4",    // begins a name
		"rd":     "rd",   // in several, at the start of none
		"zzz":    "zzz",  // nothing like it
		"":       "",     // nothing was typed
		"order":  "4",    // begins several: the best
		"ders ":  "ders", // in several
	} {
		p := NewPicker(plain(), "")
		p.Focus()
		p.SetChoices(shops())
		keys(p, text)
		if why, kept := p.Leave(); why != "" || kept || p.Value() != want {
			t.Errorf("%q: %q, why %q, kept %v", text, p.Value(), why, kept)
		}
	}
}

// Ensure that what was picked survives every search that ends without a choice, and
// that it is what the picker means meanwhile.
func TestPicker_EarlierChoiceIsKept(t *testing.T) {
	back := tea.KeyPressMsg{Code: tea.KeyBackspace}
	for name, stray := range map[string]func(*Picker){
		"letter":           func(p *Picker) { keys(p, "x") },
		"letters":          func(p *Picker) { keys(p, "orders-2") },
		"letter, deleted":  func(p *Picker) { keys(p, "x"); p.Update(back) },
		"arrows":           func(p *Picker) { p.Down(); p.Down() },
		"letter and arrow": func(p *Picker) { keys(p, "s"); p.Down() },
		"end deleted":      func(p *Picker) { p.Update(back) },
		"paste":            func(p *Picker) { p.Update(tea.PasteMsg{Content: "stock"}) },
		"another list":     func(p *Picker) { keys(p, "x"); p.SetChoices(shops()) },
	} {
		p := NewPicker(plain(), "")
		p.Focus()
		p.SetChoices(shops())
		keys(p, "quar")
		p.Accept()
		stray(p)
		if p.Value() != "2" || !p.Open() {
			t.Errorf("%s: %q is meant, open %v", name, p.Value(), p.Open())
		}
		if why, _ := p.Leave(); why != "" || p.Value() != "2" || p.Chosen() != 1 || p.Open() {
			t.Errorf("%s: %q is left, why %q, chosen %d", name, p.Value(), why, p.Chosen())
		}
	}
}

// Ensure that the reason to stand below is read where there is little room.
func TestPicker_ReasonFitsBesideTheName(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices([]Choice{
		{Value: "1", Cells: []string{strings.Repeat("long ", 8), "s", "w"}},
		{Value: "2", Cells: []string{strings.Repeat("name ", 8), "s", "w"}, Below: "other workspace: no role in Support"},
	})
	for _, width := range []int{40, 50, 90} {
		if got := strings.Join(p.Rows(width, 6), "\n"); !strings.Contains(got, "other workspace") || !strings.Contains(got, "name name") {
			t.Errorf("width %d:\n%s", width, got)
		}
	}
}

// Ensure that a list that goes on says so, and one that is whole does not.
func TestPicker_SaysHowMuchIsSeen(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(shops())
	for limit, want := range map[int]string{3: "2 of 5", 4: "3 of 5", 6: ""} {
		got := strings.Join(p.Rows(60, limit), "\n")
		if want == "" && strings.Contains(got, " of 5") || !strings.Contains(got, want) {
			t.Errorf("limit %d:\n%s", limit, got)
		}
	}
	p.Rows(60, 3)
	if p.Point(2); p.Accept() != "" || p.Value() != "" {
		t.Errorf("a click on the count picked %q", p.Value())
	}
	for range 9 {
		p.Down()
	}
	if got := strings.Join(p.Rows(60, 3), "\n"); !strings.Contains(got, "5 of 5") || strings.Contains(got, "more") {
		t.Errorf("at the end:\n%s", got)
	}
}
