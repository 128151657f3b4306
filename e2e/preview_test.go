package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
)

// browserMain is a browser that opens the page it is given and says, as the page
// would, that ToolJet refused with the status in TELLS. It writes down with what it
// was started.
func browserMain() {
	started := strings.Join(append(os.Args[1:], os.Environ()...), "\n")
	if err := os.WriteFile("started", []byte(started), 0o600); err != nil {
		os.Exit(1)
	}
	base := regexp.MustCompile(`^http://[^/]+`).FindString(os.Args[len(os.Args)-1])
	page := fetch(os.Args[len(os.Args)-1])
	report := regexp.MustCompile(`/told/[\w-]+`).FindString(page)
	fetch(fmt.Sprintf("%s%s?kind=message&error=%s&text=Your+pat+is+expired%%1B%%5B31m", base, report, os.Getenv("TELLS")))
}

func fetch(address string) string {
	res, err := http.Get(address) //nolint:gosec // the page of the test
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return string(b)
}
