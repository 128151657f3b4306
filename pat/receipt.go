package pat

import (
	"fmt"
	"strings"
	"time"
)

// RoleQuestion is what a person confirms before a run that is about a role.
func RoleQuestion(run *Run) string {
	issues, ask := 0, ""
	for _, t := range run.Plan {
		switch t.Action {
		case ActRole:
			ask = fmt.Sprintf("Make %s %s in %s", t.User, t.Change.Role, t.Change.Workspace)
		case ActReadBack:
			ask = first(ask, fmt.Sprintf("Read the role of %s back", t.User))
		case ActIssue:
			issues++
		}
	}
	switch {
	case ask == "":
		return fmt.Sprintf("Re-issue %s of %s?", Plural(issues, "token"), run.Plan[0].User)
	case issues > 0:
		ask += fmt.Sprintf(" and re-issue %s", Plural(issues, "token"))
	}
	return ask + "?"
}

// Receipt is what a run did, for a ticket: each row with its result, the new
// tokens by number and end, and what lives on. It holds no token. Its texts are
// foreign. Times are in zone.
func (i *Issuer) Receipt(run *Run, steps []Step, zone *time.Location) string {
	var b strings.Builder
	now := i.Now()
	fmt.Fprintf(&b, "%s on %s, %s\n", receiptTitle(run), i.Server(), now.In(zone).Format("2006-01-02 15:04 MST"))
	fmt.Fprintf(&b, "Run %s, by %s\n", run.ID, ActorOf(Event{Actor: i.Settings.By, On: i.Settings.Machine}))
	for _, s := range steps {
		fmt.Fprintf(&b, "%3d  %s: %s\n", s.N+1, receiptTask(s.Task), receiptResult(s, now, zone))
	}
	if alive := AliveIn(run.Plan); len(alive) > 0 {
		b.WriteString("Lives on, and cannot be revoked:\n")
		for _, t := range alive {
			fmt.Fprintf(&b, "     #%d %s on %s, %s\n", t.ID, UserOf(t), AppOf(t), EndWords(t, now, zone))
		}
	}
	return b.String()
}

func receiptTitle(run *Run) string {
	for _, t := range run.Plan {
		if t.Action != ActIssue {
			return fmt.Sprintf("Role of %s in %s", t.User, t.Change.Workspace)
		}
	}
	return "New tokens"
}

func receiptTask(t Task) string {
	if t.Action == ActIssue {
		return fmt.Sprintf("token for %s on %s, %s", t.User, t.App, Span(t.Life))
	}
	return t.Words()
}

// Words say what a task of a role change does: "role end-user -> builder".
func (t Task) Words() string {
	if t.Action == ActRole {
		return fmt.Sprintf("role %s -> %s", first(t.Change.Was, "?"), t.Change.Role)
	}
	return "read back: " + t.Change.Role
}

func receiptResult(s Step, now time.Time, zone *time.Location) string {
	switch {
	case s.State == StepSkipped:
		return "not sent"
	case s.State == StepUnknown && s.Action == ActIssue:
		return fmt.Sprintf("unknown, #%d may exist until %s", s.Grant.Token.ID, ClockTime(EndOf(s.Grant.Token).Latest, now, zone))
	case s.Err != nil:
		return fmt.Sprintf("%s: %s", s.State, Explain(s.Err).Why())
	case s.Action == ActIssue:
		return fmt.Sprintf("ok, #%d, ends %s", s.Grant.Token.ID, EndWords(s.Grant.Token, now, zone))
	}
	return string(s.State)
}
