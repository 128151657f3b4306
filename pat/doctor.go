package pat

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"patdesk/address"
	"patdesk/client"
)

// Level is how a check ended.
type Level string

// The levels of a Check; each has a sign of its own, so that colour is never
// needed to read it.
const (
	Good    Level = "ok"
	Warn    Level = "warn"
	Bad     Level = "fail"
	NotSure Level = "unknown"
)

// Check is one thing that doctor looked at.
type Check struct {
	// Name is what was looked at, in two or three words.
	Name string `json:"name"`
	// Level is how it ended.
	Level Level `json:"level"`
	// Text says what was found.
	Text string `json:"text"`
	// Next is what to do about it, or empty.
	Next string `json:"next,omitempty"`
	// Problem is set when a request failed.
	Problem *Explanation `json:"problem,omitempty"`
}

// badSkew is the difference of clocks from which a person is told.
const badSkew = time.Minute

// Diagnose looks at a server from the outside in, one check after the other:
// does it answer, which version and edition is it, is the key accepted, is the
// second API there, how far are the clocks apart, and what cannot be known. It
// stops at the first failure that explains those after it.
func (i *Issuer) Diagnose(ctx context.Context) iter.Seq[Check] {
	return func(yield func(Check) bool) {
		for _, check := range []func(context.Context) (Check, bool){
			i.checkHealth, i.checkVersion, i.checkKey, i.checkV2, i.checkClock, i.checkUnit,
		} {
			c, next := check(ctx)
			if !yield(c) || !next {
				return
			}
		}
		yield(Check{
			Name: "Not knowable", Level: NotSure,
			Text: "ToolJet lists and revokes no embed tokens: tokens issued elsewhere are invisible here, and none can be ended early; whether an app is released shows only when it loads",
		})
	}
}

// failed makes a check of a request that failed.
func (i *Issuer) failed(name string, err error) Check {
	x := Explain(i.stage(StageRead, "", "", err))
	return Check{Name: name, Level: Bad, Text: x.Title + ": " + x.Cause, Next: x.Next, Problem: &x}
}

func (i *Issuer) checkHealth(ctx context.Context) (Check, bool) {
	begin := time.Now()
	if err := i.Client.GetHealth(ctx); err != nil {
		return i.failed("Server", err), false
	}
	return Check{Name: "Server", Level: Good, Text: fmt.Sprintf("%s answers in %d ms", i.Client.BaseURL(), time.Since(begin).Milliseconds())}, true
}

func (i *Issuer) checkVersion(ctx context.Context) (Check, bool) {
	c, err := i.Client.GetConfig(ctx)
	switch {
	case err != nil || !c.Known || c.Version == "":
		return Check{Name: "Version", Level: NotSure, Text: "the server does not tell its version (/api/config); that is allowed"}, true
	case c.Edition == "ce":
		return Check{Name: "Version", Level: Bad, Text: "version " + c.Version + ", Community Edition: it has no External API", Next: "Use an Enterprise or Cloud server"}, false
	}
	text := "version " + c.Version
	if c.Edition != "" {
		text += ", edition " + c.Edition
	}
	check := Check{Name: "Version", Level: Good, Text: text}
	if c.Host != "" && address.Origin(c.Host) != address.Origin(i.Client.BaseURL()) {
		check.Level = Warn
		check.Text += fmt.Sprintf("; embed URLs will point to TOOLJET_HOST %s, not to %s", c.Host, i.Client.Host())
		check.Next = "Check that portals can reach that address"
	}
	return check, true
}

func (i *Issuer) checkKey(ctx context.Context) (Check, bool) {
	spaces, err := i.Client.ListWorkspaces(ctx)
	if err != nil {
		return i.failed("Admin key", err), false
	}
	return Check{Name: "Admin key", Level: Good, Text: fmt.Sprintf("accepted, from %s; %s", i.Settings.KeySource, plural(len(spaces), "workspace"))}, true
}

func (i *Issuer) checkV2(ctx context.Context) (Check, bool) {
	has, err := i.Client.HasV2(ctx)
	switch {
	case err != nil:
		c := i.failed("API version 2", err)
		c.Level = NotSure
		return c, true
	case !has:
		return Check{Name: "API version 2", Level: NotSure, Text: "not there; whether a user may open an app is known only when it loads"}, true
	default:
		return Check{Name: "API version 2", Level: Good, Text: "available"}, true
	}
}

func (i *Issuer) checkClock(context.Context) (Check, bool) {
	c := i.Clock()
	switch {
	case !c.Known:
		return Check{Name: "Clock", Level: NotSure, Text: "the server sends no Date; countdowns use this computer's clock"}, true
	case c.Offset.Abs() > badSkew:
		x := known("C1").with(fmt.Sprintf("This clock is off by %s", Span(c.Offset.Abs().Round(time.Second))), "", "")
		return Check{Name: "Clock", Level: Warn, Text: x.Title + "; " + x.Cause, Next: x.Next, Problem: &x}, true
	default:
		return Check{Name: "Clock", Level: Good, Text: fmt.Sprintf("differs by %.1f s (within %.1f s)", c.Offset.Abs().Seconds(), c.Uncertainty.Seconds())}, true
	}
}

func (i *Issuer) checkUnit(context.Context) (Check, bool) {
	if i.Settings.UnitProven {
		return Check{Name: "Unit of patExpiry", Level: Good, Text: fmt.Sprintf("%s, proven on this server", i.Settings.Unit)}, true
	}
	return Check{
		Name: "Unit of patExpiry", Level: NotSure,
		Text: fmt.Sprintf("%s, as documented, not proven on this server: if it reads minutes, one hour becomes 2.5 days", i.Settings.Unit),
		Next: "Prove it on a test pair: patdesk doctor --prove-unit --user U --app A",
	}, true
}

// IsGone reports whether an error means that the caller gave up.
func IsGone(err error) bool {
	if errors.Is(err, context.Canceled) {
		return true
	}
	ce, ok := errors.AsType[*client.Error](err)
	return ok && ce.Failure == client.FailCanceled
}
