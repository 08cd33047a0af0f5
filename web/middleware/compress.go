package middleware

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// minCompressed is the size below which an answer is not worth compressing, in bytes.
const minCompressed = 1400

// Compress sends pages compressed to browsers that take it. What is compressed already, such as
// assets and attachments, is left. Our pages hold no secret beside text that a stranger chooses,
// so the length of an answer tells nothing (BREACH): there is no token in the page, and the
// session is a cookie.
func Compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(minCompressed), gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{
			"text/html", "text/css", "image/svg+xml", "application/json", "application/problem+json",
		}),
	)
	if err != nil {
		panic("middleware: " + err.Error())
	}
	return wrap(next)
}
