// Package wide runs tests that wait for disks, servers and clocks more than they compute.
package wide

import (
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

// garbage is how much a heap may grow before it is looked through, in percent. The heaps
// of tests stay at a few MiB, which Go looks through every few milliseconds: at 100
// percent that took a tenth of what the tests of the console cost.
const garbage = 400

// Run runs the tests of a package, four times as many side by side as there are
// processors, unless somebody has said how many, and with little looking for garbage,
// unless GOGC says how much. It returns their exit code.
func Run(m interface{ Run() int }) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = f.Value.Set(strconv.Itoa(4 * runtime.GOMAXPROCS(0))) // a number, so it cannot fail
	}
	return m.Run()
}
