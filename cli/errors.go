package cli

import (
	"errors"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/term"
)

// explain adds to pat.Explain the failures that only the command line meets:
// the configuration and the clipboard.
func explain(err error) pat.Explanation {
	if _, said := errors.AsType[*pat.Problem](err); said {
		return pat.Explain(err)
	}
	if e, ok := errors.AsType[*config.Error](err); ok {
		p := &pat.Problem{ID: pat.IDBadConfig, Cause: e.Error(), Err: err}
		if e.Path == "" && e.Key != "" { // a flag or a variable: the file has no fault
			p.Next = "Correct " + e.Key
		}
		return pat.Explain(p)
	}
	if errors.Is(err, config.ErrNoHome) {
		return pat.Explain(&pat.Problem{ID: pat.IDNoHome, Cause: err.Error(), Err: err})
	}
	if e, ok := errors.AsType[*config.PlaceError](err); ok {
		return pat.Explain(&pat.Problem{ID: pat.IDBadPlace, Cause: e.Error(), Next: "Set " + e.Var + " to an absolute path", Err: err})
	}
	if errors.Is(err, config.ErrNoProfile) {
		return pat.Explain(&pat.Problem{ID: pat.IDNoServer})
	}
	if e, ok := errors.AsType[*term.ClipError](err); ok {
		return pat.Explain(&pat.Problem{ID: pat.IDNoClipboard, Cause: e.Error(), Err: err})
	}
	return pat.Explain(err)
}
