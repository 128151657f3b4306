package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/cli/browser"

	"patdesk/ui/kit"
)

// errNoBrowser means that no browser can be shown from here.
var errNoBrowser = errors.New("no browser can be opened from here")

// openPage opens an address in a browser and does not wait for its end. It honours
// BROWSER: commands parted by colons, with %s for the address. Others on this
// computer can read the address, so it must hold no secret.
func (a *app) openPage(ctx context.Context, address string) error {
	if own := a.env.Getenv("BROWSER"); own != "" {
		for command := range strings.SplitSeq(own, ":") {
			if startOwn(ctx, command, address) == nil {
				return nil
			}
		}
		return fmt.Errorf("%w: BROWSER does not start", errNoBrowser)
	}
	desktop := runtime.GOOS != "linux" || a.env.Getenv("DISPLAY") != "" || a.env.Getenv("WAYLAND_DISPLAY") != ""
	if !desktop { // what opens there takes the terminal
		return errNoBrowser
	}
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if err := browser.OpenURL(address); err != nil {
		return fmt.Errorf("%w: %w", errNoBrowser, err)
	}
	return nil
}

func startOwn(ctx context.Context, command, address string) error {
	words := strings.Fields(command)
	if len(words) == 0 {
		return errNoBrowser
	}
	if strings.Contains(command, "%s") {
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "%s", address)
		}
	} else {
		words = append(words, address)
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// browser is how the console shows pages.
func (a *app) browser() kit.Browser {
	b := kit.Browser{Open: a.openPage}
	b.User, b.Host, b.Far = a.farAway()
	return b
}

// farAway is who and where this computer is, as somebody names it who came here by
// SSH; ok is false for a person who sits at it, or has named a browser.
func (a *app) farAway() (user, host string, ok bool) {
	parts := strings.Fields(a.env.Getenv("SSH_CONNECTION"))
	if len(parts) != 4 || a.env.Getenv("BROWSER") != "" { // a browser of their own is trusted to find them
		return "", "", false
	}
	host = parts[2] // the address that was reached, RFC 4251's server side
	if name, err := os.Hostname(); err == nil && host == "" {
		host = name
	}
	user, _ = who(a.env.Getenv)
	return user, host, true
}
