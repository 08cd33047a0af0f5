package devidp

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"stafett/internal/orgtoken"
)

var stateForm = regexp.MustCompile(`^[\x20-\x7E]+$`)

// endSession signs out (OpenID Connect RP-Initiated Logout). There is no session to end here:
// each sign-in asks anew. What is left is where to send the browser, and that is only to an
// address that the client has registered.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		p.showFault(w, language(nil, r), "unreadable")
		return
	}
	form := r.URL.Query()
	if r.Method == http.MethodPost {
		form = r.PostForm
	}
	locale := language(form, r)
	to := form.Get("post_logout_redirect_uri")
	if to == "" {
		p.showSignedOut(w, locale)
		return
	}
	client, known := p.leaving(form)
	if !known || !slices.Contains(client.PostLogoutRedirectURIs, to) {
		p.showFault(w, locale, "redirect")
		return
	}
	q := url.Values{}
	if state := form.Get("state"); stateForm.MatchString(state) {
		q.Set("state", state)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, withQuery(to, q), http.StatusSeeOther)
}

// leaving finds the client by client_id, or by an id token that this provider once signed; when
// both are there they must agree. The token may be out of time: people sign out late.
func (p *Provider) leaving(form url.Values) (Client, bool) {
	id := form.Get("client_id")
	if hint := form.Get("id_token_hint"); hint != "" {
		aud, ok := p.audienceOf(hint)
		if !ok || id != "" && id != aud {
			return Client{}, false
		}
		id = aud
	}
	c, known := p.clients[id]
	return c, known
}

func (p *Provider) audienceOf(hint string) (string, bool) {
	s, err := orgtoken.Parse(hint)
	if err != nil {
		return "", false
	}
	h, err := s.Header("jwt")
	if err != nil || h.KeyID != p.keyID || s.Verify(h, &p.Key.PublicKey) != nil {
		return "", false
	}
	return s.Claims.Text("aud")
}
