package history

import (
	"math/rand/v2"
	"regexp"
	"testing"
)

// Ensure that what is read of an identity is what a regular expression of its forms
// would find, in texts that are nearly one.
func TestParseIdentity(t *testing.T) {
	stamps := regexp.MustCompile(`stamp(\d{16}) ([0-9a-f]{16}) ([0-9a-f]{16})`)
	uuids := regexp.MustCompile(`uuid([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`)
	const whole = "stamp0000000000000042 00112233445566ff ffeeddccbbaa9988\nuuid01234567-89ab-cdef-0123-456789abcdef\n"
	random, found := rand.New(rand.NewPCG(1, 2)), 0
	for n := range 20_000 {
		text := []byte(whole[random.IntN(8):] + "uuid" + "stamp" + whole)
		if n%3 == 0 {
			text = text[:random.IntN(len(text))]
		}
		for range random.IntN(5) {
			if len(text) > 0 {
				text[random.IntN(len(text))] = "0g -Fsu\n\x00"[random.IntN(9)]
			}
		}
		var want identity
		if m := uuids.FindSubmatch(text); m != nil {
			want.uuid = string(m[1])
		}
		if m := stamps.FindSubmatch(text); m != nil {
			number, _ := parseNumber(string(m[1]))
			want.stamp = stamp{number, string(m[2]), string(m[3])}
			found++
		}
		if got := parseIdentity(text); got != want {
			t.Fatalf("%q: %+v, want %+v", text, got, want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d texts had a stamp", found)
	}
}
