package widget

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

func plain() Styles {
	s := lipgloss.NewStyle()
	return Styles{Label: s, LabelFocus: s, Text: s, Placeholder: s, Muted: s, Faint: s, Accent: s, Selected: s, Good: s, Warn: s, Bad: s, Field: s}
}

func keys(in interface{ Update(tea.Msg) bool }, text string) {
	for _, r := range text {
		in.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func people() []Choice {
	return []Choice{
		{Value: "dana@example.com", Cells: []string{"dana@example.com", "Dana Ode", "active"}},
		{Value: "ana@example.com", Cells: []string{"ana@example.com", "Ana Ruiz", "active"}},
		{Value: "hana@example.org", Cells: []string{"hana@example.org", "Hana Ito", "archived"}, Off: "cannot be issued"},
		{Value: "bo@example.com", Cells: []string{"bo@example.com", "Bo Nana", "active"}},
	}
}

// Ensure that the letters a person types first find the person they mean.
func TestPicker_OrdersByHowWellTheTextFits(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(people())
	keys(p, "ana")
	var got []string
	for _, i := range p.matches {
		got = append(got, p.choices[i].Value)
	}
	want := []string{"ana@example.com", "dana@example.com", "bo@example.com", "hana@example.org"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if why := p.Accept(); why != "" || p.Value() != "ana@example.com" || p.Open() {
		t.Errorf("accepted %q, why %q, open %v", p.Value(), why, p.Open())
	}
}

func TestPicker_WhatCannotBePickedSaysWhy(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(people())
	keys(p, "hana")
	if why := p.Accept(); why != "Cannot be issued" || p.Chosen() >= 0 {
		t.Errorf("why %q, chosen %d", why, p.Chosen())
	}
}

// Ensure that text of one's own is never replaced by a choice that only
// resembles it, and is possible without any list.
func TestPicker_TextOfOnesOwnStays(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Own = func(s string) bool { return strings.Contains(s, "@") && strings.Contains(s, ".") }
	p.Focus()
	keys(p, "ana@example.co")
	p.Accept()
	p.SetChoices(people())
	if p.Value() != "ana@example.co" || p.Chosen() != -1 {
		t.Errorf("value %q, chosen %d", p.Value(), p.Chosen())
	}
	// Typed ahead of the list and no address: the best match once it is there.
	p.Update(tea.KeyPressMsg{Code: 'a', Text: "a"})
	keys(p, "na")
	p.Accept()
	p.SetChoices(people())
	if p.Value() != "ana@example.com" {
		t.Errorf("typed ahead: %q", p.Value())
	}
}

func TestPicker_TypingOverAPickStartsAnew(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(people())
	keys(p, "ana")
	p.Accept()
	keys(p, "bo")
	if got := p.Field.Value(); got != "bo" || !p.Open() {
		t.Errorf("text %q, open %v", got, p.Open())
	}
	p.Accept()
	p.Down() // opens all proposals at the one picked
	if !p.Open() || len(p.matches) != len(people()) {
		t.Errorf("open %v, %d proposals", p.Open(), len(p.matches))
	}
}

// Ensure that a list of any length draws only what is asked for.
func TestPicker_DrawsAtMostTheRowsAskedFor(t *testing.T) {
	var many []Choice
	for i := range 5000 {
		s := fmt.Sprintf("user%04d@example.com", i)
		many = append(many, Choice{Value: s, Cells: []string{s, "Somebody", "active"}})
	}
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(many)
	keys(p, "user4")
	for range 40 {
		p.Down()
	}
	for limit := range 8 {
		rows := p.Rows(50, limit)
		if len(rows) > limit {
			t.Errorf("limit %d: %d rows", limit, len(rows))
		}
		if limit > 1 && !strings.Contains(strings.Join(rows, "\n"), "▸ user") {
			t.Errorf("limit %d: no cursor in\n%s", limit, strings.Join(rows, "\n"))
		}
		for _, r := range rows {
			if w := ansi.StringWidth(r); w > 50 {
				t.Errorf("limit %d: row of %d cells", limit, w)
			}
		}
	}
}

// Ensure that a secret stays as it was pasted, so that it can be judged: only line
// ends around it go, and nothing of it is shown.
func TestField_SecretShowsDotsAndChangesNothing(t *testing.T) {
	for _, pasted := range []string{" key ", "key\tkey", "key\nkey", "\ufeffkey", "key\u200b", "k\x00y\x7f", "Basic key"} {
		f := NewField(plain(), 100)
		f.Secret = true
		f.Focus()
		f.Update(tea.PasteMsg{Content: pasted + "\r\n"})
		if f.Value() != pasted {
			t.Errorf("%q became %q", pasted, f.Value())
		}
	}
	f := NewField(plain(), 100)
	f.Secret = true
	f.Focus()
	f.Update(tea.PasteMsg{Content: "s3cr3t-key\n"})
	if f.Value() != "s3cr3t-key" {
		t.Errorf("value %q", f.Value())
	}
	view, cursor := f.View(30)
	if strings.Contains(view, "s3c") || strings.Count(view, "•") != 10 || cursor != 10 {
		t.Errorf("view %q, cursor %d", view, cursor)
	}
}

// Ensure that the cursor stands behind what was typed, whatever its width.
func TestField_CursorFollowsWideTextAndScrolling(t *testing.T) {
	f := NewField(plain(), 200)
	f.Focus()
	f.Update(tea.PasteMsg{Content: "東京"})
	if _, c := f.View(20); c != 4 {
		t.Errorf("cursor behind two wide characters at %d", c)
	}
	f.Update(tea.PasteMsg{Content: strings.Repeat("京x", 30)})
	for width := 1; width < 40; width++ {
		view, c := f.View(width)
		if ansi.StringWidth(view) != width || c < 0 || c >= width {
			t.Errorf("width %d: view of %d cells, cursor %d", width, ansi.StringWidth(view), c)
		}
	}
}

func TestField_DoesNotReadTheClipboardByItself(t *testing.T) {
	f := NewField(plain(), 100)
	f.Focus()
	if f.Update(tea.KeyPressMsg{Code: 'v', Mod: tea.ModCtrl}) || f.Value() != "" {
		t.Errorf("ctrl+v typed %q", f.Value())
	}
}

func TestPreset_StepsAndIsTypedOver(t *testing.T) {
	p := NewPreset(plain(), "15m", "1h", "8h")
	p.SetValue("1h")
	p.Focus()
	p.Step(1)
	p.Step(1)
	if p.Value() != "8h" {
		t.Errorf("stepped to %q", p.Value())
	}
	keys(p, "90m")
	if p.Value() != "90m" {
		t.Errorf("typed over: %q", p.Value())
	}
	p.Step(-1)
	if p.Value() != "8h" {
		t.Errorf("stepped back to %q", p.Value())
	}
}

func form() *Form {
	p := NewPicker(plain(), "type two or three letters")
	p.SetChoices(people())
	return NewForm(plain(),
		&Row{Label: "1 User", Short: "User", Input: p, Note: "4 users", More: p.Rows},
		&Row{Label: "2 App", Short: "App", Input: NewField(plain(), 100), Hints: []string{"a hint"}},
		&Row{Label: "3 Guard", Short: "Guard", Input: NewToggle(plain(), "production"), Error: "must not be " + strings.Repeat("so very ", 30) + "long"},
	)
}

// Ensure that a form stays inside its place and shows its focus at every size.
func TestForm_StaysInsideEverySize(t *testing.T) {
	f := form()
	for focus := range f.Rows {
		f.Focus(focus)
		for w := 1; w <= 140; w++ {
			for h := 1; h <= 30; h++ {
				view, c := f.View(w, h)
				lines := strings.Split(view, "\n")
				if len(lines) > h {
					t.Fatalf("%dx%d focus %d: %d lines", w, h, focus, len(lines))
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n > w {
						t.Fatalf("%dx%d focus %d: line of %d cells %q", w, h, focus, n, l)
					}
				}
				if c != nil && (c.X < 0 || c.X >= w || c.Y < 0 || c.Y >= h) {
					t.Fatalf("%dx%d focus %d: cursor at %d,%d", w, h, focus, c.X, c.Y)
				}
			}
		}
	}
}

func TestForm_SmallPlaceShowsOneFieldAndItsPlace(t *testing.T) {
	f := form()
	f.Focus(1)
	view, _ := f.View(40, 4)
	if !strings.Contains(view, "2 of 3") || strings.Contains(view, "User") {
		t.Errorf("view:\n%s", view)
	}
}

func TestForm_ErrorsTakeTheKeysToTheirField(t *testing.T) {
	f := form()
	if !f.Errors() || f.Index() != 2 {
		t.Errorf("focus %d", f.Index())
	}
}

// Ensure that text that was taken although something resembled it stays when the
// list is read again, and that a choice that is gone stays by its value.
func TestPicker_NewListKeepsWhatWasMeant(t *testing.T) {
	p := NewPicker(plain(), "")
	p.Focus()
	p.SetChoices(people())
	keys(p, "ana")
	for range 9 {
		p.Down()
	}
	p.Accept()
	p.SetChoices(people())
	if p.Value() != "ana" || p.Chosen() != -1 {
		t.Errorf("meant as typed, became %q", p.Value())
	}
	p.SetValue("bo@example.com")
	p.SetChoices([]Choice{{Value: "id-1", Cells: []string{"Orders portal"}}})
	p.SetValue("id-1")
	p.Own = func(s string) bool { return strings.HasPrefix(s, "id-") }
	p.SetChoices(people())
	if p.Value() != "id-1" {
		t.Errorf("the choice that is gone became %q", p.Value())
	}
}
