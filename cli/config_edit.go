package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/term"
)

func (a *app) configEditCmd() *cobra.Command {
	return &cobra.Command{
		Use: "edit", Short: "Edit the configuration, and check it before it is used", Args: noArgs,
		Long: `Open a copy of the configuration in $VISUAL or $EDITOR. It takes the place of the file only
if it can be used; if not, the file stays as it is, and the copy is kept.`,
		Example: "  patdesk config edit",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.configEdit(cmd.Context()) },
	}
}

func (a *app) configEdit(ctx context.Context) error {
	paths, err := config.FindPaths(a.env.Getenv)
	if err != nil {
		return err
	}
	was, err := config.ReadText(paths.ConfigFile)
	if err != nil {
		return err
	}
	editor, err := a.editor()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "patdesk-")
	if err != nil {
		return &pat.Problem{ID: pat.IDConfigUnwritten, Cause: "no copy could be made: " + err.Error(), Next: "Set TMPDIR to a folder that you can write", Err: err}
	}
	copied := filepath.Join(dir, filepath.Base(paths.ConfigFile))
	if err := a.editCopy(ctx, editor, copied, was, paths.ConfigFile); err != nil {
		if !kept(copied, was) {
			_ = os.RemoveAll(dir)
		}
		return err
	}
	return os.RemoveAll(dir)
}

// kept reports whether a copy holds work that would be lost with it.
func kept(copied string, was []byte) bool {
	now, err := os.ReadFile(copied)
	return err == nil && !bytes.Equal(now, was)
}

// editCopy lets a person edit a copy until it can be used, and puts it in place
// of the file.
func (a *app) editCopy(ctx context.Context, editor, copied string, was []byte, path string) error {
	if err := os.WriteFile(copied, was, 0o600); err != nil {
		return &pat.Problem{ID: pat.IDConfigUnwritten, Cause: "no copy could be made: " + err.Error(), Next: "Set TMPDIR to a folder that you can write", Err: err}
	}
	for {
		if err := a.runEditor(ctx, editor, copied); err != nil {
			return err
		}
		now, err := os.ReadFile(copied)
		if err != nil {
			return &pat.Problem{ID: pat.IDOther, Cause: "the copy is gone: " + err.Error(), Next: "Nothing was changed; try it again", Err: err}
		}
		if bytes.Equal(now, was) {
			a.say("nothing was changed")
			return nil
		}
		err = a.useText(path, was, now)
		if err == nil {
			a.say("saved in %s", path)
			return nil
		}
		if _, fault := errors.AsType[*config.Error](err); !fault || !a.mayAsk() {
			return unused(err, copied)
		}
		explainTo(a.env.Err, explain(err))
		again, asked := term.Confirm(ctx, a.env.In, a.env.Err, "Edit it again? Without, the file stays as it was.")
		if asked != nil || !again {
			return unused(err, copied)
		}
	}
}

// useText puts a text in place of the file if it can be used.
func (a *app) useText(path string, was, now []byte) error {
	c, err := config.Parse(path, now)
	if err == nil {
		err = checkParts(c, "")
	}
	if err != nil {
		return err
	}
	return config.Replace(path, was, now)
}

// unused says that the file stays as it was, and where the copy is.
func unused(err error, copied string) error {
	p := &pat.Problem{ID: pat.IDConfigUnwritten, Cause: err.Error(), Next: "The file stays as it was; your text is in " + copied, Err: err}
	if _, fault := errors.AsType[*config.Error](err); fault {
		p.ID = pat.IDBadConfig
	}
	return p
}

// editor is the editor that the person chose, as a command line.
func (a *app) editor() (string, error) {
	fallback := "vi"
	if runtime.GOOS == "windows" {
		fallback = "notepad"
	}
	if chosen := strings.TrimSpace(first(a.env.Getenv("VISUAL"), a.env.Getenv("EDITOR"))); chosen != "" {
		return chosen, nil
	}
	if _, err := exec.LookPath(fallback); err != nil || !a.env.InTTY {
		return "", usage("config edit wants an editor: set VISUAL or EDITOR")
	}
	return fallback, nil
}

// runEditor opens a file in the editor and waits for its end. The editor is a
// command line, as "code --wait", and has the terminal for itself: ctrl+c is its
// own affair.
func (a *app) runEditor(ctx context.Context, editor, path string) error {
	args := []string{"/bin/sh", "-c", editor + ` "$@"`, "sh", path}
	if runtime.GOOS == "windows" {
		args = append(strings.Fields(editor), path)
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), args[0], args[1:]...)
	cmd.Env = secret.WithoutTokens(os.Environ())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.env.In, a.env.Err, a.env.Err
	if out, ok := a.env.Out.(*stdout); ok && a.env.OutTTY {
		cmd.Stdout = out.w
	}
	if err := cmd.Run(); err != nil {
		return &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("the editor failed: %s", err), Next: "Set VISUAL or EDITOR to another; the file stays as it was", Err: err}
	}
	return nil
}
