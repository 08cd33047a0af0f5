package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Actor gives who is signed in; an anonymous actor when nobody is.
func (s *Service) Actor(r *http.Request) (core.Actor, error) {
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return core.Actor{}, fmt.Errorf("session: %w", err)
	}
	return stateOf(session).actor(session.ID), nil
}

// Watch gives who is signed in, as Actor does, and when the session ends if nothing else is asked
// for. Its idle time does not begin anew by it: a page that only stands open keeps nobody signed in.
func (s *Service) Watch(r *http.Request) (core.Actor, time.Time, error) {
	cookie, err := r.Cookie(s.cookies.name)
	if err != nil {
		return core.Actor{}, time.Time{}, nil
	}
	row, found, err := s.Store.Session(r.Context(), hash(cookie.Value), Idle, Absolute)
	if err != nil || !found {
		return core.Actor{}, time.Time{}, err
	}
	var st state
	if err := json.Unmarshal(row.Data, &st); err != nil {
		return core.Actor{}, time.Time{}, fmt.Errorf("session data: %w", err)
	}
	until := row.LastSeen.Add(Idle)
	if absolute := row.Created.Add(Absolute); absolute.Before(until) {
		until = absolute
	}
	return st.actor(cookie.Value), until, nil
}

// actor is who a session belongs to; anonymous for one in which nobody has signed in.
func (st *state) actor(token string) core.Actor {
	if st.User == 0 {
		return core.Actor{}
	}
	return core.Actor{
		Kind: core.ActorPerson, User: st.User, Party: st.Party, Name: st.Name, Level: st.Level,
		Session: Mark(token),
	}
}

// Places gives whom the signed-in person may act for, as it was read with the session. It is for
// this request only.
func (s *Service) Places(r *http.Request, a core.Actor) ([]access.Place, error) {
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	row, _ := session.Values[rowKey].(store.Session)
	return s.Access.Places(a, row.Self, row.Places, row.Unread), nil
}

// row gives what was read of the request's session; zero without one.
func (s *Service) row(r *http.Request) store.Session {
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return store.Session{}
	}
	row, _ := session.Values[rowKey].(store.Session)
	return row
}

// Ends tells when the request's session ends if nothing more is heard of it, and whether that can
// be put off; zero without a session.
func (s *Service) Ends(r *http.Request) (at time.Time, last bool) {
	row := s.row(r)
	if row.Person == 0 {
		return time.Time{}, false
	}
	seen := row.LastSeen
	if now := time.Now(); now.Sub(seen) > touchAfter {
		seen = now // It was touched when it was read.
	}
	idle, absolute := seen.Add(Idle), row.Created.Add(Absolute)
	if !idle.Before(absolute) {
		return absolute, true
	}
	return idle, false
}

// HasCookie tells whether the request carries a session cookie, signed in or not: what a
// cross-site request could ride on.
func (s *Service) HasCookie(r *http.Request) bool {
	_, err := r.Cookie(s.cookies.name)
	return err == nil
}

// ChooseParty makes the person act for a party that they hold a role in, and rotates the
// session. Another party is fault.Forbidden, and nothing changes.
func (s *Service) ChooseParty(
	w http.ResponseWriter, r *http.Request, a core.Actor, party core.PartyID,
) error {
	places, err := s.Places(r, a)
	if err != nil {
		return err
	}
	allowed := slices.ContainsFunc(places, func(p access.Place) bool { return p.Party.ID == party })
	e := access.NewEvent(a, core.ActChangeParty, party)
	if !allowed {
		e.Outcome = core.OutcomeRefused
		return errors.Join(fault.New(fault.Forbidden, "fault.party"), s.Store.Audit(r.Context(), e))
	}
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	stateOf(session).Party = party
	if err := s.cookies.rotate(w, r, session, newToken()); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return s.Store.Audit(r.Context(), e)
}

// Logout ends the session and gives the address that ends the provider's too.
func (s *Service) Logout(w http.ResponseWriter, r *http.Request, a core.Actor) (string, error) {
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	hint := stateOf(session).IDToken
	session.Options.MaxAge = -1
	if err := s.cookies.Save(r, w, session); err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	if a.Anonymous() {
		return "/", nil
	}
	if err := s.Store.Audit(r.Context(), access.NewEvent(a, core.ActLogout, a.User)); err != nil {
		return "", err
	}
	return s.endSession(r.Context(), hint), nil
}

// endSession gives the provider's logout address, or the start page when it has none: the
// local session is over in any case.
func (s *Service) endSession(ctx context.Context, hint string) string {
	var discovered struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := s.discovered(ctx, &discovered); err != nil || discovered.EndSession == "" {
		return "/"
	}
	return discovered.EndSession + "?" + url.Values{
		"client_id":                {s.ClientID},
		"id_token_hint":            {hint},
		"post_logout_redirect_uri": {s.BaseURL + "/"},
	}.Encode()
}

// FrontChannelLogout ends the sessions that the provider's session began. It answers nothing
// about whether there were any.
func (s *Service) FrontChannelLogout(ctx context.Context, issuer, sid string) error {
	if issuer != s.Issuer || sid == "" {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	return s.Store.DeleteSessionsBySID(ctx, sid)
}

// LogoutFrame is where the provider shows our front-channel logout in a frame: the origin of its
// pages, which is another than the issuer's name. It is empty when the provider cannot be asked.
func (s *Service) LogoutFrame(ctx context.Context) string {
	config, _, err := s.client(ctx)
	if err != nil {
		return ""
	}
	at, err := url.Parse(config.Endpoint.AuthURL)
	if err != nil || at.Host == "" {
		return ""
	}
	return at.Scheme + "://" + at.Host
}
