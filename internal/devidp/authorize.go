package devidp

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxBody is the largest form that is read, in bytes.
const maxBody = 32 << 10

// request is an authorization request that has been found right.
type request struct {
	client      Client
	redirectURI string
	state       string
	nonce       string
	challenge   string
	// offered are the levels that satisfy the request, lowest first.
	offered []string
	locale  string
	// again holds the parameters as they came, for the form that the page posts.
	again url.Values
}

// authorize shows the sign-in page.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	req, ok := p.readRequest(w, r, r.URL.Query())
	if !ok {
		return
	}
	p.showPersons(w, req)
}

// choose takes the person who was chosen, and sends the browser back with a code.
func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		p.showFault(w, language(nil, r), "unreadable")
		return
	}
	req, ok := p.readRequest(w, r, r.PostForm)
	if !ok {
		return
	}
	if r.PostForm.Get("cancel") != "" {
		p.sendBack(w, r, req, url.Values{"error": {"access_denied"}})
		return
	}
	person, known := p.person(r.PostForm.Get("pid"))
	if !known {
		p.showFault(w, req.locale, "person")
		return
	}
	acr := r.PostForm.Get("acr")
	if acr == "" {
		acr = req.offered[len(req.offered)-1]
	}
	if !slices.Contains(req.offered, acr) {
		p.showFault(w, req.locale, "level")
		return
	}
	now := p.Now()
	code, ok := p.codes.put(login{
		client: req.client.ID, redirectURI: req.redirectURI, nonce: req.nonce,
		challenge: req.challenge, person: person, acr: acr, locale: req.locale,
		session: rand.Text(), at: now,
	}, now.Add(codeLife), now)
	if !ok {
		p.sendBack(w, r, req, url.Values{"error": {"temporarily_unavailable"}})
		return
	}
	p.sendBack(w, r, req, url.Values{"code": {code}})
}

// readRequest checks the request's parameters. Where client or address cannot be trusted, it
// answers with a page and sends the browser nowhere (RFC 6749 section 4.1.2.1); other faults are
// told to the client.
func (p *Provider) readRequest(
	w http.ResponseWriter, r *http.Request, form url.Values,
) (request, bool) {
	req := request{locale: language(form, r), again: again(form)}
	for _, values := range form {
		if len(values) > 1 {
			p.showFault(w, req.locale, "twice")
			return req, false
		}
	}
	var known bool
	if req.client, known = p.clients[form.Get("client_id")]; !known {
		p.showFault(w, req.locale, "client")
		return req, false
	}
	req.redirectURI = form.Get("redirect_uri")
	if !slices.Contains(req.client.RedirectURIs, req.redirectURI) {
		p.showFault(w, req.locale, "redirect")
		return req, false
	}
	req.state, req.nonce = form.Get("state"), form.Get("nonce")
	req.challenge = form.Get("code_challenge")
	req.offered = offered(form.Get("acr_values"))
	if word, why := req.fault(form); word != "" {
		p.sendBack(w, r, req, url.Values{"error": {word}, "error_description": {why}})
		return req, false
	}
	return req, true
}

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// fault gives OAuth's word for what is wrong with the request, or "".
func (req request) fault(form url.Values) (word, why string) {
	switch {
	case form.Get("response_type") != "code":
		return "unsupported_response_type", "response_type must be code"
	case form.Has("request"):
		return "request_not_supported", "request objects are not offered"
	case form.Has("request_uri"):
		return "request_uri_not_supported", "request_uri is not offered"
	case form.Has("response_mode") && form.Get("response_mode") != "query":
		return "invalid_request", "response_mode must be query"
	case !slices.Contains(strings.Fields(form.Get("scope")), "openid"):
		return "invalid_scope", "scope must hold openid"
	case req.state == "" || req.nonce == "":
		return "invalid_request", "state and nonce are needed"
	case form.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(req.challenge):
		return "invalid_request", "PKCE with S256 is needed"
	case len(req.offered) == 0:
		return "invalid_request", "acr_values names no known level"
	case form.Get("prompt") == "none":
		return "login_required", "there is no session to go on with"
	}
	return "", ""
}

// offered gives the levels that satisfy acr_values: the lowest one named is the minimum, and
// ID-porten's minimum is substantial when none is.
func offered(acrValues string) []string {
	asked := strings.Fields(acrValues)
	if len(asked) == 0 {
		asked = []string{ACRSubstantial}
	}
	for n, level := range levels {
		if slices.Contains(asked, level) {
			return levels[n:]
		}
	}
	return nil
}

// parameters are those that the sign-in page's form posts again.
var parameters = []string{
	"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
	"code_challenge_method", "acr_values", "ui_locales", "response_mode", "prompt",
}

func again(form url.Values) url.Values {
	kept := url.Values{}
	for _, name := range parameters {
		if form.Has(name) {
			kept.Set(name, form.Get(name))
		}
	}
	return kept
}

// sendBack sends the browser to the client's address, with state and issuer (RFC 9207).
func (p *Provider) sendBack(w http.ResponseWriter, r *http.Request, req request, q url.Values) {
	if req.state != "" {
		q.Set("state", req.state)
	}
	q.Set("iss", p.Issuer)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, withQuery(req.redirectURI, q), http.StatusSeeOther)
}

// withQuery adds parameters to an address that may have some already.
func withQuery(address string, q url.Values) string {
	if len(q) == 0 {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + q.Encode()
	}
	return address + "?" + q.Encode()
}
