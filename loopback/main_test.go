package loopback

import (
	"os"
	"testing"

	"patdesk/history/historytest/wide"
)

func TestMain(m *testing.M) { os.Exit(wide.Run(m)) }
