package ui

import (
	"strings"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// header is the bar that says where you are, the row of screens, and a rule.
func (s *shell) header() string {
	return s.bar() + "\n" + s.tabLine() + "\n" + s.theme.Rule(s.width)
}

// bar is product, profile and server at the left, clock and key at the right. What
// does not fit is dropped: the source of the key, the offset, the host, the clock.
func (s *shell) bar() string {
	h := s.theme.Header
	left := " " + h.Product.Render("patdesk")
	if b := s.badges(); b != "" {
		left += "  " + b
	}
	host := ""
	if s.profile != nil {
		if s.profile.Name != "" && !s.demo {
			left += "  " + h.Profile.Render(term.CleanWidth(s.profile.Name, 24).String())
		}
		host = term.CleanWidth(s.profile.URL, 48).String()
	}
	long, short := s.clock()
	origin := ""
	if s.origin != "" {
		origin = "key: " + term.CleanWidth(s.origin, 32).String()
	}
	for _, try := range []struct{ host, clock, origin string }{
		{host, long, origin}, {host, long, ""}, {host, short, ""}, {"", long, ""}, {"", short, ""}, {"", "", ""},
	} {
		l, r := left, ""
		if try.host != "" {
			l += "  " + h.Detail.Render(try.host)
		}
		if try.clock != "" {
			r = h.Clock.Render(try.clock)
		}
		if try.origin != "" {
			r += "   " + h.Detail.Render(try.origin)
		}
		if gap := s.width - term.Width(l) - term.Width(r) - 1; gap >= 2 {
			return l + strings.Repeat(" ", gap) + r + " "
		}
	}
	return kit.Fit(left, s.width)
}

// badges are the words that must not be missed.
func (s *shell) badges() string {
	var list []string
	if s.demo {
		list = append(list, s.theme.Badge.Demo.Render("DEMO"))
	}
	if s.profile != nil && s.profile.Production && !s.demo {
		list = append(list, s.theme.Badge.Prod.Render("PROD"))
	}
	if s.profile != nil && s.profile.ReadOnly {
		list = append(list, s.theme.Badge.ReadOnly.Render("READ-ONLY"))
	}
	if !s.away.IsZero() {
		list = append(list, s.theme.Warn.Render(pat.AwayWords(s.away, s.Local(), s.zone)))
	}
	return strings.Join(list, " ")
}

// tabLine is the row of screens, or the way that led to the page in view.
func (s *shell) tabLine() string {
	h := s.theme.Header
	right := ""
	if s.waiting > 0 && s.atTab() && s.issuer != nil {
		waits := kit.PluralOf(s.waiting, "run") + " wait"
		if s.waiting == 1 {
			waits += "s"
		}
		right = s.theme.Warn.Render(waits) + "  "
	}
	if sum, ok := s.Page().(kit.Summary); ok {
		right += sum.Summary(max(0, s.width-s.tabsWidth()-term.Width(right))) + " "
	}
	if s.issuer == nil {
		return kit.Between(" "+h.Crumb.Render(s.title(s.Page())), right, s.width)
	}
	if s.atTab() {
		return kit.Between(s.tabRow(), right, s.width)
	}
	names := make([]string, len(s.pages))
	for i, p := range s.pages {
		style := h.Tab
		if i == len(s.pages)-1 {
			style = h.Crumb
		}
		names[i] = style.Render(s.title(p.Screen))
	}
	if right == "" {
		right = h.Tab.Render(kit.Name(s.keys.Global.Back)+" back") + " "
	}
	return kit.Between(" "+strings.Join(names, h.Tab.Render(" "+s.theme.Glyphs.Crumb+" ")), right, s.width)
}

// tabs are the names of the screens as they were drawn last.
type tabs struct {
	width, at int
	line      string
}

func (s *shell) tabRow() string {
	at := s.tabInView()
	if s.tabs.line == "" || s.tabs.width != s.width || s.tabs.at != at {
		line := ""
		for i, t := range s.keys.Tabs {
			style := s.theme.Header.Tab
			if i == at {
				style = s.theme.Header.TabActive
			}
			line += style.Padding(0, 1).Render(t.Label(s.width)) + " "
		}
		s.tabs = tabs{s.width, at, line}
	}
	return s.tabs.line
}

func (s *shell) title(sc kit.Screen) string { return term.CleanWidth(sc.Title(), 48).String() }

// tabsWidth is what the names of the screens take.
func (s *shell) tabsWidth() int {
	w := 2
	for _, t := range s.keys.Tabs {
		w += term.Width(t.Label(s.width)) + 3
	}
	return w
}
