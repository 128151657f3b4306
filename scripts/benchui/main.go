//go:build linux

// Benchui measures the console on histories of 1,000, 100,000 and 1,000,000
// tokens, and beside it, in the same run, a bare Bubble Tea program with as many
// rows on the screen. Both run on a real pty with an emulated terminal that
// answers queries. Timeline and Activity, which page over all tokens and all events
// (three a token), are opened and scrolled in that console; beside them stand the start
// and the scrolling of the bare program. Then, on the last of the histories, it goes in
// turns beside a painter without a framework, and fzf, tig, lazygit and hishtory where
// they are installed. It prints tables and decides nothing.
//
//	go run ./scripts/benchui
//	go run ./scripts/benchui -rows 1000 -starts 5 -peers=false     a quick look
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
)

func main() {
	rows := flag.String("rows", "1000,100000,1000000", "sizes of the histories")
	starts := flag.Int("starts", 15, "how often each program is started")
	keys := flag.Int("keys", 200, "how many keys are measured while scrolling")
	idle := flag.Int("idle", 10, "seconds of watching the idle program")
	peers := flag.Bool("peers", true, "then beside other programs, on the last of the histories")
	flag.Parse()
	b := &bench{starts: *starts, keys: *keys, idle: *idle, consoles: map[int]program{}}
	if err := b.run(*rows, *peers); err != nil {
		fmt.Fprintln(os.Stderr, "bench-ui:", err)
		os.Exit(1)
	}
}

// run measures every size and prints the tables.
func (b *bench) run(sizes string, peers bool) error {
	stop, err := b.prepare()
	if err != nil {
		return err
	}
	defer stop()
	var all []pair
	for _, s := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		p, err := b.measure(n)
		if err != nil {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		all = append(all, p)
	}
	b.print(all)
	if !peers {
		return nil
	}
	return b.compare(all[len(all)-1].rows)
}

// pair is the console and the floor, measured in turns.
type pair struct {
	rows int
	ours figures
	bare figures
}

func (b *bench) print(all []pair) {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%s, %d processors, %s/%s, %s, terminal %dx%d; medians unless said otherwise\n\n", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), cols, lines)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "goal\twhat\t"
	for _, p := range all {
		head += fmt.Sprintf("%d rows\tbare\tratio\t", p.rows)
	}
	_, _ = fmt.Fprintln(w, head)
	for _, r := range table {
		line := r.goal + "\t" + r.what + "\t"
		for _, p := range all {
			ours, bare := r.of(&p.ours), r.of(&p.bare)
			switch {
			case r.alone:
				line += fmt.Sprintf("%.*f\t\t\t", r.digits, ours)
			case bare == 0:
				line += fmt.Sprintf("%.*f\t%.*f\t\t", r.digits, ours, r.digits, bare)
			default:
				line += fmt.Sprintf("%.*f\t%.*f\t%.2f\t", r.digits, ours, r.digits, bare, ours/bare)
			}
		}
		_, _ = fmt.Fprintln(w, line)
	}
	_ = w.Flush()
	if last, first := all[len(all)-1], all[0]; last.rows > first.rows {
		_, _ = fmt.Fprintf(out, "\nP9, %d rows over %d: start %.2f, scroll p95 %.2f, page %.2f, memory %.2f\n", last.rows, first.rows,
			last.ours.start/first.ours.start, last.ours.scroll95/first.ours.scroll95, last.ours.page/first.ours.page, last.ours.memory/first.ours.memory)
	}
}

// figures are what is measured of one program, in ms, bytes and MiB.
type figures struct {
	start                            float64
	scroll, scroll95, page, jump     float64
	burst                            float64
	echo95, filter, filter95         float64
	ticking, resting                 float64 // CPU ms per s
	tickBytes, restBytes, scrollByte float64
	tickWakes, restWakes             float64 // per s
	memory, memoryFirst              float64
	timeline, timelineScroll, zoom   float64
	activity, activityScroll         float64
	syncs, reads                     float64 // system calls in idle seconds
}

// row of the table.
type row struct {
	goal, what string
	digits     int
	alone      bool // there is no floor for it
	of         func(*figures) float64
}

var table = []row{
	{"P1", "start to first full frame, ms", 1, false, func(f *figures) float64 { return f.start }},
	{"P2", "scroll key to frame, ms", 2, false, func(f *figures) float64 { return f.scroll }},
	{"P2", "the same, p95", 2, false, func(f *figures) float64 { return f.scroll95 }},
	{"P2", "page down to frame, ms", 2, false, func(f *figures) float64 { return f.page }},
	{"P2", "G and g to frame, ms", 2, false, func(f *figures) float64 { return f.jump }},
	{"P17", "1,000 keys in one write to the last frame, ms", 1, false, func(f *figures) float64 { return f.burst }},
	{"P3", "typed letter on screen p95, ms", 2, true, func(f *figures) float64 { return f.echo95 }},
	{"P3", "first results of a filter, ms", 2, true, func(f *figures) float64 { return f.filter }},
	{"P3", "the same, p95", 2, true, func(f *figures) float64 { return f.filter95 }},
	{"P12", "Timeline: key to full screen, ms", 2, false, func(f *figures) float64 { return f.timeline }},
	{"P12", "scroll key to frame in it, p95", 2, false, func(f *figures) float64 { return f.timelineScroll }},
	{"P12", "zoom to full screen, p95", 2, true, func(f *figures) float64 { return f.zoom }},
	{"P12", "Activity: key to full screen, ms", 2, false, func(f *figures) float64 { return f.activity }},
	{"P12", "scroll key to frame in it, p95", 2, false, func(f *figures) float64 { return f.activityScroll }},
	{"P4", "idle, all rows ticking, CPU ms per s", 2, false, func(f *figures) float64 { return f.ticking }},
	{"P4", "idle, nothing changes, CPU ms per s", 2, false, func(f *figures) float64 { return f.resting }},
	{"P11", "wake-ups per s, all rows ticking", 0, false, func(f *figures) float64 { return f.tickWakes }},
	{"P11", "wake-ups per s, nothing changes", 0, false, func(f *figures) float64 { return f.restWakes }},
	{"P4", "fsyncs in that time", 0, true, func(f *figures) float64 { return f.syncs }},
	{"P4", "file reads in that time", 0, true, func(f *figures) float64 { return f.reads }},
	{"P8", "bytes per s, all rows ticking", 0, false, func(f *figures) float64 { return f.tickBytes }},
	{"P8", "bytes per s, nothing changes", 0, false, func(f *figures) float64 { return f.restBytes }},
	{"P8", "bytes per scroll key", 0, false, func(f *figures) float64 { return f.scrollByte }},
	{"P5", "memory with the first frame (PSS), MiB", 1, false, func(f *figures) float64 { return f.memoryFirst }},
	{"P5", "memory after all that (PSS), MiB", 1, false, func(f *figures) float64 { return f.memory }},
}
