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
	fmt.Fprintf(&b, "Run %s, by %s\n", run.ID, ActorOf(Event{Actor: i.Actor().Name, On: i.Actor().Machine}))
	for _, s := range steps {
		fmt.Fprintf(&b, "%3d  %s: %s\n", s.N+1, receiptTask(s.Task), receiptResult(s, now, zone))
	}
	writeAlive(&b, run, now, zone)
	return b.String()
}

// DryRun is what a run would do, as its Receipt says it afterwards. Nothing is sent.
func (i *Issuer) DryRun(run *Run, zone *time.Location) string {
	var b strings.Builder
	now := i.Now()
	fmt.Fprintf(&b, "%s on %s, %s\nDry run: nothing was sent\n", receiptTitle(run), i.Server(), now.In(zone).Format("2006-01-02 15:04 MST"))
	for n, t := range run.Plan {
		fmt.Fprintf(&b, "%3d  %s\n", n+1, receiptTask(t))
	}
	writeAlive(&b, run, now, zone)
	return b.String()
}

func writeAlive(b *strings.Builder, run *Run, now time.Time, zone *time.Location) {
	if alive := AliveIn(run.Plan); len(alive) > 0 {
		b.WriteString("Lives on, and cannot be revoked:\n")
		for _, t := range alive {
			fmt.Fprintf(b, "     #%d %s on %s, %s\n", t.ID, UserOf(t), AppOf(t), EndWords(t, now, zone))
		}
	}
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

// ResultHead is the head of the result of a run as a table.
func ResultHead() []string { return []string{"user", "app", "token", "state", "ends_at", "error"} }

// ResultCells are the cells of a step below that head, as foreign text, with its token
// as the caller shows it. An end is the latest that the token can have.
func ResultCells(s Step, token string) []string {
	cells := []string{s.User, s.App, token, string(s.State), "", ""}
	if s.Action != ActIssue {
		cells[1] = s.Words()
	}
	if s.Grant.Token.ID != 0 && s.State != StepFailed {
		cells[4] = EndOf(s.Grant.Token).Latest.UTC().Format(time.RFC3339)
	}
	if s.Err != nil {
		cells[5] = Explain(s.Err).Why()
	}
	return cells
}
