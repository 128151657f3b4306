package sandbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"patdesk/address"
)

// Listener is an instance behind a real socket.
type Listener struct {
	URL  string          // scheme, address and SUB_PATH without a closing slash
	CA   []byte          // PEM of the certificate to trust; ServeTLS only
	Done <-chan struct{} // closed when the listener has ended

	server *http.Server
}

// Close ends the listener and all its connections and waits for the end.
func (l *Listener) Close() {
	l.server.Close()
	<-l.Done
}

// Serve offers an instance on a loopback address such as "127.0.0.1:0", with
// HTTP/1.1, unencrypted HTTP/2 and the control path, until ctx ends.
//
// Requests must name a loopback host, so that no web site can reach the
// instance through a name of its own.
func Serve(ctx context.Context, addr string, s *Server) (*Listener, error) {
	return serve(ctx, addr, s, nil)
}

// ServeTLS is Serve with a certificate made for this listener, and HTTP/2 by
// negotiation.
func ServeTLS(ctx context.Context, addr string, s *Server, c Certificate) (*Listener, error) {
	made, err := c.generate()
	if err != nil {
		return nil, err
	}
	return serve(ctx, addr, s, &made)
}

func serve(ctx context.Context, addr string, s *Server, cert *tls.Certificate) (*Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	if !address.Loopback(host) {
		return nil, fmt.Errorf("listen on %s: the sandbox listens on loopback addresses only", host)
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(cert != nil)
	protocols.SetUnencryptedHTTP2(cert == nil)
	server := &http.Server{
		Handler:           s.guarded(),
		Protocols:         &protocols,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnContext: func(base context.Context, c net.Conn) context.Context {
			return withConn(base, conn{conn: c, secure: cert != nil})
		},
	}
	done := make(chan struct{})
	l := &Listener{URL: "http://" + socket.Addr().String() + strings.TrimSuffix(s.prefix, "/"), Done: done, server: server}
	if cert != nil {
		l.URL = "https" + strings.TrimPrefix(l.URL, "http")
		l.CA = pemOf(*cert)
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
	}
	go func() {
		defer close(done)
		// Both return only when the server is closed; nobody waits for the reason.
		if cert != nil {
			_ = server.ServeTLS(socket, "", "")
		} else {
			_ = server.Serve(socket)
		}
	}()
	context.AfterFunc(ctx, func() { server.Close() })
	return l, nil
}

// guarded is the instance as a listener offers it.
func (s *Server) guarded() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !address.Loopback(strings.Trim(host, "[]")) {
			http.Error(w, "the sandbox answers to loopback names only", http.StatusForbidden)
			return
		}
		if strings.HasPrefix(r.URL.Path, controlPath) {
			s.control(w, r)
			return
		}
		s.ServeHTTP(w, r)
	})
}
