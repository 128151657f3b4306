//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"patdesk/e2e/tty"
)

// session measures everything that happens after the start, in one process.
func (b *bench) session(p program, f *figures, n int) error {
	t, err := p.open()
	if err != nil {
		return err
	}
	defer t.Close()
	if _, err := t.Wait(patience, p.full); err != nil {
		return err
	}
	t.Settle(500*time.Millisecond, 5*time.Second)
	f.memoryFirst = memory(t.Cmd.Process.Pid)
	isConsole := strings.HasSuffix(p.argv[0], "patdesk")
	if isConsole {
		f.ticking, f.tickBytes, f.tickWakes = b.watch(t)
	}
	before := t.Written()
	times, err := moves(t, b.keys, "j")
	if err != nil {
		return err
	}
	f.scrollByte = float64(t.Written()-before) / float64(b.keys)
	f.scroll, f.scroll95 = median(times), quantile(times, .95)
	if times, err = moves(t, min(40, n/60), "\x1b[6~"); err != nil {
		return err
	}
	f.page = median(times)
	if times, err = moves(t, 20, "G", "g"); err != nil {
		return err
	}
	f.jump = median(times)
	if f.burst, err = bursts(t); err != nil {
		return err
	}
	if isConsole {
		if err := filters(t, f); err != nil {
			return err
		}
		if err := b.rooms(t, f); err != nil {
			return err
		}
	}
	t.Type("G") // the last rows ended long ago
	t.Settle(1500*time.Millisecond, 10*time.Second)
	f.resting, f.restBytes, f.restWakes = b.watch(t)
	f.memory = memory(t.Cmd.Process.Pid)
	if isConsole {
		f.syncs, f.reads = syscalls(t.Cmd.Process.Pid, b.idle)
	}
	return nil
}

// moves types keys in turns and measures how long the selected row takes to be
// another one.
func moves(t *tty.Terminal, n int, keys ...string) ([]float64, error) {
	var times []float64
	for i := range n {
		pause()
		var was string
		t.Look(func(s *tty.Screen) { was = cursorRow(s) })
		begin := time.Now()
		t.Type(keys[i%len(keys)])
		at, err := t.Wait(patience, func(s *tty.Screen) bool { now := cursorRow(s); return now != "" && now != was })
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", keys[i%len(keys)], err)
		}
		times = append(times, ms(at.Sub(begin)))
	}
	return times, nil
}

// burst is how many keys come in one write, as a held key or a pasted text brings them.
const burst = 1000

// bursts goes up from the last row, where nothing ticks, by many keys in one write, and
// measures how long the screen takes to be what it stays.
func bursts(t *tty.Terminal) (float64, error) {
	var times []float64
	for range 5 {
		t.Type("G")
		t.Settle(300*time.Millisecond, 5*time.Second)
		was := t.Text()
		begin := time.Now()
		t.Type(strings.Repeat("k", burst))
		last, written := begin, t.Written()
		for time.Since(last) < settled || last.Equal(begin) && time.Since(begin) < patience {
			time.Sleep(500 * time.Microsecond)
			if n := t.Written(); n != written {
				last, written = time.Now(), n
			}
		}
		if t.Text() == was {
			return 0, fmt.Errorf("%d keys %q: the screen stays as it was", burst, "k")
		}
		times = append(times, ms(last.Sub(begin)))
	}
	return median(times), nil
}

// settled is how long a screen has shown the same when it is complete.
const settled = 500 * time.Millisecond

// scrolls types a key again and again and measures how long the screen takes to be
// another one.
func scrolls(t *tty.Terminal, n int, key string) ([]float64, error) {
	var times []float64
	for range n {
		pause()
		was := t.Text()
		begin := time.Now()
		t.Type(key)
		at, err := t.Wait(patience, func(s *tty.Screen) bool { return s.String() != was })
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
		times = append(times, ms(at.Sub(begin)))
	}
	return times, nil
}

// words are searched one after the other; some are in many rows, some in few.
var words = []string{"kit", "frost", "ops", "user:ivy", "brook17", "grant4", "app:stock", "dunn !ops", "hal.abel7", "returns"}

// filters types words into the filter at a person's pace.
func filters(t *tty.Terminal, f *figures) error {
	var echoes, results []float64
	for _, word := range words {
		t.Type("g")
		pause()
		t.Type("/")
		t.Settle(100*time.Millisecond, 5*time.Second)
		var begin time.Time
		for i := range word {
			time.Sleep(90 * time.Millisecond)
			begin = time.Now()
			t.Type(word[i : i+1])
			typed := strings.TrimRight(word[:i+1], " ")
			at, err := t.Wait(patience, func(s *tty.Screen) bool { return strings.Contains(s.String(), "/ "+typed) })
			if err != nil {
				return err
			}
			echoes = append(echoes, ms(at.Sub(begin)))
		}
		at, err := t.Wait(patience, func(s *tty.Screen) bool { return matches(s, word) })
		if err != nil {
			return fmt.Errorf("filter %q: %w", word, err)
		}
		results = append(results, ms(at.Sub(begin)))
		t.Type("\x1b")
		t.Settle(300*time.Millisecond, 20*time.Second)
	}
	f.echo95, f.filter, f.filter95 = quantile(echoes, .95), median(results), quantile(results, .95)
	return nil
}

// made is a row of the made-up history, with its number and user; the users of others
// are not searched for.
var made = regexp.MustCompile(`^[▌ ] +\d+ .*@(sales|ops|field)\.`)

// matches reports whether all rows that are shown are what a filter asks for.
func matches(s *tty.Screen, word string) bool {
	n := 0
	for _, l := range s.Lines() {
		u := userOf(l)
		if !made.MatchString(l) {
			continue
		}
		n++
		for _, w := range strings.Fields(strings.ToLower(word)) {
			field := strings.ToLower(l)
			if k, v, ok := strings.Cut(w, ":"); ok {
				w = v
				if k == "user" {
					field = u
				}
			}
			if not, ok := strings.CutPrefix(w, "!"); ok == strings.Contains(field, map[bool]string{true: not, false: w}[ok]) {
				return false
			}
		}
	}
	return n > 0
}

// watch looks at an idle program and returns the CPU time, the bytes and the
// wake-ups that it spends in a second.
func (b *bench) watch(t *tty.Terminal) (cpuMS, bytes, wakes float64) {
	pid := t.Cmd.Process.Pid
	time.Sleep(time.Second)
	used, woken, written, begin := cpu(pid), wakeUps(pid), t.Written(), time.Now()
	time.Sleep(time.Duration(b.idle) * time.Second)
	s := time.Since(begin).Seconds()
	return ms(cpu(pid)-used) / s, float64(t.Written()-written) / s, float64(wakeUps(pid)-woken) / s
}

// wakeUps is how often threads of a process went to sleep, and so were woken.
func wakeUps(pid int) (n int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for l := range strings.Lines(string(b)) {
			if v, ok := strings.CutPrefix(l, "voluntary_ctxt_switches:"); ok {
				i, _ := strconv.Atoi(strings.TrimSpace(v))
				n += i
			}
		}
	}
	return n
}

// cpu is the time that all threads of a process have run.
func cpu(pid int) (d time.Duration) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		if v := strings.Fields(string(b)); len(v) > 0 {
			n, _ := strconv.ParseInt(v[0], 10, 64)
			d += time.Duration(n)
		}
	}
	return d
}

// memory is the proportional set size in MiB; 0 where it may not be read.
func memory(pid int) float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	for l := range strings.Lines(string(b)) {
		if v := strings.Fields(l); len(v) > 1 && v[0] == "Pss:" {
			kb, _ := strconv.ParseFloat(v[1], 64)
			return kb / 1024
		}
	}
	return 0
}

// syscalls counts fsyncs and reads of files for some seconds; -1 without strace.
func syscalls(pid, seconds int) (syncs, reads float64) {
	if _, err := exec.LookPath("strace"); err != nil {
		return -1, -1
	}
	out, _ := exec.Command("timeout", "-s", "INT", fmt.Sprint(seconds), "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,pread64", "-p", fmt.Sprint(pid)).CombinedOutput()
	for l := range strings.Lines(string(out)) {
		switch {
		case strings.Contains(l, "sync("):
			syncs++
		case strings.Contains(l, "pread64(") && !strings.Contains(l, ", 64, 0)"): // Go's runtime looks at its limits so
			reads++
		}
	}
	return syncs, reads
}

// processor names the machine.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for l := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(l, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t: "))
		}
	}
	return "unknown processor"
}
