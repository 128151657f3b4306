//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"patdesk/e2e/tty"
)

// Rounds in which all peers are opened in turn, so that a change of the machine's speed
// meets all of them; and how many commits the repository of the git peers has.
const (
	rounds  = 3
	commits = 10_000
)

// peer is a program with a long list that can be scrolled.
type peer struct {
	name string
	program
	down string // the key that scrolls
}

// standing is what was measured of a peer, one value for each round.
type standing struct {
	peer
	start, key, key95, bytes, idle, wakes, memory []float64
}

// peers are the programs of this run: ours, the floors, and the others that are installed.
func (b *bench) peers(n int) ([]peer, error) {
	ours, err := b.console(n)
	if err != nil {
		return nil, err
	}
	ours.full = filled
	floor := b.floor(n, false)
	floor.full = filled
	raw := floor
	raw.argv = append(slices.Clone(floor.argv), "-raw")
	list := []peer{{"patdesk", ours, "j"}, {"bare Bubble Tea", floor, "j"}, {"raw Go", raw, "j"}}
	env := []string{"HOME=" + b.work, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	if fzf, err := exec.LookPath("fzf"); err == nil {
		file, err := b.lines(n)
		if err != nil {
			return nil, err
		}
		list = append(list, peer{"fzf", program{argv: []string{"/bin/sh", "-c", "exec " + fzf + " < " + file}, env: env, full: filled}, "\x1b[A"})
	}
	for _, name := range []string{"tig", "lazygit"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		repo, err := b.repository()
		if err != nil {
			return nil, err
		}
		p := peer{name, program{argv: []string{"/bin/sh", "-c", "cd " + repo + " && exec " + path}, env: env, full: filled}, "j"}
		if name == "lazygit" {
			p.argv[2] += " log"
		}
		list = append(list, p)
	}
	if path, err := exec.LookPath("hishtory"); err == nil { // of whoever runs this, since it makes no history of that size by itself
		list = append(list, peer{"hishtory", program{argv: []string{path, "tquery"}, env: append(os.Environ(), "LANG=C.UTF-8"), full: filled}, "\x1b[B"})
	}
	return list, nil
}

// filled reports whether a list fills the screen.
func filled(s *tty.Screen) bool {
	n := 0
	for _, l := range s.Lines() {
		if strings.TrimSpace(l) != "" {
			n++
		}
	}
	return n >= 20
}

// lines is a file of n lines.
func (b *bench) lines(n int) (string, error) {
	path := filepath.Join(b.work, fmt.Sprint("lines", n))
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriter(f)
	for i := range n {
		_, _ = fmt.Fprintf(w, "%7d  OK  %02dm %02ds  user.%d@sales.example.com  Orders portal %d  end-user\n", i, i%60, i%59, i%5000, i%200)
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return path, f.Close()
}

// repository is one with many commits; it is made once.
func (b *bench) repository() (string, error) {
	dir := filepath.Join(b.work, "repository")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if out, err := exec.Command("git", "init", "-q", "-b", "main", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("git init: %w: %s", err, out)
	}
	var stream strings.Builder
	for i := range commits {
		words := fmt.Sprintf("Change %d of the portal\n", i)
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter ana <ana@example.com> %d +0000\ndata %d\n%s", 1_600_000_000+60*i, len(words), words)
	}
	load := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	load.Stdin = strings.NewReader(stream.String())
	if out, err := load.CombinedOutput(); err != nil {
		return "", fmt.Errorf("git fast-import: %w: %s", err, out)
	}
	return dir, nil
}

// compare measures all peers in turns, some rounds long.
func (b *bench) compare(n int) error {
	list, err := b.peers(n)
	if err != nil {
		return err
	}
	all := make([]standing, len(list))
	for i, p := range list {
		all[i].peer = p
	}
	for range rounds {
		for i := range all {
			if err := b.round(&all[i]); err != nil {
				return fmt.Errorf("%s: %w", all[i].name, err)
			}
		}
	}
	b.printPeers(all, n)
	return nil
}

// round opens a peer, scrolls in it and watches it at rest.
func (b *bench) round(p *standing) error {
	t, err := p.open()
	if err != nil {
		return err
	}
	defer t.Close()
	at, err := t.Wait(patience, p.full)
	if err != nil {
		return err
	}
	p.start = append(p.start, ms(at.Sub(t.Began)))
	t.Settle(settled, patience)
	before := t.Written()
	times, err := scrolls(t, max(10, b.keys/rounds), p.down)
	if err != nil {
		return err
	}
	p.bytes = append(p.bytes, float64(t.Written()-before)/float64(len(times)))
	p.key, p.key95 = append(p.key, median(times)), append(p.key95, quantile(times, .95))
	cpu, _, wakes := b.watch(t)
	p.idle, p.wakes = append(p.idle, cpu), append(p.wakes, wakes)
	p.memory = append(p.memory, memory(t.Cmd.Process.Pid))
	return nil
}

// printPeers prints a line for each peer: medians of the rounds, their spread, and ours
// in relation to it.
func (b *bench) printPeers(all []standing, n int) {
	_, _ = fmt.Printf("\nBeside others, %d rows (%d commits), %d rounds in turn: median (least to most); ratio = patdesk to it\n\n", n, commits, rounds)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "\tstart ms\tratio\tkey to change ms\tratio\tp95\tratio\tbytes per key\tidle ms per s\twake-ups per s\tPSS MiB\t")
	for _, s := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", s.name, spread(s.start, 0), ratio(all[0].start, s.start), spread(s.key, 1), ratio(all[0].key, s.key),
			spread(s.key95, 1), ratio(all[0].key95, s.key95), spread(s.bytes, 0), spread(s.idle, 1), spread(s.wakes, 0), spread(s.memory, 0))
	}
	_ = w.Flush()
}

func spread(v []float64, digits int) string {
	return fmt.Sprintf("%.*f (%.*f to %.*f)", digits, median(v), digits, slices.Min(v), digits, slices.Max(v))
}

func ratio(ours, theirs []float64) string {
	if median(theirs) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", median(ours)/median(theirs))
}
