package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// ServerConfig is what a server tells about itself without a log-in. All of it
// may be missing: an operator can hide each value.
type ServerConfig struct {
	Version         string // as sent, for example 3.20.1-ee-lts or 3.5.0
	Edition         string // ce, ee or cloud; empty in older versions
	Host            string // TOOLJET_HOST, the public address
	SubPath         string // SUB_PATH
	PrivateAppEmbed bool   // ENABLE_PRIVATE_APP_EMBED
	Known           bool   // at least one value was there
}

// GetConfig reads the server's public configuration. It needs no admin key and
// sends none.
func (c *Client) GetConfig(ctx context.Context) (ServerConfig, error) {
	r, e := c.newRequest("get config", http.MethodGet, "api", "config")
	if e != nil {
		return ServerConfig{}, e
	}
	r.auth = false
	var config ServerConfig
	err := c.do(ctx, r, func(res *response) *failure {
		var in struct {
			Version json.RawMessage `json:"RELEASE_VERSION"`
			Host    json.RawMessage `json:"TOOLJET_HOST"`
			SubPath json.RawMessage `json:"SUB_PATH"`
			Embed   json.RawMessage `json:"ENABLE_PRIVATE_APP_EMBED"`
		}
		if f := res.decode(&in, maxBody); f != nil {
			return f
		}
		config = ServerConfig{
			Version: cut(text(in.Version), 64), Host: cut(text(in.Host), 300), SubPath: cut(text(in.SubPath), 300),
			PrivateAppEmbed: text(in.Embed) == "true",
		}
		config.Edition = edition(config.Version)
		config.Known = config.Version+config.Host+config.SubPath != "" || len(in.Embed) > 0
		return nil
	})
	if err != nil {
		return ServerConfig{}, err
	}
	return config, nil
}

// edition finds the edition in a version such as 3.20.1-ee-lts.
func edition(version string) string {
	for part := range strings.SplitSeq(strings.ToLower(version), "-") {
		switch part {
		case "ce", "ee", "cloud":
			return part
		}
	}
	return ""
}

// GetHealth asks whether ToolJet answers at all. With a SUB_PATH the health
// address lies at the host's root, so both places are tried; the error is that
// of the first. It needs no admin key and sends none.
func (c *Client) GetHealth(ctx context.Context) error {
	r, e := c.newRequest("get health", http.MethodGet, "api", "health")
	if e != nil {
		return e
	}
	r.auth = false
	read := func(res *response) *failure {
		var in struct{}
		return res.decode(&in, maxString)
	}
	err := c.do(ctx, r, read)
	var answered *Error
	if c.base.Path == "" || !errors.As(err, &answered) || answered.Status == 0 {
		return err
	}
	root := *c.base
	root.Path, root.RawPath = "/api/health", ""
	r.url = &root
	if c.do(ctx, r, read) == nil {
		return nil
	}
	return err
}

// HasV2 reports whether the server has the second version of the External API,
// which came in 2026.
func (c *Client) HasV2(ctx context.Context) (bool, error) {
	r, e := c.newRequest("probe v2", http.MethodGet, "api", "v2", "ext", "workspaces")
	if e != nil {
		return false, e
	}
	r.url.RawQuery = "per_page=1"
	err := c.do(ctx, r, func(res *response) *failure {
		var in struct{}
		return res.decode(&in, maxBody)
	})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNotFound):
		return false, nil
	}
	return false, err
}
