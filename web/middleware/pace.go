package middleware

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// pace is how many bytes a client must send or read in each of its times.
	pace = 16 << 10
	// normalClientTime is such a time where nothing else is said: the slowest phone needs seconds.
	normalClientTime = 30 * time.Second
)

// Pace closes the connection of a client that is too slow: that takes longer than limit over each
// 16 kB of what it sends, or reads. Only the waiting for the client counts.
func Pace(limit time.Duration) func(http.Handler) http.Handler {
	if limit <= 0 {
		limit = normalClientTime
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			control := http.NewResponseController(w)
			if r.Body != nil && r.Body != http.NoBody {
				// For who does not read the body: the server itself reads on to the next request.
				_ = control.SetReadDeadline(time.Now().Add(limit))
				r.Body = &pacedBody{ReadCloser: r.Body, control: control, limit: limit, left: limit}
			}
			next.ServeHTTP(&pacedWriter{w, control, limit}, r)
		})
	}
}

// pacedBody measures how long the client lets us wait. A writer in a test has no deadlines, which
// is why their errors are left.
type pacedBody struct {
	io.ReadCloser
	control     *http.ResponseController
	limit, left time.Duration
	got         int
}

func (b *pacedBody) Read(p []byte) (int, error) {
	began := time.Now()
	_ = b.control.SetReadDeadline(began.Add(b.left))
	n, err := b.ReadCloser.Read(p)
	b.left -= time.Since(began)
	if b.got += n; b.got >= pace {
		b.got, b.left = 0, b.limit
	}
	if errors.Is(err, io.EOF) {
		// From now on only whether the client is still there is read.
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	limit   time.Duration
}

func (w *pacedWriter) Write(p []byte) (int, error) {
	done := 0
	for {
		_ = w.control.SetWriteDeadline(time.Now().Add(w.limit))
		n, err := w.ResponseWriter.Write(p[done:min(done+pace, len(p))])
		done += n
		if err != nil || done >= len(p) {
			return done, err
		}
	}
}

// Flush sends what has been written: an answer that goes on is read while it does, compressed or not.
func (w *pacedWriter) Flush() {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.limit))
	// A connection that is gone is met by the next write.
	_ = w.control.Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
