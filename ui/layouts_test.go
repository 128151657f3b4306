package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// Ensure that keys work whatever the keyboard says: letters of other layouts act by
// their place, those of unknown ones are told, and fields take them as text.
func TestShell_OtherLayouts(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		if !d.s.View().KeyboardEnhancements.ReportAlternateKeys {
			t.Error("alternate keys are not asked for")
		}
		for typed, want := range map[string]string{"т": "New token", "Ж": "Command", "ν": "New token"} {
			d.send(tea.KeyPressMsg{Text: typed, Code: []rune(typed)[0]})
			d.sees(want)
			d.press("esc")
		}
		d.send(tea.KeyPressMsg{Text: "ض", Code: 'ض'})
		d.sees("ض is no key here")
		d.press("/")
		d.send(tea.KeyPressMsg{Text: "т", Code: 'т'})
		d.sees("/ т")
		d.press("esc")
		d.send(tea.KeyPressMsg{Code: 'с', BaseCode: 'c', Mod: tea.ModCtrl})
		d.sees("ctrl+c again quits.")
		d.send(tea.KeyPressMsg{Code: 'c', BaseCode: 'i', Mod: tea.ModCtrl})
		d.settle()
		if !d.quit {
			t.Error("ctrl+c of another place does not quit")
		}
	})
}
