// Package scantest has a virus scanner for tests, which speaks clamd's protocol.
package scantest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// EICAR is the harmless text that every scanner finds. It is put together here, so that no scanner
// finds it in this file.
const EICAR = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!` + `$H+H*`

// Scanner finds EICAR, wherever it stands in a file, and nothing else.
type Scanner struct {
	// Address is where it listens.
	Address  string
	listener net.Listener

	mu     sync.Mutex
	answer string
	silent bool
	last   string
	times  map[string]int
	conns  []net.Conn
}

// New starts a scanner on a free port; it ends with the test.
func New(t testing.TB) *Scanner {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return On(t, l)
}

// On starts a scanner on the listener.
func On(t testing.TB, l net.Listener) *Scanner {
	s := &Scanner{Address: l.Addr().String(), listener: l, times: map[string]int{}}
	go s.serve()
	t.Cleanup(s.Close)
	return s
}

// Close ends the scanner and its connections.
func (s *Scanner) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
}

// Answer is what it says from now on, whatever it is sent.
func (s *Scanner) Answer(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Silent lets it say nothing from now on.
func (s *Scanner) Silent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = true
}

// Last is the newest file that it was sent.
func (s *Scanner) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Times is how often it was sent just this file.
func (s *Scanner) Times(file string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times[file]
}

func (s *Scanner) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		s.mu.Unlock()
		go s.scan(conn)
	}
}

func (s *Scanner) scan(conn net.Conn) {
	file, ok := receive(conn)
	s.mu.Lock()
	answer, silent := s.answer, s.silent
	if ok {
		s.last = file
		s.times[file]++
	}
	s.mu.Unlock()
	if silent {
		return
	}
	switch {
	case answer != "":
	case !ok:
		answer = "UNKNOWN COMMAND ERROR\x00"
	case strings.Contains(file, EICAR):
		answer = "stream: Eicar-Signature FOUND\x00"
	default:
		answer = "stream: OK\x00"
	}
	_, _ = io.WriteString(conn, answer)
	_ = conn.Close()
}

// receive reads a command and the file behind it.
func receive(conn io.Reader) (string, bool) {
	r := bufio.NewReader(conn)
	if command, err := r.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		return "", false
	}
	var file strings.Builder
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return "", false
		}
		if n == 0 {
			return file.String(), true
		}
		if _, err := io.CopyN(&file, r, int64(n)); err != nil {
			return "", false
		}
	}
}
