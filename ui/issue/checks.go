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
	if why := f.shell.Issuer().WhyNotChange(); why != "" && !f.shell.Issuer().Settings.ReadOnly {
		return []check{{pat.Bad, why}}
	}
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
	return []check{{pat.NotSure, "lists: " + w.Words(f.shell)}}
}

func (f *Form) checkUser() []check {
	if f.user.Value() == "" || f.user.Open() || !f.usersRead || f.usersErr != nil {
		return nil
	}
	u := f.pickedUser()
	switch {
	case u == nil:
		return []check{{pat.Warn, strings.TrimSuffix(kit.NotListed(f.user.Value(), len(f.users), "user", pat.Suggestion{Users: pat.ClosestUsers(f.users, f.user.Value())}), ".")}}
	case pat.ArchivedWords(u) != "":
		return []check{{pat.Bad, pat.ArchivedWords(u)}}
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
		return []check{{pat.Warn, strings.TrimSuffix(kit.NotListed(f.app.Value(), len(f.apps), "app", pat.Suggestion{Apps: pat.ClosestApps(f.apps, f.app.Value())}), ".")}}
	}
	return []check{{pat.Good, "app in " + term.CleanWidth(a.Workspace, 24).String()}}
}

// checkAccess compares the user's workspaces with the app's.
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
			list := []check{{pat.Good, term.CleanWidth(m.Role, 16).String() + " there"}, f.checkOpens(u, *a)}
			if power := pat.PowerOf(u.Email, m.Role, a.Workspace); power != "" {
				list = append(list, check{pat.Warn, power})
			}
			return list
		}
	}
	return []check{{pat.Warn, fmt.Sprintf("%s is in no role in workspace %s: the app will not open for them", u.Email, a.Workspace)}}
}

// checkOpens says whether the user may open the app, and through what, where the
// server tells.
func (f *Form) checkOpens(u *pat.User, a pat.App) check {
	through, may, known := f.mayOpen(u, a)
	switch {
	case !known:
		return check{pat.NotSure, "may open it: known only when it loads"}
	case !may:
		return check{pat.Warn, u.Email + " may not open it: no group, role or ownership lets them in"}
	case through == "":
		return check{pat.Good, "may open it"}
	}
	return check{pat.Good, "may open it, through " + term.CleanWidth(through, 40).String()}
}

// checkLive names the tokens of the pair that may still work.
func (f *Form) checkLive() []check {
	if len(f.live) == 0 || f.user.Open() || f.app.Open() {
		return nil
	}
	return []check{{pat.Warn, f.olderWords(f.live) + " Issue one more?"}}
}

// olderWords say what may still work of a pair, and until when.
func (f *Form) olderWords(live []pat.Token) string {
	var last time.Time
	for _, t := range live {
		if end := pat.EndOf(t).Latest; end.After(last) {
			last = end
		}
	}
	older := 0
	for _, t := range live {
		if t.Outcome == pat.Issued {
			older++
		}
	}
	until := kit.ClockTime(last, f.shell.Now(), f.shell.Zone())
	switch unsure := len(live) - older; {
	case older == 0:
		return fmt.Sprintf("%s of this pair may exist and work until %s at the latest.", kit.PluralOf(unsure, "token"), until)
	case older == 1 && unsure == 0:
		return fmt.Sprintf("1 older token keeps working, until %s at the latest: it cannot be revoked.", until)
	case unsure == 0:
		return fmt.Sprintf("%d older tokens keep working, the last until %s at the latest: they cannot be revoked.", older, until)
	default:
		return fmt.Sprintf("%s of this pair and %d that may exist work until %s at the latest.", kit.PluralOf(older, "older token"), unsure, until)
	}
}

// problemMore is the quiet line below a failure in the form.
func (f *Form) problemMore(x pat.Explanation) string {
	sep := "  " + f.shell.Theme().Glyphs.Sep + "  "
	facts := []string{string(x.ID)}
	if x.Retry == pat.RetryAsk && f.w >= kit.NarrowWidth { // what its log is searched by
		facts = x.Facts()
	}
	more := f.shell.Keys().Form.Raw.Help().Key + " shows the server's words" + sep + strings.Join(facts, sep)
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
