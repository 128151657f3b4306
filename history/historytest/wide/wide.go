// Package wide runs tests that wait for disks, servers and clocks more than they compute.
package wide

import (
	"flag"
	"runtime"
	"strconv"
)

// Run runs the tests of a package, four times as many side by side as there are
// processors, unless somebody has said how many. It returns their exit code.
func Run(m interface{ Run() int }) int {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = f.Value.Set(strconv.Itoa(4 * runtime.GOMAXPROCS(0))) // a number, so it cannot fail
	}
	return m.Run()
}
