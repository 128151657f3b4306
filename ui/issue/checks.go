package issue

import (
	"fmt"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// check is one thing that stands beside the form.
type check struct {
	level pat.Level
	text  string // may be foreign
}

// checks say what is known of the request before it is sent. They appear as the
// answers come in and block nothing by themselves, see whyNot.
func (f *Form) checks() []check {
	if f.shell.Issuer().Settings.ReadOnly {
		return []check{{pat.Bad, "this profile is read-only: its settings forbid issuing (read_only in the configuration)"}}
	}
	list := append([]check{f.checkKey()}, f.checkLists()...)
	list = append(list, f.checkUser()...)
	list = append(list, f.checkApp()...)
	list = append(list, f.checkAccess()...)
	return append(list, f.checkLive()...)
}

// pressing are the checks for where not all have room: what is well is left out,
// what is wrong comes before what nobody knows.
func pressing(list []check) []check {
	var out []check
	for _, level := range []pat.Level{pat.Bad, pat.Warn, pat.NotSure} {
		for _, c := range list {
			if c.level == level {
				out = append(out, c)
			}
		}
	}
	return out
}

func (f *Form) checkKey() check {
	if err := f.keyRefused(); err != nil {
		x := pat.Explain(err)
		return check{pat.Bad, x.Title + ": " + x.Cause + ". " + x.Next}
	}
	for _, err := range []error{f.usersErr, f.appsErr} {
		if err != nil && !pat.IsGone(err) {
			x := pat.Explain(err)
			return check{pat.NotSure, "lists cannot be read (" + x.Title + "): type the address and the app's id or slug yourself"}
		}
	}
	if f.usersRead || f.appsRead {
		return check{pat.Good, "admin key accepted"}
	}
	return check{pat.NotSure, "asking the server"}
}

// checkLists says why a list is not there yet.
func (f *Form) checkLists() []check {
	w, waits := f.shell.Requests().WaitOf(f.lists)
	if !waits || f.usersRead && f.appsRead {
		return nil
	}
	return []check{{pat.NotSure, "lists: " + w.Words(f.shell.Now())}}
}

func (f *Form) checkUser() []check {
	if f.user.Value() == "" || f.user.Open() || !f.usersRead || f.usersErr != nil {
		return nil
	}
	u := f.pickedUser()
	switch {
	case u == nil:
		return []check{{pat.Warn, strings.TrimSuffix(notListed(f.user.Value(), len(f.users), "user", pat.Suggestion{Users: pat.ClosestUsers(f.users, f.user.Value())}), ".")}}
	case u.Status == "archived":
		return []check{{pat.Bad, u.Email + " is archived: ToolJet issues no token for them"}}
	case u.Status != "" && u.Status != "active":
		return []check{{pat.Warn, u.Email + " is " + u.Status + ", not active"}}
	default:
		return []check{{pat.Good, "user active"}}
	}
}

func (f *Form) checkApp() []check {
	if f.app.Value() == "" || f.app.Open() || !f.appsRead || f.appsErr != nil {
		return nil
	}
	a := f.pickedApp()
	if a == nil {
		return []check{{pat.Warn, strings.TrimSuffix(notListed(f.app.Value(), len(f.apps), "app", pat.Suggestion{Apps: pat.ClosestApps(f.apps, f.app.Value())}), ".")}}
	}
	return []check{{pat.Good, "app in " + term.CleanWidth(a.Workspace, 24).String()}}
}

// checkAccess compares the user's workspaces with the app's. Whether the app
// itself is open to them is known only when it loads.
func (f *Form) checkAccess() []check {
	u, a := f.pickedUser(), f.pickedApp()
	if u == nil || a == nil || f.user.Open() || f.app.Open() {
		return nil
	}
	for _, m := range u.Memberships {
		if m.WorkspaceID == a.WorkspaceID {
			if m.Status == "archived" {
				return []check{{pat.Warn, fmt.Sprintf("%s is archived in workspace %s: the app will not open", u.Email, a.Workspace)}}
			}
			return []check{
				{pat.Good, term.CleanWidth(m.Role, 16).String() + " there"},
				{pat.NotSure, "may open it: known only when it loads"},
			}
		}
	}
	return []check{{pat.Warn, fmt.Sprintf("%s is in no role in workspace %s: the app will not open for them", u.Email, a.Workspace)}}
}

// checkLive names the tokens of the pair that may still work.
func (f *Form) checkLive() []check {
	if len(f.live) == 0 || f.user.Open() || f.app.Open() {
		return nil
	}
	var last time.Time
	for _, t := range f.live {
		if end := pat.EndOf(t).Latest; end.After(last) {
			last = end
		}
	}
	names := ""
	for i, t := range f.live[:min(3, len(f.live))] {
		if i > 0 {
			names += ", "
		}
		names += kit.FirstOf(t.Last4, "no. "+fmt.Sprint(t.ID))
	}
	if n := len(f.live) - 3; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	text := fmt.Sprintf("%s of this pair (%s) may work until %s at the latest and cannot be revoked",
		kit.PluralOf(len(f.live), "older token"), names, kit.ClockTime(last, f.shell.Now(), f.shell.Zone()))
	return []check{{pat.Warn, text}}
}

// problemMore is the quiet line below a failure in the form.
func (f *Form) problemMore(x pat.Explanation) string {
	sep := "  " + f.shell.Theme().Glyphs.Sep + "  "
	more := f.shell.Keys().Form.Raw.Help().Key + " shows the server's words" + sep + string(x.ID)
	if again := retryWords(x.Retry, f.shell); again != "" {
		more = again + sep + more
	}
	return more
}

func retryWords(r pat.Retry, s kit.Shell) string {
	key := s.Keys().Form.Submit.Help().Key
	switch r {
	case pat.RetryAuto, pat.RetryYouMay:
		return "nothing was issued, " + key + " tries again"
	case pat.RetryAsk:
		return key + " issues one more, after a question"
	default:
		return ""
	}
}
