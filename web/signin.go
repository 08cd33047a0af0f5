package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	case posts && byScript && strings.HasSuffix(r.URL.Path, "/save"):
		s.answer(w, r, a, s.drawUnsaved(w, r, level))
		return
	case posts && !byScript && s.Login.HasCookie(r):
		if posted, files, ok := s.kept(w, r); ok {
			s.answer(w, r, a, s.drawSignInAgain(w, r, level, posted, files))
			return
		}
	}
	to := signInURL(returnPath(r), level)
	if byScript {
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

// drawSignInAgain shows a post that was not taken, with a way to sign in beside it and one to send
// it again.
func (s *site) drawSignInAgain(
	w http.ResponseWriter, r *http.Request, level int, posted url.Values, files bool,
) error {
	p := page.SignInAgain{
		Head: s.plainHead(r), Level: level, SignInURL: signInURL("/signed-in", level),
		Action: r.URL.RequestURI(), Files: files,
	}
	for name, values := range posted {
		for _, value := range values {
			p.Fields = append(p.Fields, page.KeptField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(p.Fields, func(a, b page.KeptField) int {
		return strings.Compare(a.Name, b.Name)
	})
	return s.render(w, r, signInStatus(level), p)
}

// drawUnsaved answers an autosave that was not taken. What was typed stays in the page.
func (s *site) drawUnsaved(w http.ResponseWriter, r *http.Request, level int) error {
	return s.render(w, r, signInStatus(level), page.Unsaved{
		Head: s.plainHead(r), Level: level, SignInURL: signInURL("/signed-in", level),
	})
}

// signInStatus: one who is signed in, but not securely enough, is refused.
func signInStatus(level int) int {
	if level > 0 {
		return http.StatusForbidden
	}
	return http.StatusUnauthorized
}

// signedInBeside tells one who has signed in beside a page that waits to go back to it.
func (s *site) signedInBeside(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.render(w, r, http.StatusOK, page.SignedIn{Head: s.errorHead(r, a)})
}
