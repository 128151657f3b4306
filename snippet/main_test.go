package snippet

import (
	"os"
	"testing"
	"time"

	"patdesk/history/historytest/wide"
)

// ample is how long a template may take where another of its limits is tested, whatever
// the machine does meanwhile.
const ample = time.Minute

func TestMain(m *testing.M) {
	os.Exit(wide.Run(m))
}
