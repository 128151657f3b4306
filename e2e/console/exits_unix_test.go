//go:build unix

package console

import (
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"patdesk/e2e/tty"
)

// lastingKeys are keys that neither end the console nor write files nor open pages.
var lastingKeys = []string{
	"j", "k", "g", "G", " ", "n", "r", "v", "V", "c", "i", "y", "e", "x", "m", "b", "t", "f", "s", "S", "l", "h", "u", "?", "/", "!",
	"1", "2", "3", "4", "5", "6", "7", "+", "-", "\t", enter, esc, "\x7f", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F",
	"\x1b[200~ana@example.com\x1b[201~", "\x1b[<0;20;9M\x1b[<0;20;9m", "\x1b[<65;20;9M", "\x1b[I", "\x1b[O", "é", "漢",
}

// Ensure no console ends but when it is asked to: runs of random keys, sizes and
// moments, each of which a signal ends.
func TestConsole_EndsWhenAsked(t *testing.T) { endsWhenAsked(t, 2) }

// Ensure the same a thousand times.
func TestConsole_EndsWhenAsked_Sweep(t *testing.T) {
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
		endsWhenAsked(t, 1000)
	default:
		endsWhenAsked(t, 100)
	}
}

func endsWhenAsked(t *testing.T, runs int) {
	t.Helper()
	for seed := range uint64(runs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			c := openConsole(t, tty.Options{Env: demoEnv(t), Cols: 40 + r.IntN(120), Rows: 12 + r.IntN(40)}, "--demo")
			begun := r.IntN(8) > 0
			if begun { // else it is asked as it starts, perhaps before it takes signals
				if _, err := c.Wait(patience, func(s *tty.Screen) bool { return len(s.Modes()) > 0 }); err != nil {
					t.Fatal(err)
				}
			}
			typed := ""
			for range r.IntN(40) {
				key := lastingKeys[r.IntN(len(lastingKeys))]
				typed += fmt.Sprintf("%q ", key)
				c.Type(key)
				switch r.IntN(12) {
				case 0:
					if err := c.Resize(20+r.IntN(140), 6+r.IntN(44)); err != nil {
						t.Fatal(err)
					}
				case 1, 2, 3:
					time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
				}
			}
			c.signal(syscall.SIGTERM)
			code, err := c.Exit(patience)
			asked := code == 143 || code == -1 && !begun
			if err != nil || !asked {
				t.Errorf("exit code %d, %v, after %s; the screen:\n%s", code, err, typed, c.Text())
			}
		})
	}
}
