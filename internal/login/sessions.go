package login

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"stafett/internal/core"
	"stafett/store"
)

const (
	// Idle is how long a session lasts without a request. ID-porten asks its members to end the
	// local session after at most 30 minutes.
	Idle = 30 * time.Minute
	// Absolute is how long a session lasts at most, in use or not: the life of ID-porten's own.
	Absolute = 120 * time.Minute
	// touchAfter spares a write for each request: the idle clock is that coarse.
	touchAfter = time.Minute
	// The keys of the gorilla session's values: what it holds; when it was begun, which a new
	// token must not make later; and the row that it was read from.
	stateKey, createdKey, rowKey = "state", "created", "row"
)

// state is what a session holds on the server.
type state struct {
	User  core.PartyID `json:"user,omitempty"`
	Party core.PartyID `json:"party,omitempty"`
	Name  string       `json:"name,omitempty"`
	Level int          `json:"level,omitempty"`
	// SID is the provider's session, for its front-channel logout.
	SID string `json:"sid,omitempty"`
	// IDToken is the hint that the provider's logout wants.
	IDToken string `json:"idToken,omitempty"`
	// Pending are sign-ins that were begun and not finished, one for each tab.
	Pending []pending `json:"pending,omitempty"`
}

// cookies is a gorilla sessions.Store: the cookie holds a random token, the table its SHA-256.
type cookies struct {
	store   *store.Store
	name    string
	options sessions.Options
}

var _ sessions.Store = (*cookies)(nil)

// newCookies names the cookie so that it is bound to the host where that can be: __Host- asks
// for https.
func newCookies(s *store.Store, secure bool) *cookies {
	name := "stafett"
	if secure {
		name = "__Host-stafett"
	}
	return &cookies{store: s, name: name, options: sessions.Options{
		Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}}
}

// Get gives the request's session, read once for each request.
func (c *cookies) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New reads the session that the cookie names, or begins one. An error is a fault of the
// database, not a person who is signed out.
func (c *cookies) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(c, name)
	options := c.options
	session.Options, session.IsNew = &options, true
	session.Values[stateKey] = &state{}
	cookie, err := r.Cookie(name)
	if err != nil || cookie.Value == "" {
		return session, nil
	}
	row, found, err := c.store.Session(r.Context(), hash(cookie.Value), Idle, Absolute)
	if err != nil || !found {
		return session, err
	}
	if err := json.Unmarshal(row.Data, session.Values[stateKey]); err != nil {
		return session, fmt.Errorf("session data: %w", err)
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[createdKey], session.Values[rowKey] = row.Created, row
	if time.Since(row.LastSeen) > touchAfter {
		err = c.store.TouchSession(r.Context(), row.Hash)
	}
	return session, err
}

// Save writes the session and sets its cookie; call it before the body. A negative MaxAge
// deletes both.
func (c *cookies) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		if session.ID != "" {
			if err := c.store.DeleteSession(r.Context(), hash(session.ID)); err != nil {
				return err
			}
		}
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	if session.ID == "" {
		session.ID = newToken()
	}
	if err := c.write(r, session); err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// write writes the session that the browser has a cookie of already.
func (c *cookies) write(r *http.Request, session *sessions.Session) error {
	s := stateOf(session)
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	row := store.Session{Hash: hash(session.ID), Data: data, Person: s.User, SID: s.SID}
	row.Created, _ = session.Values[createdKey].(time.Time)
	return c.store.SaveSession(r.Context(), row)
}

// rotate saves the session under a new token and kills the old one, so that a token which
// somebody planted or saw is worth nothing (session fixation).
func (c *cookies) rotate(
	w http.ResponseWriter, r *http.Request, session *sessions.Session, token string,
) error {
	if session.ID != "" {
		if err := c.store.DeleteSession(r.Context(), hash(session.ID)); err != nil {
			return err
		}
	}
	session.ID = token
	return c.Save(r, w, session)
}

func stateOf(session *sessions.Session) *state {
	s, ok := session.Values[stateKey].(*state)
	if !ok {
		s = &state{}
		session.Values[stateKey] = s
	}
	return s
}

// newToken gives 256 random bits.
func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Mark is a short, irreversible mark of a session or bearer token, for audit lines.
func Mark(token string) string {
	sum := sha256.Sum256(hash(token))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
