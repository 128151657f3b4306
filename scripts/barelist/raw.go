package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// raw shows the same list without a framework: what is left is the cost of a process
// that reads a key and writes the lines that changed.
func (l *list) raw() error {
	fd := int(os.Stdin.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return err
	}
	defer func() { _ = term.Restore(fd, before) }()
	if l.w, l.h, err = term.GetSize(fd); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	_, _ = out.WriteString("\x1b[?1049h\x1b[?25l")
	defer func() { _, _ = os.Stdout.WriteString("\x1b[?25h\x1b[?1049l") }()
	shown := make([]string, l.h)
	keys := map[string]string{"\x1b[6~": "pgdown", "\x1b[5~": "pgup"}
	for in := make([]byte, 64); ; {
		for y, line := range strings.Split(l.View().Content, "\n") {
			if y < l.h && line != shown[y] {
				shown[y] = line
				_, _ = out.WriteString("\x1b[" + strconv.Itoa(y+1) + "H" + line + "\x1b[K")
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		n, err := os.Stdin.Read(in)
		if err != nil {
			return err
		}
		key := string(in[:n])
		if name, ok := keys[key]; ok {
			key = name
		}
		if key == "q" {
			return nil
		}
		l.Update(tea.KeyPressMsg{Text: key, Code: tea.KeyExtended})
	}
}
