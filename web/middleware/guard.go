package middleware

import (
	"net/http"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// MaxForm is the largest body of a posted form without files, in bytes.
const MaxForm = 1 << 20

// Limit refuses a body that passes max. A handler that takes files sets a limit of its own.
func Limit(max int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, max)
		next.ServeHTTP(w, r)
	})
}

// CrossOrigin refuses a change that another site's page asks for. Browsers tell where a request
// comes from by Sec-Fetch-Site or Origin; a request with a session cookie and neither is
// refused too, since nothing shows that the person meant it (SECURITY.md P31).
func CrossOrigin(
	hasSession func(*http.Request) bool, show func(http.ResponseWriter, *http.Request, error),
) func(http.Handler) http.Handler {
	check := http.NewCrossOriginProtection()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := check.Check(r); err != nil {
				show(w, r, fault.Wrap(fault.Forbidden, "fault.cross_origin", err))
				return
			}
			if unsafe(r.Method) && hasSession(r) &&
				r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
				show(w, r, fault.New(fault.Forbidden, "fault.cross_origin"))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func unsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// LanguageCookie keeps the reader's choice of language.
const LanguageCookie = "language"

// Language puts the reader's language into the context: the choice that was made here, else
// what the browser asks for, else nb.
func Language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := ""
		if c, err := r.Cookie(LanguageCookie); err == nil {
			lang = known(c.Value)
		}
		if lang == "" {
			lang = accepted(r.Header.Get("Accept-Language"))
		}
		next.ServeHTTP(w, r.WithContext(core.WithLocale(r.Context(), lang)))
	})
}

// accepted gives the first language of the header that we have, in the order it stands in:
// browsers write the most wanted first.
func accepted(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(tag, "-")
		if lang := known(primary); lang != "" {
			return lang
		}
	}
	return "nb"
}

func known(tag string) string {
	switch strings.ToLower(tag) {
	case "nb", "no":
		return "nb"
	case "nn":
		return "nn"
	case "en":
		return "en"
	}
	return ""
}
