package snippet

import (
	"os"
	"testing"
	"time"

	"patdesk/history/historytest/wide"
)

func TestMain(m *testing.M) {
	maxTime = time.Minute
	os.Exit(wide.Run(m))
}
