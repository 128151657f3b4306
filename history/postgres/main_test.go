package postgres

import (
	"os"
	"testing"

	"patdesk/history/historytest"
)

func TestMain(m *testing.M) { os.Exit(historytest.Main(m)) }
