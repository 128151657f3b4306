package browser

import (
	"testing"

	"patdesk/e2e/e2etest"
)

func TestMain(m *testing.M) { e2etest.Main(m, nil) }
