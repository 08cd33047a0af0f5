package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// headerTime is how long a client may take to send its headers, idleTime how long a
	// connection may stand open between requests.
	headerTime = 5 * time.Second
	idleTime   = 2 * time.Minute
	// bodyTime is how long a request may take in all: a slow phone sends 20 MB in it.
	bodyTime = 10 * time.Minute
	// drainTime is how long a stop waits for requests and jobs under way, after its delay.
	drainTime = 20 * time.Second
)

func serve(ctx context.Context, c Config, _ []string, out io.Writer) error {
	return Run(ctx, c, out, func(string) {})
}

// Run starts the server and serves until ctx ends: database, definitions, listeners, workers. It
// calls ready with the public address when it takes requests. On the way down it is first not
// ready, then the workers finish, then HTTP drains, then the database closes.
func Run(ctx context.Context, c Config, out io.Writer, ready func(address string)) error {
	log := newLog(c)
	armFailpoint(c)
	unlock, err := lockData(c)
	if err != nil {
		return err
	}
	defer unlock()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("another program listens on %s (set STAFETT_ADDR to use another address): %w",
			c.Addr, err)
	}
	defer listener.Close()
	if c.BaseURL == "" {
		c.BaseURL = "http://" + listener.Addr().String()
	}
	apps := readApps(c)
	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.close()
	p, err := newProgram(ctx, c, apps, db.store, listener.Addr().String(), log)
	if err != nil {
		return err
	}
	return p.serve(ctx, c, listener, func() {
		p.greet(out, c)
		ready(c.BaseURL)
	})
}

// serve answers requests until ctx ends, then drains.
func (p *program) serve(ctx context.Context, c Config, listener net.Listener, ready func()) error {
	ops, err := net.Listen("tcp", c.OpsAddr)
	if err != nil {
		return fmt.Errorf("operations listener: %w", err)
	}
	defer ops.Close()
	servers := []*http.Server{
		newServer(p.lastOnes(p.handler), c.ClientTime), newServer(p.metrics(), c.ClientTime),
	}
	failed := make(chan error, len(servers))
	for i, l := range []net.Listener{listener, ops} {
		go func() { failed <- servers[i].Serve(l) }()
	}
	if err := p.workers.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("workers: %w", err)
	}
	tidying, stop := context.WithCancel(ctx)
	defer stop()
	go p.tidy(tidying)
	go p.watch.run(tidying)
	go p.keys.run(tidying, p.log)
	var telling sync.WaitGroup
	telling.Go(func() { p.events.Run(tidying) })
	telling.Go(func() { p.live.Run(tidying) })
	p.ready.Store(true)
	ready()
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop()
	err = errors.Join(err, p.drain(servers, c.StopDelay))
	telling.Wait()
	return err
}

func newServer(h http.Handler, clientTime time.Duration) *http.Server {
	headers := headerTime
	if clientTime > 0 {
		headers = min(headers, clientTime)
	}
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headers, IdleTimeout: idleTime,
		ReadTimeout: bodyTime, WriteTimeout: bodyTime, MaxHeaderBytes: 32 << 10,
	}
}

// lastOnes ends each connection with its answer while the process is on its way down, so that who
// keeps connections open finds another process by itself.
func (p *program) lastOnes(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.ready.Load() {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// drain stops in the order in which nothing is lost: no new work, work under way, pages that stand
// open, which come back to another process, connections. For the delay it goes on answering, since
// a proxy sends it requests until it sees that it is not ready.
func (p *program) drain(servers []*http.Server, delay time.Duration) error {
	p.ready.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), delay+drainTime)
	defer cancel()
	seen := time.After(delay)
	errs := []error{p.workers.Stop(ctx)}
	<-seen
	p.live.Stop()
	for _, s := range servers {
		errs = append(errs, s.Shutdown(ctx))
	}
	return errors.Join(errs...)
}

// health answers the two questions of an orchestrator: does the process live, and may it be
// sent requests.
func health(ready *atomic.Bool, ping func(context.Context) error) (live, may http.HandlerFunc) {
	live = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }
	may = func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if !ready.Load() || ping(ctx) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
	return live, may
}
