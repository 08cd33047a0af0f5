package orgtoken

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// maxForm is the largest body of a token endpoint, in bytes: an assertion and small fields.
const maxForm = 2 * MaxToken

// ReadForm reads the form that was posted to a token endpoint: form-encoded, at most 32 KiB, no
// name twice (RFC 6749 section 3.2). What stands in the address is not read.
func ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, errors.New("the body must be form-encoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, errors.New("the form cannot be read, or is too large")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, fmt.Errorf("%.40q is there %d times", name, len(values))
		}
	}
	return r.PostForm, nil
}

// grantError is how the issuer refuses: OAuth's error word, Maskinporten's code, and a text.
type grantError struct {
	status int
	// word is OAuth's error (RFC 6749 section 5.2).
	word string
	// code is MP-nnn; empty where Digdir documents none.
	code   string
	detail string
	// check is told to the caller: this issuer is for development, and its callers are ours.
	check Check
}

func refuse(check Check, word, code, detail string) *grantError {
	return &grantError{
		status: http.StatusBadRequest, word: word, code: code, detail: detail, check: check,
	}
}

// description is the text of the answer, with an id to search the client's log for, as
// Maskinporten gives one.
func (e *grantError) description() string {
	text := fmt.Sprintf("%s (check: %s, trace id: %s)", e.detail, e.check, uuid.NewString())
	if e.code == "" {
		return text
	}
	return e.code + ": " + text
}

func (e *grantError) send(w http.ResponseWriter) {
	answer(w, e.status, map[string]string{
		"error": e.word, "error_description": e.description(),
	})
}

// token is the token endpoint. Whatever the form holds beside grant type and assertion is not
// read: what a client may have stands in what it signed.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		e := refuse(CheckTransport, "method_not_allowed", "", "Use POST.")
		e.status = http.StatusMethodNotAllowed
		e.send(w)
		return
	}
	body, refused := i.exchange(w, r)
	if refused != nil {
		refused.send(w)
		return
	}
	answer(w, http.StatusOK, body)
}

func (i *Issuer) exchange(w http.ResponseWriter, r *http.Request) (map[string]any, *grantError) {
	form, err := ReadForm(w, r)
	if err != nil {
		return nil, refuse(CheckTransport, "invalid_request", "MP-011", err.Error())
	}
	switch form.Get("grant_type") {
	case grantType:
	case "":
		return nil, refuse(CheckTransport, "invalid_request", "MP-011", "grant_type is missing.")
	default:
		return nil, refuse(CheckTransport, "unsupported_grant_type", "", "Use "+grantType+".")
	}
	now := i.Now()
	g, refused := i.check(form.Get("assertion"), now)
	if refused != nil {
		return nil, refused
	}
	return i.issue(g, now)
}

// issue uses up the grant and signs the token.
func (i *Issuer) issue(g grant, now time.Time) (map[string]any, *grantError) {
	switch err := i.used.Use(g.client.ID+" "+g.id, g.expires, now); {
	case errors.Is(err, ErrUsed):
		return nil, refuse(CheckReplay, "invalid_grant", "MP-012", "Grant is used before.")
	case err != nil:
		e := refuse(CheckReplay, "temporarily_unavailable", "", "Too many grants, try again.")
		e.status = http.StatusServiceUnavailable
		return nil, e
	}
	k := i.Ring.Signing(now)
	token, err := Sign(k.Key, k.ID, i.claims(g, now))
	if err != nil {
		e := refuse(CheckSignature, "server_error", "", "The token could not be signed.")
		e.status = http.StatusInternalServerError
		return nil, e
	}
	return map[string]any{
		"access_token": token, "token_type": "Bearer", "scope": g.scope,
		"expires_in": int64(i.AccessLife.Seconds()),
	}, nil
}

// claims are those of an access token as Maskinporten writes them (SECURITY.md 1.2).
func (i *Issuer) claims(g grant, now time.Time) map[string]any {
	c := map[string]any{
		"iss": i.URL, "client_id": g.client.ID, "client_amr": "private_key_jwt",
		"consumer": consumer(g.client.Organisation), "scope": g.scope, "token_type": "Bearer",
		"iat": now.Unix(), "exp": now.Add(i.AccessLife).Unix(), "jti": uuid.NewString(),
	}
	switch len(g.resources) {
	case 0:
		c["aud"] = "unspecified"
	case 1:
		c["aud"] = g.resources[0]
	default:
		c["aud"] = g.resources
	}
	if g.consumer != "" {
		c["consumer"] = consumer(g.consumer)
		c["supplier"] = consumer(g.client.Organisation)
		c["delegation_source"] = i.URL
	}
	if g.person != "" {
		c["pid"] = g.person
	}
	return c
}
