package cli

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"
)

// Ensure a run that makes its own command alone makes the one that the whole program
// has: its name, its group, and the help of it and of all below it.
func TestTreeFor_SameCommand(t *testing.T) {
	t.Parallel()
	whole := func() *cobra.Command { return (&app{env: &Env{}}).tree() }
	for _, c := range allCommands() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			alone := (&app{env: &Env{}}).treeFor([]string{c.name})
			if n := len(alone.Commands()); n != 1 {
				t.Fatalf("%d commands are made for it", n)
			}
			same(t, alone.Commands()[0], find(t, whole(), c.name))
		})
	}
}

// same compares two commands and all below them.
func same(t *testing.T, got, want *cobra.Command) {
	t.Helper()
	if got.Name() != want.Name() || got.GroupID != want.GroupID {
		t.Fatalf("%s in %q, want %s in %q", got.CommandPath(), got.GroupID, want.CommandPath(), want.GroupID)
	}
	if g, w := help(t, got), help(t, want); g != w {
		t.Errorf("the help of %s is\n%s\nwant\n%s", want.CommandPath(), g, w)
	}
	if len(got.Commands()) != len(want.Commands()) {
		t.Fatalf("%s has %d commands, want %d", want.CommandPath(), len(got.Commands()), len(want.Commands()))
	}
	for i, sub := range want.Commands() {
		same(t, got.Commands()[i], sub)
	}
}

func find(t *testing.T, root *cobra.Command, name string) *cobra.Command {
	t.Helper()
	cmd, _, err := root.Find([]string{name})
	if err != nil || cmd.Name() != name {
		t.Fatalf("%s is found as %v: %v", name, cmd.Name(), err)
	}
	return cmd
}

func help(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	var b bytes.Buffer
	cmd.SetOut(&b)
	if err := cmd.Help(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Ensure words that name no command are looked for in the whole program.
func TestTreeFor_Whole(t *testing.T) {
	t.Parallel()
	all := len((&app{env: &Env{}}).tree().Commands())
	for _, args := range [][]string{{"--help"}, {"help"}, {"lsit"}, {"--json", "next"}, {"states"}, {cobra.ShellCompRequestCmd, ""}} {
		if n := len((&app{env: &Env{}}).treeFor(args).Commands()); n < all {
			t.Errorf("%q reaches %d of %d commands", args, n, all)
		}
	}
}
