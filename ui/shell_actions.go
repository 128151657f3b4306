package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/plan"
	"patdesk/ui/setup"
	"patdesk/ui/term"
)

// actions are what the shell itself can do; over a dialog only leaving is left.
func (s *shell) actions() []kit.Action {
	k := s.keys.Global
	stop := []kit.Action{s.stopAction()}
	if s.opts.Terminal.Local {
		stop = append(stop, kit.Action{Key: k.Suspend, Title: "Go to the shell, come back with fg", Run: func() tea.Cmd { return tea.Suspend }})
	}
	if len(s.dialogs) > 0 {
		return stop
	}
	list := []kit.Action{
		{Key: k.Back, Run: s.Back},
		{Key: k.Palette, Hint: 80, Run: func() tea.Cmd { return s.Open(newPalette(s)) }},
		{Key: k.Help, Title: "Keys", Hint: 90, Run: func() tea.Cmd { return s.Open(newHelp(s)) }},
	}
	if s.issuer != nil {
		list = append(list, s.tabActions()...)
		list = append(list,
			kit.Action{Key: k.Exposed, Title: "Exposure: for whom something still works", Run: func() tea.Cmd { return s.Go(kit.ExposureOf{}) }},
			kit.Action{Key: k.Handovers, Title: "Hand-over: places that hold an older snippet", Run: func() tea.Cmd { return s.Go(kit.Handovers{}) }},
			kit.Action{Key: k.Bulk, Title: "Bulk: issue for a list", Run: func() tea.Cmd { return s.Go(kit.BulkFor{}) }, Why: s.readOnly},
			kit.Action{Key: k.Runs, Title: "Runs that wait", Run: func() tea.Cmd { return s.Go(kit.WaitingRuns{}) }, Why: s.hasRuns},
			kit.Action{Key: k.Profiles, Title: "Profiles", Run: func() tea.Cmd { return s.Go(kit.ProfileList{}) }, Why: func() string {
				if _, on := s.Page().(*setup.Profiles); on {
					return "This is the list of profiles."
				}
				return ""
			}})
	}
	list = append(list,
		s.keepAction(),
		kit.Action{Key: k.Mouse, Title: "Mouse on or off", Run: s.toggleMouse},
		kit.Action{Key: k.Quit, Title: "Quit", Run: s.quit, Why: func() string {
			if s.atTab() || s.issuer == nil {
				return ""
			}
			return fmt.Sprintf("%s goes back; %s quits from the first screen.", kit.Name(k.Back), kit.Name(k.Quit))
		}},
	)
	return append(list, stop...)
}

// actionsOf are the actions of a screen, without what is a door on this computer
// where the person sits elsewhere.
func (s *shell) actionsOf(sc kit.Screen) []kit.Action {
	list := sc.Actions()
	if !s.opts.Seat {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(a kit.Action) bool { return a.Local })
}

// Back is one step back. It never quits.
func (s *shell) Back() tea.Cmd {
	if len(s.pages) <= 1 {
		return nil
	}
	if l, ok := s.Page().(kit.LeaveGuard); ok {
		if q, ask := l.Leaving(); ask {
			return s.Ask(q, func() tea.Cmd { s.Pop(); return nil })
		}
	}
	s.Pop()
	return nil
}

// stopAgain is how soon the second ctrl+c must follow the first.
const stopAgain = 3 * time.Second

func (s *shell) stopAction() kit.Action {
	return kit.Action{Key: s.keys.Global.Stop, Run: func() tea.Cmd {
		if !s.stopAsked.IsZero() && s.here.Sub(s.stopAsked) < stopAgain && !s.here.Before(s.stopAsked) {
			return tea.Quit
		}
		s.stopAsked = s.here
		s.Say(kit.LevelInfo, kit.Name(s.keys.Global.Stop)+" again quits.")
		return nil
	}}
}

// quit ends the program. It asks only if a run is going on or a token that was
// issued here was never copied.
func (s *shell) quit() tea.Cmd {
	quit := func() tea.Cmd { return tea.Quit }
	for _, l := range s.pages {
		if g, ok := l.Screen.(kit.QuitGuard); ok {
			if q, ask := g.Quitting(); ask {
				return s.Ask(q, quit)
			}
		}
	}
	for _, l := range s.pages {
		if b, ok := l.Screen.(kit.Busy); ok && b.Busy() {
			return s.Ask(kit.Question{Title: "Quit while a request is under way?", Yes: "Quit", Lines: []string{
				"patdesk waits a few seconds for its answer and records what came of it; without one its row becomes UNSURE.",
			}}, quit)
		}
	}
	if ticket, ok := s.requests.Asked(); ok { // its screen was left
		return s.Ask(kit.QuitQuestion(s, ticket), quit)
	}
	if len(s.fresh) == 0 {
		return tea.Quit
	}
	users := make([]string, 0, len(s.fresh))
	for _, u := range s.fresh {
		users = append(users, u)
	}
	slices.Sort(users)
	q := kit.Question{Title: "Quit without copying?", Yes: "Quit"}
	if len(users) == 1 {
		q.Lines = []string{
			"The new token for " + term.CleanWidth(users[0], 40).String() + " was never copied.",
			"It stays in the history and can be copied until it ends.",
		}
	} else {
		q.Lines = []string{
			fmt.Sprintf("%d new tokens were never copied.", len(users)),
			"They stay in the history and can be copied until they end.",
		}
	}
	return s.Ask(q, quit)
}

// hasRuns says that the runs that wait are in view, or "".
func (s *shell) hasRuns() string {
	if _, on := s.Page().(*plan.Runs); on {
		return "This is the list of runs that wait."
	}
	return ""
}

// readOnly says that the profile forbids issuing, or "".
func (s *shell) readOnly() string {
	return s.issuer.WhyNotChange()
}
