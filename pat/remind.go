package pat

import (
	"context"
	"strings"
	"time"

	"patdesk/history"
)

// Turns is what became URGENT or EXPIRED in a stretch of time.
type Turns = history.Turns

// Turned is what became URGENT or EXPIRED after since and at now at the latest, by the
// server's clock. What has a newer token is not among it: nothing is to be done there.
func (i *Issuer) Turned(ctx context.Context, since, now time.Time) (Turns, error) {
	return i.History.Turned(ctx, i.Server(), since, now, remindedNames)
}

// remindedNames is how many people a reminder names of each kind.
const remindedNames = 3

// TurnWords says what a reminder tells: "2 tokens became urgent, 1 ended", with the
// first names where they may be told: "2 tokens became urgent: ana, cy". It is foreign
// text.
func TurnWords(t Turns, named bool) string {
	var parts []string
	for _, p := range []struct {
		n    int64
		rows []Token
		verb string
	}{{t.UrgentCount, t.Urgent, "became urgent"}, {t.ExpiredCount, t.Expired, "ended"}} {
		if p.n == 0 {
			continue
		}
		words := Plural(int(p.n), "token") + " " + p.verb
		if named {
			var names []string
			for _, row := range p.rows {
				names = append(names, NameToType(UserOf(row)))
			}
			if p.n > int64(len(names)) {
				names = append(names, "…")
			}
			words += ": " + strings.Join(names, ", ")
		}
		parts = append(parts, words)
	}
	return AsSentence(strings.Join(parts, ", and "))
}
