// Package console tests the console as people use it: on a real pty, with an
// emulated terminal on the other side.
package console

import (
	"testing"

	"patdesk/e2e/e2etest"
)

func TestMain(m *testing.M) { e2etest.Main(m, nil) }
