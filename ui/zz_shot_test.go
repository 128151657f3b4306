package ui

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"patdesk/client/sandbox"
	"patdesk/config"
)

func TestZZShots(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip()
	}
	for _, dark := range []bool{true, false} {
		for _, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}, {40, 12}} {
			mode := map[bool]string{true: "dark", false: "light"}[dark]
			st := stage{w: size[0], h: size[1], look: Look{Dark: dark, Profile: colorprofile.TrueColor}}
			shot := func(d *driver, name string) {
				_ = os.WriteFile(fmt.Sprintf("%s/%s-%dx%d-%s.ans", dir, name, size[0], size[1], mode), []byte(d.s.View().Content), 0o600)
			}
			story(t, st, func(d *driver) {
				d.press("n")
				d.typeText("ana")
				shot(d, "form1")
				d.press("enter")
				d.typeText("ord")
				d.press("enter")
				shot(d, "form2")
				d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 400, Body: `["patExpiry must not be less than 1"]`})
				d.press("ctrl+s")
				shot(d, "form3")
				d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
				d.press("ctrl+s")
				shot(d, "form4")
				d.press("ctrl+e")
				shot(d, "curl")
				d.press("esc", "ctrl+s", "y")
				shot(d, "issued")
				d.press("i", "V")
				d.press("i")
				shot(d, "copied")
				d.press("Y")
				shot(d, "menu")
				d.press("esc", "r")
				shot(d, "reissue")
				d.press("esc", "esc")
				d.press("n")
				d.typeText("ana")
				d.press("enter")
				d.typeText("ord")
				d.press("enter")
				shot(d, "form5")
				d.press("esc", "5")
				shot(d, "doctor")
			})
			var saved []Candidate
			f := setup(&saved, map[string]string{"TOOLJET_HOST": "https://tooljet.example.com"})
			f.w, f.h, f.look = st.w, st.h, st.look
			story(t, f, func(d *driver) {
				d.sleep(time.Second)
				shot(d, "first1")
				d.press("enter")
				d.paste(d.box.Key())
				d.sleep(time.Second)
				d.press("enter")
				shot(d, "first2")
			})
			p := st
			p.options = func(_ *driver, o *Options) {
				o.Config.Profiles = map[string]*config.Profile{
					"acme":      {Name: "acme", URL: "https://tooljet.example.com", Key: "keyring"},
					"acme-prod": {Name: "acme-prod", URL: "https://prod.example.com", Key: "command", Production: true},
				}
			}
			story(t, p, func(d *driver) { d.press("P"); shot(d, "profiles") })
		}
	}
}
