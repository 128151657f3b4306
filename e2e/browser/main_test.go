package browser

import (
	"flag"
	"os"
	"testing"

	"patdesk/e2e/e2etest"
)

func TestMain(m *testing.M) {
	// These tests wait more than they work: for pauses of front ends, and for the ten
	// seconds after which a preview takes silence for an answer.
	if err := flag.Set("test.parallel", "6"); err != nil {
		os.Exit(2)
	}
	e2etest.Main(m, nil)
}
