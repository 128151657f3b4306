// Barelist is the floor that the console is measured against: the bare framework
// with a virtual list of as many rows on the screen, no storage and no logic. Its
// rows are as wide as the console's and differ from one another as those of a
// history do; if they were all alike, scrolling would have next to nothing to write.
// With -raw it does without the framework too.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

func main() {
	rows := flag.Int("rows", 1000, "how long the list is")
	tick := flag.Bool("tick", false, "let every row change each second")
	raw := flag.Bool("raw", false, "without the framework: the floor of all")
	flag.Parse()
	m := &list{rows: *rows, tick: *tick, now: time.Now(), chosen: lipgloss.NewStyle().Bold(true).Background(lipgloss.Color("#2b355a"))}
	run := func() error { _, err := tea.NewProgram(m).Run(); return err }
	if *raw {
		run = m.raw
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// list is a virtual list: a row is made from its number when it is drawn.
type list struct {
	rows, top, at int
	w, h          int
	tick          bool
	now           time.Time
	chosen        lipgloss.Style
}

type tickMsg time.Time

func second() tea.Cmd { return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) }) }

// Init implements tea.Model.
func (l *list) Init() tea.Cmd {
	if l.tick {
		return second()
	}
	return nil
}

// chrome is how many lines are not rows.
const chrome = 3

// Update implements tea.Model.
func (l *list) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		l.w, l.h = m.Width, m.Height
	case tickMsg:
		l.now = time.Time(m)
		return l, second()
	case tea.KeyPressMsg:
		page := max(1, l.h-chrome)
		switch m.String() {
		case "j":
			l.at++
		case "k":
			l.at--
		case "pgdown":
			l.at += page
		case "pgup":
			l.at -= page
		case "g":
			l.at = 0
		case "G":
			l.at = l.rows - 1
		case "q":
			return l, tea.Quit
		}
		l.at = max(0, min(l.at, l.rows-1))
		l.top = max(0, min(max(l.top, l.at-page+1), l.at))
	}
	return l, nil
}

// View implements tea.Model.
func (l *list) View() tea.View {
	var b strings.Builder
	fmt.Fprintf(&b, "bare list\n%s\n", strings.Repeat("─", l.w))
	for i := l.top; i < min(l.rows, l.top+l.h-chrome); i++ {
		line := l.row(i)
		if i == l.at {
			line = l.chosen.Render(line)
		}
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, "%d of %d", l.at+1, l.rows)
	v := tea.NewView(b.String())
	v.AltScreen = true
	return v
}

func (l *list) row(i int) string {
	left := time.Duration(i%3600+3600) * time.Second
	if l.tick {
		left -= time.Duration(l.now.Second()) * time.Second
	}
	mark := " "
	if i == l.at {
		mark = "▌"
	}
	r := rand.New(rand.NewPCG(uint64(i), 1))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	life := r.IntN(9)
	bar := strings.Repeat("━", life) + "╸" + strings.Repeat("─", 9-life)
	user := fmt.Sprintf("%s.%s%d@%s.example.com", one(first), one(last), r.IntN(1000), one(houses))
	app := fmt.Sprintf("%s %d", one(apps), r.IntN(200))
	return fmt.Sprintf("%s  ● OK       %02dm %02ds   %s  %-31s  %-21s  %-10s  %d Aug you",
		mark, int(left.Minutes())%60, int(left.Seconds())%60, bar, user, app, one(roles), 1+r.IntN(28))
}

var (
	first  = []string{"ana", "bo", "cy", "dee", "eve", "fay", "gil", "hal", "ivy", "jo"}
	last   = []string{"abel", "brook", "cole", "dunn", "frost", "grant", "hill", "kit"}
	houses = []string{"sales", "ops", "field"}
	apps   = []string{"Orders portal", "Returns", "Stock desk", "Field visits"}
	roles  = []string{"end-user", "builder", "admin"}
)
