package config

import (
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"
)

// Serve says how patdesk serve lets the team in: the table [serve] of team.toml.
type Serve struct {
	Listen      string // address and port
	AllowRemote bool   // Listen may be another address than a loopback one
	HostKey     string // path of the private key by which clients know this host again
	MaxSessions int    // of all members at once
	PerPerson   int    // of one member at once
	// IdleTimeout is after how long without a key a console ends; 0 = never.
	IdleTimeout Duration
}

// defaultServe is how a team is let in whose file, at path, says nothing of it.
func defaultServe(path string) Serve {
	return Serve{
		Listen: "127.0.0.1:2222", HostKey: filepath.Join(filepath.Dir(path), "serve", "host_ed25519"),
		MaxSessions: 200, PerPerson: 5, IdleTimeout: Duration{30 * time.Minute},
	}
}

// mostSessions is how many consoles one process may be asked for.
const mostSessions = 1000

// The shortest and the longest IdleTimeout.
const (
	leastIdle = time.Minute
	mostIdle  = 24 * time.Hour
)

// serve reads the table [serve].
func (r *reader) serve(to *Serve) setter {
	return func(key string, v any) {
		fields, ok := v.(map[string]any)
		if !ok {
			r.wrong(key, "a table: start it with a line [serve]")
			return
		}
		r.table(key, fields, map[string]setter{
			"listen": r.text(&to.Listen), "allow_remote": r.flag(&to.AllowRemote), "host_key": r.hostKey(&to.HostKey),
			"max_sessions": r.number(&to.MaxSessions, mostSessions), "per_person": r.number(&to.PerPerson, mostSessions),
			"idle_timeout": r.span(&to.IdleTimeout),
		}, func(string) string { return "" })
		r.checkServe(key, to)
	}
}

func (r *reader) checkServe(key string, to *Serve) {
	host, port, err := net.SplitHostPort(to.Listen)
	ip, notIP := netip.ParseAddr(host)
	_, notPort := strconv.ParseUint(port, 10, 16) // 0 = any that is free
	switch {
	case err != nil || notIP != nil || notPort != nil:
		r.wrong(join(key, "listen"), `an address and a port, as "127.0.0.1:2222" or "[::1]:2222"`)
	case !ip.Unmap().IsLoopback() && !to.AllowRemote:
		r.fail(r.c.at, join(key, "listen"), join(key, "listen"), "others than this computer would reach it", "write allow_remote = true as well, if that is meant")
	}
	if idle := to.IdleTimeout.Duration; idle != 0 && (idle < leastIdle || idle > mostIdle) {
		r.wrong(join(key, "idle_timeout"), "between 1m and 24h, or 0 for never")
	}
}

// hostKey reads a path; a relative one begins at the folder of the file. It must lie
// in a folder of its own: that folder is made private.
func (r *reader) hostKey(to *string) setter {
	return func(key string, v any) {
		path, ok := v.(string)
		if !ok || path == "" {
			r.wrong(key, `a path in quotes, as "serve/host_ed25519"`)
			return
		}
		base := filepath.Dir(r.c.Path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(base, path)
		}
		if *to = filepath.Clean(path); filepath.Dir(*to) == filepath.Clean(base) {
			r.fail(r.c.at, key, key, "this folder is that of team.toml", `give the key a folder of its own, as "serve/host_ed25519"`)
		}
	}
}

// number reads a whole number from 1 to most.
func (r *reader) number(to *int, most int) setter {
	return func(key string, v any) {
		n, ok := v.(int64)
		if !ok || n < 1 || n > int64(most) {
			r.wrong(key, "a whole number from 1 to "+strconv.Itoa(most)+", without quotes")
			return
		}
		*to = int(n)
	}
}
