package ui

import (
	"context"
	"fmt"
	"time"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// What screens may read, see Shell.

func (s *shell) Context() context.Context   { return s.ctx }
func (s *shell) Now() time.Time             { return s.now }
func (s *shell) Zone() *time.Location       { return s.zone }
func (s *shell) Theme() *kit.Theme          { return &s.theme }
func (s *shell) Keys() *kit.Keys            { return &s.keys }
func (s *shell) Blurred() bool              { return s.blurred }
func (s *shell) Issuer() *pat.Issuer        { return s.issuer }
func (s *shell) Profile() *config.Profile   { return s.profile }
func (s *shell) Config() *config.Config     { return s.config }
func (s *shell) Demo() bool                 { return s.demo }
func (s *shell) Seat() bool                 { return s.opts.Seat }
func (s *shell) Snippets() *snippet.Set     { return s.opts.Snippets }
func (s *shell) Clipboard() *term.Clipboard { return s.opts.Clipboard }
func (s *shell) Requests() *kit.Requests    { return s.requests }
func (s *shell) Choice() *kit.Choice        { return &s.choice }
func (s *shell) CopyFailed() bool           { return s.copies.failed }

func (s *shell) Browser() kit.Browser { return s.opts.Browser }

func (s *shell) Servers() kit.Servers {
	return kit.Servers{Connect: s.opts.Connect, Save: s.opts.Save, Open: s.opts.Open, KeepUnit: s.opts.KeepUnit, Sandbox: s.opts.Sandbox}
}

func (s *shell) About() string {
	size := fmt.Sprintf(", %d x %d", s.width, s.height)
	return kit.About(s.opts.About, s.Getenv, size, s.config.Clipboard)
}

func (s *shell) Getenv(name string) string {
	return s.opts.Terminal.withDefaults().Getenv(name)
}
