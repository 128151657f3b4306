package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DidYouMean returns `did you mean "x"?` for the known word nearest to word, or
// "" if none is near: at most a third of its letters may differ.
func DidYouMean(word string, known []string) string {
	if len(word) > 64 {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", len(word)/3+2
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour to make b of a.
func distance(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// oneOf joins choices as "a, b or c".
func oneOf(choices []string) string {
	n := len(choices) - 1
	return strings.Join(choices[:n], ", ") + " or " + choices[n]
}

// printable returns a key of the file so that it can stand in an error: a name
// in another alphabet stays, control characters do not.
func printable(key string) string {
	q := fmt.Sprintf("%q", key)
	if len(q) > 66 {
		q = q[:60] + `…"`
	}
	if q == `"`+key+`"` && !strings.ContainsAny(key, " .") {
		return key
	}
	return q
}
