package pat

import (
	"fmt"
	"math"
	"time"

	"patdesk/span"
)

// Life is how long a token is valid.
type Life = time.Duration

// The limits of a life and of an idle time.
const (
	MinLife = span.Min
	MaxLife = span.Max
	MinIdle = time.Minute
	MaxIdle = MaxLife
)

// Unit is the unit of the number sent as patExpiry.
//
// ToolJet's documents say seconds, its public source reads like minutes and its
// sample app says milliseconds. The answer holds no expiry, so only a try on the
// server settles it (see ProveUnit).
type Unit string

// The units in which a server may read patExpiry.
const (
	Seconds      Unit = "seconds"
	Minutes      Unit = "minutes"
	Milliseconds Unit = "milliseconds"
)

// ParseUnit reads a unit by its name; the empty name is Seconds, as documented.
func ParseUnit(s string) (Unit, error) {
	switch u := Unit(s); u {
	case "":
		return Seconds, nil
	case Seconds, Minutes, Milliseconds:
		return u, nil
	default:
		return "", fmt.Errorf("unit %q: use seconds, minutes or milliseconds", s)
	}
}

// UnitWords says in which unit numbers are sent and how sure that is, the same on
// both faces: "seconds, as documented, not proven here".
func UnitWords(u Unit, proven bool) string {
	switch {
	case proven:
		return string(u) + ", proven on this server"
	case u == Seconds:
		return string(u) + ", as documented, not proven here"
	case u == Minutes:
		return string(u) + ", as ToolJet's newer source says, not proven here"
	default:
		return string(u) + ", as the profile says, not proven here"
	}
}

// Duration is one unit of time.
func (u Unit) Duration() time.Duration {
	switch u {
	case Minutes:
		return time.Minute
	case Milliseconds:
		return time.Millisecond
	default:
		return time.Second
	}
}

// Number is the number to send so that a server reading this unit gives at most
// the life asked for, and the life it then gives. A life is never rounded up:
// a token that ends early is safer than one that ends late.
func (u Unit) Number(life Life) (int64, Life) {
	n := int64(life / u.Duration())
	return n, Life(n) * u.Duration()
}

// Worst is the longest life a server can give for the number sent while the
// unit is unproven: the reading in minutes.
func (u Unit) Worst(n int64) Life {
	if n > math.MaxInt64/int64(time.Minute) {
		return math.MaxInt64
	}
	return Life(n) * time.Minute
}
