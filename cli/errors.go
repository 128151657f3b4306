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
	if e, ok := errors.AsType[*config.Error](err); ok {
		return pat.Explain(&pat.Problem{ID: pat.IDBadConfig, Cause: e.Error(), Err: err})
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
