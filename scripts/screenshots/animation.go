//go:build unix

package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"patdesk/e2e/tty"
)

// take is a step of an animation: keys, and what they are for.
type take struct {
	keys []string
	says string
	sees string // once the keys were answered
}

// typing and reading are how long an animation stays after one key of several, and
// after the last key of a step.
const (
	typing  = 280 * time.Millisecond
	reading = 2200 * time.Millisecond
)

// animated are the columns and rows of the terminal of an animation.
var animated = [2]int{100, 28}

// caption is the height of the line below the screen that says what was typed.
const caption = 30.0

// firstToken issues a token from the list, and comes back to it.
var firstToken = []take{
	{says: "The list: what opens, for whom, until when", sees: "EXPIRED"},
	{keys: []string{"n"}, says: "n: a new token", sees: "New token"},
	{keys: chars("ana"), says: "ana: three letters of the person", sees: "Ana Ruiz"},
	{keys: []string{enter}, says: "enter: that one; now the app", sees: "of 17"},
	{keys: chars("ret"), says: "ret: three letters of the app", sees: "Returns"},
	{keys: []string{enter}, says: "enter: the life is proposed", sees: "active"},
	{keys: []string{ctrlS}, says: "ctrl+s: it is issued", sees: "Nothing copied"},
	{keys: []string{"i"}, says: "i: the iframe is copied", sees: "HTML iframe sent"},
	{keys: []string{esc}, says: "esc: the list again, with its count-down", sees: "1 Tokens"},
}

// shown is one moment of an animation.
type shown struct {
	rows   []string // the lines of the screen, drawn at the top
	cursor string
	says   string
	held   time.Duration
}

// animation is what a run of takes showed.
type animation struct {
	ground, text string
	moments      []shown
	screens      []string // as text, at the end of each take
}

// animate plays the takes on the demo, and writes what was seen as an animated
// picture and as text.
func (s *studio) animate(name string, takes []take) error {
	if !strings.HasPrefix(name, s.only) || s.theme != "" {
		return nil
	}
	t, err := startDemo(s.bin, s.home)
	if err != nil {
		return err
	}
	defer t.Close()
	a := &animation{}
	for _, tk := range takes {
		if err := a.play(t, tk); err != nil {
			return err
		}
	}
	file := filepath.Join(s.dir, name)
	if err := os.WriteFile(file+".svg", []byte(a.svg(takes[len(takes)-1].says)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(file+".md", []byte(transcript(takes, a.screens)), 0o644)
}

// startDemo starts the demo on a terminal where nothing is known of the person.
func startDemo(bin, home string) (*tty.Terminal, error) {
	env := []string{"HOME=" + home, "USER=ana", "PATH=" + os.Getenv("PATH"), "TZ=Europe/Berlin"}
	return tty.Start(tty.Options{Cols: animated[0], Rows: animated[1], Env: env}, bin, "--demo")
}

// play types the keys of a take and keeps what each of them brought.
func (a *animation) play(t *tty.Terminal, tk take) error {
	for i, k := range tk.keys {
		t.Type(k)
		t.Settle(150*time.Millisecond, 2*time.Second)
		if i < len(tk.keys)-1 {
			a.keep(t, tk.says, typing)
		}
	}
	if err := t.WaitText(patience, tk.sees); err != nil {
		return fmt.Errorf("%s: %w", tk.says, err)
	}
	t.Settle(300*time.Millisecond, 3*time.Second)
	a.keep(t, tk.says, reading)
	a.screens = append(a.screens, t.Text())
	return nil
}

// keep takes what is shown into the animation.
func (a *animation) keep(t *tty.Terminal, says string, held time.Duration) {
	t.Look(func(s *tty.Screen) {
		now := shown{says: says, held: held}
		for y := range s.Height() {
			p := &picture{ground: s.Ground, text: s.Text}
			p.grounds(s.Line(y), 0)
			p.line(s.Line(y), 0)
			now.rows = append(now.rows, p.String())
		}
		p := &picture{ground: s.Ground, text: s.Text}
		p.cursor(s)
		now.cursor, a.ground, a.text = p.String(), hex(s.Ground), hex(s.Text)
		a.moments = append(a.moments, now)
	})
}

// svg draws the moments beside one another on a strip that jumps on behind the
// window of the picture. What cannot move shows the first, who wants no motion the
// last. A line that is seen more than once is drawn once.
func (a *animation) svg(end string) string {
	p := &picture{}
	w, h := float64(animated[0])*cellW+2*margin, float64(animated[1])*cellH+2*margin+caption
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.2f %.2f" font-family="%s" font-size="%g" xml:space="preserve" role="img">`+"\n", w, h, w, h, fonts, fontSize)
	p.add("<title>patdesk: from the list to a copied snippet; it ends with: %s</title>\n<style>\n%s</style>\n", plain(end), a.motion(w))
	drawn := a.lines(p)
	p.add(`<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n<g class=\"strip\">\n", a.ground)
	for i, m := range a.moments {
		p.add(`<g transform="translate(%.2f %g)">`+"\n", float64(i)*w+margin, margin)
		for y, row := range m.rows {
			if row != "" {
				p.add(`<use href="#l%d" y="%g"/>`, drawn[row], float64(y)*cellH)
			}
		}
		p.add("\n%s", m.cursor)
		p.add(`<text x="0" y="%.2f" fill="%s" opacity=".75">%s</text>`+"\n</g>\n", float64(animated[1])*cellH+margin+baseline, a.text, plain(m.says))
	}
	p.WriteString("</g>\n</svg>\n")
	return p.String()
}

// lines defines each different line and returns their numbers.
func (a *animation) lines(p *picture) map[string]int {
	drawn := map[string]int{"": 0}
	p.WriteString("<defs>\n")
	for _, m := range a.moments {
		for _, row := range m.rows {
			if _, is := drawn[row]; !is {
				drawn[row] = len(drawn)
				p.add(`<g id="l%d">%s</g>`+"\n", drawn[row], strings.ReplaceAll(row, "\n", ""))
			}
		}
	}
	p.WriteString("</defs>\n")
	return drawn
}

// motion is the style that moves the strip, a picture of width w at a time.
func (a *animation) motion(w float64) string {
	var all, at time.Duration
	for _, m := range a.moments {
		all += m.held
	}
	var b strings.Builder
	fmt.Fprintf(&b, ".strip{animation:strip %.2fs step-end infinite}\n@keyframes strip{\n", all.Seconds())
	for i, m := range a.moments {
		fmt.Fprintf(&b, "%.3f%%{transform:translateX(%.2fpx)}\n", 100*at.Seconds()/all.Seconds(), -float64(i)*w)
		at += m.held
	}
	fmt.Fprintf(&b, "}\n@media (prefers-reduced-motion:reduce){.strip{animation:none;transform:translateX(%.2fpx)}}\n", -float64(len(a.moments)-1)*w)
	return b.String()
}

// plain is a text as XML takes it.
func plain(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
