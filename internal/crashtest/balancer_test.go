package crashtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// lookEvery is how often the balancer asks whether a process is ready.
	lookEvery = 30 * time.Millisecond
	// mostKept is the largest request that is kept to be sent again.
	mostKept = 4 << 20
)

// balancer stands before several processes, as a reverse proxy does: it sends requests to those
// that are ready, in turn. In front of it every client tries once again.
type balancer struct {
	backends []*backend
	// provider is the process that sign-in and tokens come from: others' in real life.
	provider *backend
	next     atomic.Int64
	// asked, again and failed count requests, those that were sent a second time, and those that
	// failed then.
	asked, again, failed atomic.Int64
	// trying counts those that are under way a second time.
	trying atomic.Int64

	mu  sync.Mutex
	why []string
}

// backend is a process behind the balancer.
type backend struct {
	addr  string
	proxy *httputil.ReverseProxy
	up    atomic.Bool
	// took counts the requests that it was sent.
	took atomic.Int64
}

// errNone is what no process could be asked.
var errNone = errors.New("no process is ready")

// newBalancer listens at an address, and asks each process whether it is ready until the test ends.
func newBalancer(t *testing.T, at string, provider string, addrs ...string) *balancer {
	t.Helper()
	b := &balancer{provider: newBackend(provider)}
	for _, addr := range addrs {
		b.backends = append(b.backends, newBackend(addr))
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: b, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	ctx, stop := context.WithCancel(context.Background())
	for _, one := range b.backends {
		go one.watch(ctx)
	}
	t.Cleanup(func() {
		stop()
		server.Close()
	})
	return b
}

func newBackend(addr string) *backend {
	b := &backend{addr: addr}
	to := &url.URL{Scheme: "http", Host: addr}
	b.proxy = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}}
	b.proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 32}
	b.proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		// A caller that goes away says nothing of the process.
		if r.Context().Err() == nil {
			b.up.Store(false)
		}
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
	return b
}

// watch follows whether the process is ready.
func (b *backend) watch(ctx context.Context) {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		answer, err := client.Get("http://" + b.addr + "/readyz")
		if err == nil {
			answer.Body.Close()
		}
		b.up.Store(err == nil && answer.StatusCode == http.StatusOK)
		time.Sleep(lookEvery)
	}
}

// ServeHTTP is the client with one retry.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostKept))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.asked.Add(1)
	first := b.pick(r, nil)
	answer := b.pass(first, r, body)
	if answer.Code >= http.StatusBadGateway {
		b.again.Add(1)
		b.trying.Add(1)
		defer b.trying.Add(-1)
		// A client, or the proxy for it, waits a little before it tries again, elsewhere (HAProxy: one
		// second, and redispatch).
		var second *backend
		until(time.Second, func() bool {
			second = b.pick(r, first)
			return second != nil
		})
		answer = b.pass(second, r, body)
	}
	// Nobody saw what became of a request whose caller has gone: another process that was killed.
	if answer.Code >= http.StatusInternalServerError && r.Context().Err() == nil {
		b.failed.Add(1)
		b.mu.Lock()
		b.why = append(b.why, r.Method+" "+r.URL.Path+": "+strings.TrimSpace(answer.Body.String()))
		b.mu.Unlock()
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // the caller is gone: nobody is left to tell
}

// pass sends a request to a process; nil when none is ready.
func (b *balancer) pass(to *backend, r *http.Request, body []byte) (answer *httptest.ResponseRecorder) {
	answer = httptest.NewRecorder()
	if to == nil {
		http.Error(answer, errNone.Error(), http.StatusBadGateway)
		return answer
	}
	copied := r.Clone(r.Context())
	copied.Body, copied.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	defer func() {
		// The proxy panics when a process dies in the middle of its answer.
		if recover() != nil {
			to.up.Store(false)
			answer = httptest.NewRecorder()
			http.Error(answer, "the answer was cut off", http.StatusBadGateway)
		}
	}()
	to.took.Add(1)
	to.proxy.ServeHTTP(answer, copied)
	return answer
}

// pick gives the next process that is ready and is not the one that failed.
func (b *balancer) pick(r *http.Request, failed *backend) *backend {
	if strings.HasPrefix(r.URL.Path, "/dev/") {
		return b.provider
	}
	n := b.next.Add(1)
	for i := range b.backends {
		if one := b.backends[(int(n)+i)%len(b.backends)]; one != failed && one.up.Load() {
			return one
		}
	}
	return nil
}

// reasons are why requests failed.
func (b *balancer) reasons() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.why[:min(len(b.why), 10)]
}
