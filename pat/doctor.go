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

// badSkew is the difference of clocks from which a person is told.
const badSkew = time.Minute

// healthTimeout bounds what is a hint only.
const healthTimeout = 5 * time.Second

// diagnosis is one look at a server.
type diagnosis struct {
	*Issuer
	keyless error // why there is no admin key to try, or nil

	healthErr error
	config    client.ServerConfig // what the server tells of itself
	asked     bool                // the key was tried
	keyErr    error
	spaces    []Workspace
}

// Diagnose looks at a server from the outside in: does it answer, which version
// and edition is it, is the key accepted, in which unit does it read patExpiry, is
// the second API there, how far are the clocks apart, what does the embed page
// allow, and what cannot be known. Each check stands alone: one that fails takes
// none of the others away. Only the External API itself counts; /api/health and
// /api/config are hints, because a proxy may pass /api/ext alone (contract 1.1).
func (i *Issuer) Diagnose(ctx context.Context) iter.Seq[Check] {
	return i.DiagnoseWithout(ctx, nil)
}

// DiagnoseWithout is Diagnose where no admin key could be had, for the reason
// given. A nil reason means that there is a key.
func (i *Issuer) DiagnoseWithout(ctx context.Context, keyless error) iter.Seq[Check] {
	return func(yield func(Check) bool) {
		d := &diagnosis{Issuer: i, keyless: keyless}
		for _, check := range []func(context.Context) Check{
			d.checkServer, d.checkVersion, d.checkKey, d.checkUnit, d.checkV2, d.checkClock, d.checkEmbed,
		} {
			c := check(ctx)
			if ctx.Err() != nil || !yield(c) {
				return
			}
		}
		yield(NewCheck(CheckLimits, NotSure, "ToolJet lists and revokes no embed tokens: tokens issued elsewhere are invisible here, and none can be ended early; whether an app is released shows only when it loads", ""))
	}
}

// failed makes a check of a request that failed.
func (d *diagnosis) failed(id CheckID, err error) Check {
	return FailedCheck(id, Explain(d.stage(StageRead, "", "", err)))
}

// tryKey asks the External API something that needs the admin key, once.
func (d *diagnosis) tryKey(ctx context.Context) {
	if d.asked || d.keyless != nil {
		return
	}
	spaces, err := d.Client.ListWorkspaces(ctx)
	if e, ok := errors.AsType[*client.Error](err); ok && e.Failure == client.FailInput {
		d.keyless = err // the client has no key: nothing was sent
		return
	}
	d.asked, d.spaces, d.keyErr = true, spaces, err
}

// apiAnswers reports whether the External API itself has answered, be it with a
// refusal: ToolJet's errors are JSON, what stands before it answers with pages.
func (d *diagnosis) apiAnswers() bool {
	if !d.asked {
		return false
	}
	if d.keyErr == nil {
		return true
	}
	e, ok := errors.AsType[*client.Error](d.keyErr)
	return ok && e.Failure == client.FailStatus && e.Body == client.BodyJSON
}

// checkServer tells whether anything answers. Where the health page does not, the
// External API decides, because a page that is not there says nothing about it.
func (d *diagnosis) checkServer(ctx context.Context) Check {
	begin := time.Now()
	hctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	if d.healthErr = d.Client.GetHealth(hctx); d.healthErr == nil {
		return NewCheck(CheckServer, Good, fmt.Sprintf("%s answers in %d ms", d.Client.BaseURL(), time.Since(begin).Milliseconds()), "")
	}
	begin = time.Now()
	d.tryKey(ctx)
	switch {
	case d.apiAnswers():
		return NewCheck(CheckServer, Good, fmt.Sprintf("%s answers in %d ms; its health page does not, which is allowed", d.Client.BaseURL(), time.Since(begin).Milliseconds()), "")
	case d.asked:
		return d.failed(CheckServer, d.keyErr)
	}
	if e, ok := errors.AsType[*client.Error](d.healthErr); ok && e.Status != 0 {
		return NewCheck(CheckServer, NotSure, fmt.Sprintf("%s answers, but not with a health page; the admin key will tell what is there", d.Client.BaseURL()), "")
	}
	return d.failed(CheckServer, d.healthErr)
}

// unreachedBy reports whether a request failed before anybody had it.
func unreachedBy(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && !e.Sent
}

func (d *diagnosis) checkVersion(ctx context.Context) Check {
	ctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	c, err := d.Client.GetConfig(ctx)
	d.config = c
	switch {
	case unreachedBy(err):
		return NewCheck(CheckVersion, NotSure, "not asked, because ToolJet was not reached", "")
	case err != nil || !c.Known || c.Version == "":
		return NewCheck(CheckVersion, NotSure, "the server does not tell its version (/api/config); that is allowed", "")
	case c.Edition == "ce":
		x := known(IDCommunity).with("", "version "+c.Version+" is the Community Edition, which has no External API", "")
		return FailedCheck(CheckVersion, x)
	}
	text := "version " + c.Version
	if c.Edition != "" {
		text += ", edition " + c.Edition
	}
	check := NewCheck(CheckVersion, Good, text, "")
	if c.Host != "" && address.Origin(c.Host) != address.Origin(d.Client.BaseURL()) {
		check.Level = Warn
		check.Text += fmt.Sprintf("; embed URLs will point to TOOLJET_HOST %s, not to %s", c.Host, d.Client.Host())
		check.Next = "Check that portals can reach that address"
	}
	return check
}

// checkKey tells whether the key is accepted, whatever else is missing.
func (d *diagnosis) checkKey(ctx context.Context) Check {
	d.tryKey(ctx)
	switch {
	case d.keyless != nil:
		return FailedCheck(CheckKey, Explain(d.keyless))
	case d.keyErr == nil:
		return NewCheck(CheckKey, Good, fmt.Sprintf("accepted, from %s; %s", d.Settings.KeySource, Plural(len(d.spaces), "workspace")), "")
	case d.healthErr != nil && !d.apiAnswers():
		return NewCheck(CheckKey, NotSure, "nobody could judge it: ToolJet was not reached", "")
	default:
		return d.failed(CheckKey, d.keyErr)
	}
}

// unasked is a check that needs an accepted key.
func (d *diagnosis) unasked(id CheckID) (Check, bool) {
	return NewCheck(id, NotSure, "not asked, because that needs an accepted admin key", ""), !d.asked || d.keyErr != nil
}

func (d *diagnosis) checkV2(ctx context.Context) Check {
	if c, skip := d.unasked(CheckV2); skip {
		return c
	}
	has, err := d.Client.HasV2(ctx)
	switch {
	case err != nil:
		c := d.failed(CheckV2, err)
		c.Level = NotSure
		return c
	case !has:
		return NewCheck(CheckV2, Good, "not there, which is fine; whether a user may open an app is known only when it loads", "")
	default:
		return NewCheck(CheckV2, Good, "available", "")
	}
}

func (d *diagnosis) checkClock(context.Context) Check {
	c := d.Clock()
	switch {
	case !c.Known && unreachedBy(d.healthErr):
		return NewCheck(CheckClock, NotSure, "not known, because ToolJet was not reached; countdowns use this computer's clock", "")
	case !c.Known:
		return NewCheck(CheckClock, NotSure, "the server sends no Date that can be believed; countdowns use this computer's clock", "")
	case c.Offset.Abs() > badSkew:
		x := known(IDClockOff).with(fmt.Sprintf("This clock is off by %s", Span(c.Offset.Abs().Round(time.Second))), "", "")
		check := NewCheck(CheckClock, Warn, x.Title+"; "+x.Cause, x.Next)
		check.Problem = &x
		return check
	case c.Offset.Abs() <= c.Uncertainty: // a Date header holds whole seconds (RFC 9110, 5.6.7)
		return NewCheck(CheckClock, Good, fmt.Sprintf("agrees with the server's (within %.1f s)", c.Uncertainty.Seconds()), "")
	default:
		return NewCheck(CheckClock, Good, fmt.Sprintf("differs by %.1f s (within %.1f s)", c.Offset.Abs().Seconds(), c.Uncertainty.Seconds()), "")
	}
}

// checkUnit offers the proof of the unit before all that is less urgent: while it
// is open, every end has a second reading.
func (d *diagnosis) checkUnit(context.Context) Check {
	unit, proven := d.Unit()
	if proven {
		return NewCheck(CheckUnit, Good, UnitWords(unit, proven), "")
	}
	c := NewCheck(CheckUnit, NotSure, UnitWords(unit, proven)+": "+unitDoubt[unit],
		"Prove it on a test pair: patdesk doctor --prove-unit --user U --app A")
	c.OnConsole = "Prove it on a test pair"
	return c
}

// unitDoubt says, for each unit, what would follow if the server read another one.
var unitDoubt = map[Unit]string{
	Seconds:      "if this server reads minutes, one hour becomes 2.5 days",
	Minutes:      "if this server reads seconds, tokens end sixty times earlier than shown",
	Milliseconds: "if this server reads minutes, one hour becomes 6.8 years",
}

// IsGone reports whether an error means that the caller gave up.
func IsGone(err error) bool {
	if errors.Is(err, context.Canceled) {
		return true
	}
	ce, ok := errors.AsType[*client.Error](err)
	return ok && ce.Failure == client.FailCanceled
}
