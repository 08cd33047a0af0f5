// Package scan asks a virus scanner that speaks clamd's protocol about files. It holds no file:
// what it is given goes on to the scanner in pieces.
package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const (
	// piece is how much is sent at a time, in bytes.
	piece = 64 << 10
	// maxAnswer is the longest answer that is read, in bytes.
	maxAnswer = 1024
	// maxName is how much is kept of what the scanner calls a find, in bytes.
	maxName = 100
	// answerTime is how long a scan of one file may take, from the first byte to the answer.
	answerTime = time.Minute
	// dialTime is how long the scanner may take to open a connection.
	dialTime = 3 * time.Second
)

// Clamd is a scanner at an address.
type Clamd struct {
	network, address string
	limit            int64
	time             time.Duration
}

// New gives the scanner at address, host:port or the absolute path of a unix socket. It sends no
// more than limit bytes of a file.
func New(address string, limit int64) (*Clamd, error) {
	c := &Clamd{network: "tcp", address: address, limit: limit, time: answerTime}
	if strings.HasPrefix(address, "/") {
		c.network = "unix"
		return c, nil
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return nil, errors.New("must be host:port or the absolute path of a unix socket")
	}
	return c, nil
}

// Scan has the scanner look at all of body. It gives what the scanner calls what it found, "" for
// a clean file; any answer but those two is an error, and so is none.
func (c *Clamd) Scan(ctx context.Context, body io.Reader) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.time)
	defer cancel()
	d := net.Dialer{Timeout: dialTime}
	conn, err := d.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("scanner: %w", err)
	}
	defer conn.Close()
	// Whatever ends the context ends a read or write that stands still.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	sent := c.send(conn, body)
	if sent != nil && !errors.Is(sent, errSending) {
		return "", sent // the file could not be read whole: an answer would be about a part of it
	}
	// A scanner that will not have more of a file says so and hangs up: its answer tells why.
	found, err = readAnswer(conn)
	switch {
	case err != nil:
		return "", errors.Join(sent, err)
	case found == "" && sent != nil:
		return "", sent // clean, but not all of it was seen
	}
	return found, nil
}

// errSending is a connection that takes no more.
var errSending = errors.New("scanner: sending")

// send sends the command and the file: pieces behind their lengths, and a length of none.
func (c *Clamd) send(conn io.Writer, body io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return fmt.Errorf("%w: %w", errSending, err)
	}
	buf := make([]byte, 4+piece)
	for total := int64(0); ; {
		n, err := io.ReadFull(body, buf[4:])
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0
		if err != nil && !ended {
			return fmt.Errorf("file to scan: %w", err)
		}
		if total += int64(n); total > c.limit {
			return fmt.Errorf("file to scan: longer than %d bytes", c.limit)
		}
		binary.BigEndian.PutUint32(buf, uint32(n))
		if _, err := conn.Write(buf[:4+n]); err != nil {
			return fmt.Errorf("%w: %w", errSending, err)
		}
		if n == 0 {
			return nil
		}
	}
}

// readAnswer reads "stream: OK", "stream: <name> FOUND" or "<why> ERROR", with a zero byte behind.
func readAnswer(r io.Reader) (found string, err error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxAnswer)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("scanner: no whole answer: %w", err)
	}
	line = strings.TrimSuffix(line, "\x00")
	about, ok := strings.CutPrefix(line, "stream: ")
	if ok && about == "OK" {
		return "", nil
	}
	if name, is := strings.CutSuffix(about, " FOUND"); ok && is && name != "" {
		return printable(name), nil
	}
	return "", fmt.Errorf("scanner: answers %q", printable(line))
}

// printable keeps what can stand in a log line.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), maxName)]
}
