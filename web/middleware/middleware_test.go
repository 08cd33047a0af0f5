package middleware

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
)

func ok(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

func show(w http.ResponseWriter, _ *http.Request, err error) { w.WriteHeader(fault.Status(err)) }

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method string
		headers      map[string]string
		session      bool
		want         int
	}{
		{"a page is read from anywhere", "GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, true, 200},
		{"our own form", "POST", map[string]string{"Sec-Fetch-Site": "same-origin"}, true, 200},
		{"our own form in an old browser", "POST", map[string]string{"Origin": "http://example.com"}, true, 200},
		{"another site's form", "POST", map[string]string{"Sec-Fetch-Site": "cross-site"}, true, 403},
		{"a sibling site's form", "POST", map[string]string{"Sec-Fetch-Site": "same-site"}, true, 403},
		{"another origin", "POST", map[string]string{"Origin": "http://evil.example"}, true, 403},
		{"a null origin", "POST", map[string]string{"Origin": "null"}, true, 403},
		{"neither header, with a session", "POST", nil, true, 403},
		{"neither header, without a session", "POST", nil, false, 200},
		{"DELETE, neither header, with a session", "DELETE", nil, true, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			has := func(*http.Request) bool { return tt.session }
			h := CrossOrigin(has, show)(http.HandlerFunc(ok))
			r := httptest.NewRequest(tt.method, "http://example.com/my", nil)
			for k, v := range tt.headers {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("got %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Headers(true, "https://login.example")(http.HandlerFunc(ok)).
		ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	csp := w.Header().Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "form-action 'self' https://login.example;") {
		t.Errorf("policy: %s", csp)
	}
	for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security",
		"X-Frame-Options", "Cross-Origin-Opener-Policy"} {
		if w.Header().Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ cookie, accept, want string }{
		{"", "", "nb"},
		{"nn", "en", "nn"},
		{"xx", "en-GB,en;q=0.9", "en"},
		{"", "de,nn-NO;q=0.8", "nn"},
		{"", "no", "nb"},
	}
	for _, tt := range tests {
		var got string
		h := Language(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = core.Locale(r.Context())
		}))
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: LanguageCookie, Value: tt.cookie})
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != tt.want {
			t.Errorf("%+v: got %q", tt, got)
		}
	}
}

func TestLimit_RefusesALongBody(t *testing.T) {
	t.Parallel()
	h := Limit(10, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader("a="+strings.Repeat("x", 20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d", w.Code)
	}
}
