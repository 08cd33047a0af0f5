package crashtest

import (
	"bytes"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// trouble is what a proxy does to the connections through it; its zero value is nothing.
type trouble struct {
	// cutAt ends a connection at an answer that holds it, which is not passed back.
	cutAt []byte
	// repeat sends a request that begins so a second time, on a connection of its own, and throws
	// the answer away.
	repeat []byte
	// delay is how long each piece waits.
	delay time.Duration
	// in a thousand: how often a cutAt is done, a piece ends its connection, and an answer is
	// passed back by half before that.
	cuts, resets, halves int
	// hole lets nothing through, and ends nothing.
	hole bool
}

// proxy stands between the program and something that it calls.
type proxy struct {
	network, target string
	listener        net.Listener
	now             atomic.Pointer[trouble]
	// done counts what has been done to connections.
	done atomic.Int64

	mu     sync.Mutex
	random *rand.Rand
}

func newProxy(t *testing.T, network, target string, random *rand.Rand) *proxy {
	t.Helper()
	p := &proxy{network: network, target: target, random: random}
	p.now.Store(&trouble{})
	var err error
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.listener.Close() })
	go func() {
		for {
			conn, err := p.listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// chance tells whether something happens that does so n times in a thousand.
func (p *proxy) chance(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return n > 0 && p.random.IntN(1000) < n
}

// line is one connection through the proxy.
type line struct {
	*proxy
	client, server net.Conn
	// asked holds the request for a repetition, which the two ways of the line share.
	holds sync.Mutex
	asked bytes.Buffer
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(p.network, p.target)
	if err != nil {
		return
	}
	defer server.Close()
	l := &line{proxy: p, client: client, server: server}
	go func() {
		defer client.Close()
		defer server.Close()
		l.pass(client, server, l.forth)
	}()
	l.pass(server, client, l.back)
}

// pass carries pieces one way until one of the ends is gone, or what judges them says so.
func (l *line) pass(from, to net.Conn, judge func([]byte, *trouble) ([]byte, bool)) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		for l.now.Load().hole {
			time.Sleep(10 * time.Millisecond)
		}
		if n > 0 {
			now := l.now.Load()
			time.Sleep(now.delay)
			piece, on := judge(buffer[:n], now)
			if _, err := to.Write(piece); err != nil || !on {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// forth judges what the program sends.
func (l *line) forth(piece []byte, now *trouble) ([]byte, bool) {
	l.holds.Lock()
	if now.repeat != nil && (bytes.HasPrefix(piece, now.repeat) || l.asked.Len() > 0) {
		l.asked.Write(piece)
	}
	l.holds.Unlock()
	if l.chance(now.resets) {
		l.done.Add(1)
		return nil, false
	}
	return piece, true
}

// back judges what is answered.
func (l *line) back(piece []byte, now *trouble) ([]byte, bool) {
	l.repeatRequest()
	switch {
	case now.cutAt != nil && bytes.Contains(piece, now.cutAt) && l.chance(now.cuts):
		l.done.Add(1)
		return nil, false
	case l.chance(now.halves):
		l.done.Add(1)
		return piece[:len(piece)/2], false
	}
	return piece, true
}

// repeatRequest sends the request once more, as a way that delivers twice does.
func (l *line) repeatRequest() {
	l.holds.Lock()
	again := bytes.Clone(l.asked.Bytes())
	l.asked.Reset()
	l.holds.Unlock()
	if len(again) == 0 {
		return
	}
	l.done.Add(1)
	go func() {
		conn, err := net.Dial(l.network, l.target)
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := conn.Write(again); err != nil {
			return
		}
		// The answer goes to nobody.
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, _ = conn.Read(make([]byte, 4<<10))
	}()
}
