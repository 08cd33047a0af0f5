package crashtest

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"stafett/static"
)

// slowClient is one kind of F21: what it sends at first, and then a byte at a time, and whether it
// reads what is answered.
type slowClient struct {
	name        string
	short, long int
	first, drip string
}

// The asset is long enough to fill what a connection holds when it is asked for so often.
var slowClients = []slowClient{
	{"headers", 300, 4000, "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", "a"},
	{"bodies", 100, 1000, "POST /nordvik/arrangementsstotte/start HTTP/1.1\r\nHost: x\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na=", "a"},
	{"bodies that nobody reads", 50, 500, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", "a"},
	{"reads", 8, 40, strings.Repeat("GET "+static.URL("app.css")+" HTTP/1.1\r\nHost: x\r\n\r\n", 60), ""},
}

// slowClients is F21: connections that are kept open by doing next to nothing. All are closed by the
// server, and pages are answered meanwhile as ever.
func (a *audience) slowClients(t *testing.T) {
	t.Helper()
	// apart keeps them from being a storm of connections, which is another thing.
	const drip, apart = 200 * time.Millisecond, 300 * time.Microsecond
	before := a.server.sockets(t)
	done := make(chan struct{})
	answers := make(chan []reply)
	go func() { answers <- a.during(done, 20*time.Millisecond, aPage) }()
	var open []net.Conn
	opened := map[string]int{}
	// Looked at meanwhile: on a busy machine the first are cut off before the last have come.
	most, began := 0, time.Now()
	for _, kind := range slowClients {
		n := kind.short
		if *loads > 1 {
			n = kind.long
		}
		for range n {
			time.Sleep(apart)
			conn, err := net.Dial("tcp", a.server.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			open = append(open, conn)
			if opened[kind.name]++; len(open)%50 == 0 {
				most = max(most, a.server.sockets(t))
			}
			go dripInto(conn, kind, drip)
		}
	}
	few := before + len(open)/20
	closed := until(60*time.Second, func() bool { return a.server.sockets(t) < few })
	lasted := time.Since(began)
	close(done)
	count, slowest := tally(t, "F21", <-answers)
	t.Logf("F21 slow clients %v: closed after %s, at most %d connections; others %v, 99 of 100 within %s",
		opened, lasted.Round(time.Millisecond), most, count, slowest(200))
	if !closed || most < before+len(open)/10 {
		t.Errorf("F21: %d connections were open, at most %d, and %d are not closed", before, most,
			a.server.sockets(t)-before)
	}
	if count[200] == 0 || len(count) != 1 || slowest(200) > slack(calmAnswer) {
		t.Errorf("F21: others were answered %v, 99 of 100 within %s", count, slowest(200))
	}
}

// dripInto sends what the kind begins with and then a byte now and then, until it is cut off. Who
// reads slowly sends nothing more, and does not read.
func dripInto(conn net.Conn, kind slowClient, every time.Duration) {
	if _, err := io.WriteString(conn, kind.first); err != nil || kind.drip == "" {
		return
	}
	for {
		time.Sleep(every)
		if _, err := fmt.Fprint(conn, kind.drip); err != nil {
			return
		}
	}
}
