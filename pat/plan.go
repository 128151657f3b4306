package pat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PlanReissue is the plan of new tokens for the pairs of earlier ones, with a
// life of their own if life is not zero. Each pair is asked for once, by the
// newest of its tokens here. Nothing is sent; every request is checked, so that a
// run does not end in the middle over what was known before. Errors: InvalidError
// and ReadOnlyError, each with the row it is about; history.Error.
func (i *Issuer) PlanReissue(ctx context.Context, tokens []Token, life Life) ([]Task, error) {
	var plan []Task
	for _, t := range newestOfPairs(tokens) {
		req := Again(t, life)
		task, err := i.issueTask(ctx, req)
		if err != nil {
			return nil, fmt.Errorf("#%d: %w", t.ID, err)
		}
		task.User, task.App, task.AppID, task.Old = UserOf(t), AppOf(t), t.AppID, t
		plan = append(plan, task)
	}
	return plan, nil
}

// pairKey is the same for the tokens of a pair.
func pairKey(t Token) [2]string {
	return [2]string{strings.ToLower(first(t.UserEmail, t.UserID)), strings.ToLower(first(t.AppID, t.AppSlug))}
}

// newestOfPairs keeps the newest token of each pair, in the order in which the
// pairs come. One that was only to prove a unit stands for its pair if there is no other.
func newestOfPairs(tokens []Token) []Token {
	at := map[[2]string]int{}
	var out []Token
	for _, t := range tokens {
		n, seen := at[pairKey(t)]
		switch {
		case !seen:
			at[pairKey(t)] = len(out)
			out = append(out, t)
		case t.IsProof() != out[n].IsProof():
			if out[n].IsProof() {
				out[n] = t
			}
		case t.ID > out[n].ID:
			out[n] = t
		}
	}
	return out
}

// withoutPairs leaves out the tokens whose pair others have.
func withoutPairs(tokens, others []Token) []Token {
	taken := map[[2]string]bool{}
	for _, t := range others {
		taken[pairKey(t)] = true
	}
	return slices.DeleteFunc(tokens, func(t Token) bool { return taken[pairKey(t)] })
}

// UserOf names the user of a token, AppOf its app, as foreign text.
func UserOf(t Token) string { return first(t.UserEmail, t.UserName, t.UserID, "?") }

// AppOf names the app of a token, as foreign text.
func AppOf(t Token) string {
	if t.AppTwin {
		return fmt.Sprintf("%s (%s)", t.AppName, strings.Join(nonEmpty(first(t.AppSlug, t.AppID), t.Workspace), ", "))
	}
	return first(t.AppName, t.AppSlug, t.AppID, "?")
}

// AliveIn are the tokens of a plan that keep working, each once.
func AliveIn(plan []Task) []Token {
	var out []Token
	seen := map[int64]bool{}
	for _, task := range plan {
		for _, t := range task.Alive {
			if !seen[t.ID] {
				seen[t.ID] = true
				out = append(out, t)
			}
		}
	}
	return out
}

// PairsAlive counts the tasks of a plan whose pair has tokens that keep working.
func PairsAlive(plan []Task) int {
	n := 0
	for _, t := range plan {
		if len(t.Alive) > 0 {
			n++
		}
	}
	return n
}

// RunView is a run as --json prints it. Its names are fixed: scripts rely on them.
type RunView struct {
	Run    string      `json:"run"`
	DryRun bool        `json:"dry_run"`
	Plan   []PlanView  `json:"plan"`
	Steps  []StepView  `json:"steps"`
	Alive  []AliveView `json:"alive"`
	// Left is how many were not sent.
	Left int `json:"left"`
}

// PlanView is a row of a plan in JSON.
type PlanView struct {
	Action      Action `json:"action"`
	User        string `json:"user"`
	App         string `json:"app"`
	AppID       string `json:"app_id"`
	LifeSeconds int64  `json:"life_seconds"`
	Alive       int    `json:"alive"`
}

// StepView is what became of a row of a plan, in JSON.
type StepView struct {
	Action Action       `json:"action"`
	Target string       `json:"target"`
	State  StepState    `json:"state"`
	Token  *int64       `json:"token"`
	Error  *Explanation `json:"error"`
}

// AliveView is a token that lives on, in JSON.
type AliveView struct {
	User   string     `json:"user"`
	App    string     `json:"app"`
	AppID  string     `json:"app_id"`
	Token  int64      `json:"token"`
	Until  *time.Time `json:"until"` // worst case
	Proven bool       `json:"proven"`
}

// AliveViewOf describes a token that lives on.
func AliveViewOf(t Token) AliveView {
	return AliveView{User: UserOf(t), App: AppOf(t), AppID: t.AppID, Token: t.ID, Until: moment(EndOf(t).Latest), Proven: t.UnitProven}
}

// View is the run before anything was done; Add adds what was.
func (r *Run) View(dry bool) RunView {
	v := RunView{Run: r.ID, DryRun: dry, Plan: []PlanView{}, Steps: []StepView{}, Alive: []AliveView{}, Left: len(r.Plan)}
	for _, t := range r.Plan {
		v.Plan = append(v.Plan, PlanView{
			Action: t.Action, User: t.User, App: t.App, AppID: t.AppID,
			LifeSeconds: int64(t.Life / time.Second), Alive: len(t.Alive),
		})
	}
	for _, t := range AliveIn(r.Plan) {
		v.Alive = append(v.Alive, AliveViewOf(t))
	}
	return v
}

// Add adds a step that is over.
func (v *RunView) Add(s Step) {
	w := StepView{Action: s.Action, Target: s.Target(), State: s.State}
	if id := s.Grant.Token.ID; id != 0 {
		w.Token = &id
	}
	if s.Err != nil {
		x := Explain(s.Err)
		w.Error = &x
	}
	if s.State != StepSkipped {
		v.Left--
	}
	v.Steps = append(v.Steps, w)
}

// Target names what a task is about: "ana@example.com on Orders portal", or
// "ana@example.com: end-user -> builder in Sales".
func (t Task) Target() string {
	switch t.Action {
	case ActRole:
		return fmt.Sprintf("%s: %s -> %s in %s", t.User, first(t.Change.Was, "?"), t.Change.Role, t.Change.Workspace)
	case ActReadBack:
		return fmt.Sprintf("%s: %s in %s", t.User, t.Change.Role, t.Change.Workspace)
	case ActIssue:
	}
	return t.User + " on " + t.App
}
