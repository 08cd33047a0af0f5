package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/templates/page"
)

// toSignIn sends a person to sign in, and lets them come back to what they asked for with GET. A
// post is kept for them when they have, or had, a session. level is how securely they must sign in;
// 0 is however they do.
func (s *site) toSignIn(w http.ResponseWriter, r *http.Request, a core.Actor, level int) {
	byScript := r.Header.Get("HX-Request") == "true"
	posts := r.Method != http.MethodGet && r.Method != http.MethodHead
	switch {
	case posts && byScript && isSave(r):
		posted, _, ok := s.kept(w, r)
		s.answer(w, r, a, s.drawUnsaved(w, r, level, s.keep(r, a, posted, ok)))
		return
	case posts && !byScript && (s.Login.HasCookie(r) || small(r)):
		posted, files, ok := s.kept(w, r)
		until := s.keep(r, a, posted, ok)
		if ok && (!until.IsZero() || s.Login.HasCookie(r)) {
			s.answer(w, r, a, s.drawSignInAgain(w, r, level, page.SignInAgain{
				Files: files, Fields: fields(posted), Until: until,
			}))
			return
		}
	}
	to := signInURL(returnPath(r), level)
	if byScript {
		if posts && small(r) {
			// The page is left for the sign-in: what was typed waits for it.
			posted, _, ok := s.kept(w, r)
			s.keep(r, a, posted, ok)
		}
		// A fragment must not become the sign-in page inside a form.
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// answer shows what went wrong with a page, if anything did.
func (s *site) answer(w http.ResponseWriter, r *http.Request, a core.Actor, err error) {
	if err != nil {
		s.fail(w, r, a, err)
	}
}

func signInURL(back string, level int) string {
	to := "/login?return=" + queryEscape(back)
	if level > 0 {
		to += "&level=" + strconv.Itoa(level)
	}
	return to
}

// kept gives the fields of a post, whether a handler has read them or not, and whether a file was
// posted, which cannot be kept. It gives false for what is no form.
func (s *site) kept(w http.ResponseWriter, r *http.Request) (posted url.Values, files, ok bool) {
	if r.PostForm != nil {
		return r.PostForm, mediaType(r) == "multipart/form-data", true
	}
	posted, err := readFormWithFiles(w, r, func(string, *multipart.Part) error {
		files = true
		return nil
	})
	return posted, files, err == nil
}

// drawSignInAgain shows a post that was not taken, with a way to sign in and one to send it again.
func (s *site) drawSignInAgain(
	w http.ResponseWriter, r *http.Request, level int, p page.SignInAgain,
) error {
	p.Head, p.Level, p.Action = s.plainHead(r), level, r.URL.RequestURI()
	p.SignInURL = signInURL("/signed-in", level)
	p.BackURL = signInURL(r.URL.RequestURI(), level)
	return s.render(w, r, signInStatus(level), p)
}

// fields are what was posted, as hidden fields of a form that posts it again.
func fields(posted url.Values) []page.KeptField {
	var out []page.KeptField
	for name, values := range posted {
		for _, value := range values {
			out = append(out, page.KeptField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(out, func(a, b page.KeptField) int {
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// drawUnsaved answers an autosave that was not taken. What was typed stays in the page, and is kept
// here until then; zero when it is not.
func (s *site) drawUnsaved(
	w http.ResponseWriter, r *http.Request, level int, until time.Time,
) error {
	return s.render(w, r, signInStatus(level), page.Unsaved{
		Head: s.plainHead(r), Level: level, SignInURL: signInURL("/signed-in", level), Until: until,
	})
}

// signInStatus: one who is signed in, but not securely enough, is refused.
func signInStatus(level int) int {
	if level > 0 {
		return http.StatusForbidden
	}
	return http.StatusUnauthorized
}

// staySignedIn puts off the end of the session: that it was asked for is enough.
func (s *site) staySignedIn(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	if r.Header.Get("HX-Request") != "true" {
		return seeOther(w, r, "/signed-in")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// signedInBeside tells one who has signed in beside a page that waits to go back to it.
func (s *site) signedInBeside(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.render(w, r, http.StatusOK, page.SignedIn{Head: s.errorHead(r, a)})
}
