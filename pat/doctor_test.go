package pat_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// checks runs doctor on a rig.
func checks(t *testing.T, r *rig, keyless error) map[pat.CheckID]pat.Check {
	t.Helper()
	all := map[pat.CheckID]pat.Check{}
	for c := range r.DiagnoseWithout(t.Context(), keyless) {
		if _, twice := all[c.ID]; twice || c.ID == "" || c.Name == "" {
			t.Errorf("check %+v twice or without id and name", c)
		}
		all[c.ID] = c
	}
	return all
}

// levels writes the levels of some checks.
func levels(all map[pat.CheckID]pat.Check, ids ...pat.CheckID) string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id)+" "+string(all[id].Level))
	}
	return strings.Join(out, ", ")
}

// Ensure nothing but the External API decides over a server: a health page that is
// not there, hangs or belongs to somebody else takes no other check away.
func TestDiagnose_HealthIsAHint(t *testing.T) {
	t.Parallel()
	always := func(f sandbox.Fault) []sandbox.Fault {
		f.Match, f.Times = "/health", -1
		return []sandbox.Fault{f}
	}
	configToo := func(f sandbox.Fault) []sandbox.Fault {
		g := f
		g.Match, g.Times = "/api/config", -1
		return append(always(f), g)
	}
	for name, faults := range map[string][]sandbox.Fault{
		"404 page":      always(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404}),
		"404 JSON":      always(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"Cannot GET /api/health"`}),
		"403 page":      always(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 403}),
		"401":           always(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401}),
		"502 page":      always(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 502}),
		"web page":      always(sandbox.Fault{Kind: sandbox.FaultHTML}),
		"redirect":      always(sandbox.Fault{Kind: sandbox.FaultRedirect, Target: "https://sso.example.com/"}),
		"hangs":         always(sandbox.Fault{Kind: sandbox.FaultHang}),
		"closed":        always(sandbox.Fault{Kind: sandbox.FaultDropBefore}),
		"asks to wait":  always(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: time.Hour}),
		"endless":       always(sandbox.Fault{Kind: sandbox.FaultHuge, Size: 2 << 20}),
		"config too":    configToo(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404}),
		"both hang":     configToo(sandbox.Fault{Kind: sandbox.FaultHang}),
		"another's 200": always(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: "ok"}),
	} {
		for key, want := range map[string]string{
			"right": "server ok, key ok, v2 ok, unit unknown, embed ok, limits unknown",
			"wrong": "server ok, key fail, v2 unknown, unit unknown, embed unknown, limits unknown",
		} {
			t.Run(name+"/"+key, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, sandbox.Options{})
					if key == "wrong" {
						r.Client = r.connect(t, "not-the-key-of-this-server")
					}
					for _, f := range faults {
						r.server.Inject(f)
					}
					all := checks(t, r, nil)
					if got := levels(all, "server", "key", "v2", "unit", "embed", "limits"); got != want {
						t.Errorf("%s\nwant %s\n%+v", got, want, all)
					}
					if p := all["key"].Problem; key == "wrong" && (p == nil || p.Exit != pat.ExitKey) {
						t.Errorf("the key's check is %+v", all["key"])
					}
				})
			})
		}
	}
}

// Ensure each line stands alone, whatever the others say.
func TestDiagnose_EachAlone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options sandbox.Options
		fault   sandbox.Fault
		keyless error
		want    string
		exit    int // of the first check that failed
	}{
		"all well":          {want: "server ok, version ok, key ok, v2 ok, embed ok"},
		"no version 2":      {options: sandbox.Options{NoV2: true}, want: "server ok, version ok, key ok, v2 ok, embed ok"},
		"community":         {options: sandbox.Options{Community: true}, want: "server ok, version fail, key fail, v2 unknown, embed unknown", exit: pat.ExitEdition},
		"switched off":      {options: sandbox.Options{APIDisabled: true}, want: "server ok, version ok, key fail, v2 unknown, embed unknown", exit: pat.ExitEdition},
		"no version":        {fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404, Match: "/api/config"}, want: "server ok, version unknown, key ok, v2 ok, embed ok"},
		"no key":            {keyless: &pat.Problem{ID: "key", Cause: "there is none"}, want: "server ok, version ok, key fail, v2 unknown, embed unknown", exit: pat.ExitSetup},
		"no key, no health": {keyless: &pat.Problem{ID: "key"}, fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404, Match: "/health"}, want: "server unknown, version ok, key fail, v2 unknown, embed unknown", exit: pat.ExitSetup},
		"framing forbidden": {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Match: "/embed-apps/", Body: "<p>", Header: map[string]string{"Content-Security-Policy": "frame-ancestors 'none'"}}, want: "server ok, version ok, key ok, v2 ok, embed warn"},
		"embed page gone":   {fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404, Match: "/embed-apps/"}, want: "server ok, version ok, key ok, v2 ok, embed warn"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, tt.options)
			if tt.fault.Kind != "" {
				tt.fault.Times = -1
				r.server.Inject(tt.fault)
			}
			all := checks(t, r, tt.keyless)
			if got := levels(all, "server", "version", "key", "v2", "embed"); got != tt.want {
				t.Errorf("%s\nwant %s\n%+v", got, tt.want, all)
			}
			exit := 0
			for _, id := range []pat.CheckID{"server", "version", "key"} {
				if p := all[id].Problem; exit == 0 && all[id].Level == pat.Bad && p != nil {
					exit = p.Exit
				}
				if strings.Contains(all[id].Next, "patdesk doctor") && id != pat.CheckUnit {
					t.Errorf("%s sends in a circle: %s", id, all[id].Next)
				}
			}
			if exit != tt.exit {
				t.Errorf("exit %d, want %d", exit, tt.exit)
			}
		})
	}
}

// Ensure a server that nobody reaches is told once, and not as a fault of the key.
func TestDiagnose_NotReached(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sandbox.FaultRefuse, sandbox.FaultNameUnknown, sandbox.FaultCertUnknown, sandbox.FaultProxyAuth} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			r.server.Inject(sandbox.Fault{Kind: kind, Match: "/", Times: -1})
			all := checks(t, r, nil)
			if got := levels(all, "server", "key"); got != "server fail, key unknown" {
				t.Errorf("%s: %s", kind, got)
			}
			for _, id := range []pat.CheckID{pat.CheckVersion, pat.CheckClock} {
				if c := all[id]; c.Level != pat.NotSure || !strings.Contains(c.Text, "ToolJet was not reached") {
					t.Errorf("%s: %s says %q", kind, id, c.Text)
				}
			}
			if all["server"].Problem.Exit != pat.ExitNetwork {
				t.Errorf("%s: %+v", kind, all["server"])
			}
		})
	}
}

// Ensure a run that is given up ends without words about it.
func TestDiagnose_GivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	var seen []pat.CheckID
	for c := range r.Diagnose(t.Context()) {
		seen = append(seen, c.ID)
		break
	}
	if !slices.Equal(seen, []pat.CheckID{pat.CheckServer}) {
		t.Errorf("saw %v", seen)
	}
}

// Ensure the unit's words are right for each unit, and the proof is offered.
func TestDiagnose_Unit(t *testing.T) {
	t.Parallel()
	for unit, part := range map[pat.Unit]string{
		pat.Seconds: "seconds, as documented", pat.Minutes: "minutes, as ToolJet's newer source says", pat.Milliseconds: "milliseconds, as the profile says",
	} {
		r := newRig(t, sandbox.Options{})
		r.Settings.Unit = unit
		if c := checks(t, r, nil)["unit"]; !strings.HasPrefix(c.Text, part) || !strings.Contains(c.Next, "--prove-unit") {
			t.Errorf("%s: %+v", unit, c)
		}
		r.Settings.UnitProven = true
		if c := checks(t, r, nil)["unit"]; c.Level != pat.Good || c.Next != "" {
			t.Errorf("%s, proven: %+v", unit, c)
		}
	}
}
