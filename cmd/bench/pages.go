package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"stafett/internal/driver"
)

// pages measures a form page and an inbox page beside a bare handler that writes the same bytes,
// and the inbox page beside the bare query as well.
func pages(ctx context.Context, s *server) error {
	people, err := applicants(ctx, s)
	if err != nil {
		return err
	}
	form, err := people[0].browser.Start(ctx, exampleApp)
	if err != nil {
		return err
	}
	got, err := beside(ctx, s, form, people[0].cookie)
	if err != nil {
		return err
	}
	line("P5", sized("form page", form), got[0], got[1], "/s", 0.1)
	if _, err := sendAll(ctx, s, people, connections, 30, nil); err != nil {
		return err
	}
	return inbox(ctx, s)
}

func sized(what string, p *driver.Page) string {
	return fmt.Sprintf("%s, %d kB, %d connections", what, len(p.Body)/1000, connections)
}

func inbox(ctx context.Context, s *server) error {
	worker, err := signIn(ctx, s, caseworker)
	if err != nil {
		return err
	}
	list, err := worker.Get(ctx, inboxPath)
	if err != nil {
		return err
	}
	q, err := s.readInbox(ctx)
	if err != nil {
		return err
	}
	belted, err := s.openBelted(ctx)
	if err != nil {
		return err
	}
	defer belted.Close()
	got, err := beside(ctx, s, list, worker.Cookies(),
		func() (float64, error) { return s.bareInbox(ctx, q) },
		func() (float64, error) { return beltedInbox(ctx, belted, q) })
	if err != nil {
		return err
	}
	line("P6", sized("inbox page of 25 beside the query", list), got[0], got[2], "/s", 0.25)
	line("P6", "its read: roles, row security, look-up log, count", got[3], got[2], "/s", 0)
	line("P6", sized("inbox page of 25 beside the handler", list), got[0], got[1], "/s", 0)
	return nil
}

// beside measures a page, the bare handler and what else is given in turn.
func beside(
	ctx context.Context, s *server, p *driver.Page, cookie string, more ...func() (float64, error),
) ([]float64, error) {
	bare, stop, err := bareHandler(p.Body)
	if err != nil {
		return nil, err
	}
	defer stop()
	measures := []func() (float64, error){
		func() (float64, error) { return load(ctx, "http://"+s.addr+p.URL, cookie) },
		func() (float64, error) { return load(ctx, "http://"+bare, "") },
	}
	return inTurn(append(measures, more...)...)
}

// bareHandler serves the bytes by net/http with nothing else.
func bareHandler(body []byte) (addr string, stop func(), err error) {
	return bareServer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})
}

// bareServer serves with one handler and nothing else, on a port of its own.
func bareServer(handler http.HandlerFunc) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(l) }()
	return l.Addr().String() + "/", func() { server.Close() }, nil
}

// load gets an address over and over and gives the answers per second.
func load(ctx context.Context, address, cookie string) (float64, error) {
	return repeat(ctx, func(ctx context.Context, _ int) error {
		_, err := call(ctx, http.MethodGet, address, cookie, "", "", http.StatusOK)
		return err
	})
}
