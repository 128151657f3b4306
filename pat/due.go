package pat

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"patdesk/span"
)

// Coming are the states of tokens whose end is still to come and that no newer
// token has taken the place of.
func Coming() []StateTerm {
	return []StateTerm{{State: OK}, {State: Soon}, {State: Urgent}, {State: Drift}}
}

// Threshold is how little time a token has left when something is due: a share of
// its life, or a length of time.
type Threshold struct {
	percent float64
	time    time.Duration
}

// ParseThreshold reads "25%" or "2h".
func ParseThreshold(s string) (Threshold, error) {
	text := strings.TrimPrefix(strings.TrimSpace(s), "<")
	if number, ok := strings.CutSuffix(text, "%"); ok {
		p, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(p > 0 && p <= 100) {
			return Threshold{}, fmt.Errorf("%.20q: a share is more than 0%% and at most 100%%", s)
		}
		return Threshold{percent: p}, nil
	}
	d, ok := span.Parse(text)
	if !ok {
		return Threshold{}, fmt.Errorf("%.20q: use a share as 25%%, or a time as 2h", s)
	}
	return Threshold{time: d}, nil
}

// Due reports whether a token that has not ended has at most that much left, by
// its documented end: early is the safe side, while the unit is not proven.
func (t Threshold) Due(tok Token, now time.Time) bool {
	left := tok.Expires.Sub(now)
	if tok.Outcome != Issued || left <= 0 {
		return false
	}
	if t.percent > 0 {
		return float64(left) <= float64(tok.Life)*t.percent/100
	}
	return left <= t.time
}

// ShortNext is a token that ends, in the few letters of a prompt: "cy 30m". The
// time is rounded down to its longest unit, so that it never promises too much.
func ShortNext(t Token, now time.Time) string {
	name, _, _ := strings.Cut(first(t.UserEmail, t.UserID), "@")
	left := max(0, t.Expires.Sub(now).Truncate(time.Second))
	words, _, _ := strings.Cut(Span(left), " ")
	return name + " " + words
}
