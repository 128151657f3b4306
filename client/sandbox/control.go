package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// controlPath is where a sandbox in its own process is told what to do.
const controlPath = "/_sandbox/"

// controlHeader is the header that carries the key of the control path.
const controlHeader = "X-Sandbox-Key"

// control answers the control path. Browsers are kept out by what they cannot
// leave away: Origin and Sec-Fetch-Site. Everybody else needs its key, which is not
// the admin key: a portal under test holds that one.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		http.Error(w, "the control path is not for web pages", http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(controlHeader)), []byte(s.opts.ControlKey)) != 1 {
		http.Error(w, "the control path wants its key as "+controlHeader, http.StatusUnauthorized)
		return
	}
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPath) {
	case "POST faults":
		var f faultForm
		if !f.read(w, r) {
			return
		}
		s.Inject(f.fault())
		w.WriteHeader(http.StatusNoContent)
	case "DELETE faults":
		s.Clear()
		w.WriteHeader(http.StatusNoContent)
	case "GET ledger":
		writeJSON(w, s.Ledger())
	case "GET requests":
		writeJSON(w, s.Requests())
	case "POST clock":
		var f clockForm
		if !readJSON(w, r, &f) {
			return
		}
		s.Advance(time.Duration(f.Advance))
		writeJSON(w, map[string]time.Time{"now": s.Now().UTC()})
	default:
		http.NotFound(w, r)
	}
}

// span is a duration as text, such as "2h30m".
type span time.Duration

// UnmarshalText reads the form of time.ParseDuration.
func (d *span) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = span(v)
	return err
}

type clockForm struct {
	Advance span `json:"advance"`
}

// faultForm is a Fault whose durations are text.
type faultForm struct {
	Fault
	Delay span `json:"delay"`
	Skew  span `json:"skew"`
}

func (f *faultForm) read(w http.ResponseWriter, r *http.Request) bool {
	if !readJSON(w, r, f) {
		return false
	}
	if !slices.Contains(faultKinds(), f.Kind) {
		http.Error(w, "a fault needs a kind, one of: "+strings.Join(faultKinds(), " "), http.StatusBadRequest)
		return false
	}
	return true
}

func (f *faultForm) fault() Fault {
	out := f.Fault
	out.Delay, out.Skew = time.Duration(f.Delay), time.Duration(f.Skew)
	return out
}

func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		http.Error(w, "not understood: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	// A caller that has gone away is its own affair.
	_, _ = w.Write(encode(v))
}
