package pat

import (
	"fmt"
	"strings"
	"time"
)

// PreviewReport is what a preview of a token saw and found, as text for a ticket.
// result is nil before there is a verdict; about is the program that writes it. It
// holds no secret: of the embed URL, steps have the origin alone.
func PreviewReport(t Token, now time.Time, steps []PreviewStep, result *PreviewResult, about string) string {
	var b strings.Builder
	add := func(name, value string) {
		if words := strings.Join(strings.Fields(value), " "); words != "" {
			fmt.Fprintf(&b, "%-9s %s\n", name, words)
		}
	}
	add("preview", fmt.Sprintf("#%d %s on %s", t.ID, UserOf(t), AppOf(t)))
	add("server", t.Host)
	add("token", fmt.Sprintf("pat_…%s, fingerprint %s, %s", t.Last4, t.Fingerprint, stillLives(t, now)))
	add("sent", SentWords(t))
	for _, s := range steps {
		if s.Judge == nil {
			add("step", s.At.UTC().Format("2006-01-02T15:04:05.000Z")+" "+s.Text)
			add("", s.More)
		}
	}
	if result != nil {
		add("verdict", result.Verdict)
		for _, l := range append([]string{result.Title}, result.Lines...) {
			add("", l)
		}
	}
	add("clock", now.UTC().Format(time.RFC3339)+" (the server's)")
	add("program", about)
	return b.String()
}
