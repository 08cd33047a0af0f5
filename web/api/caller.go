package api

import (
	"net/http"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/orgtoken"
)

// caller gives the organisation whose token the request to an app carries, after every check of
// the token. act and the app go into the audit line of a refusal.
func (a *API) caller(w http.ResponseWriter, r *http.Request, scope, act string) (core.Actor, error) {
	app := core.AppRef{Org: r.PathValue("org"), App: r.PathValue("app")}
	if _, err := a.Instances.App(app); err != nil {
		return core.Actor{}, err
	}
	token, err := orgtoken.FromRequest(r)
	if err != nil {
		return core.Actor{}, a.withoutToken(r, act, app, err)
	}
	if a.ours(token) {
		return a.checked(w, r, a.Exchanged, token, act, app,
			orgtoken.Want{Audience: a.BaseURL, Scope: scope})
	}
	return a.checked(w, r, a.Checker, token, act, app,
		orgtoken.Want{Audience: a.BaseURL + "/" + app.String(), Scope: scope})
}

// platform gives the organisation that calls an address which is no app's: it brings a token that
// our own exchange has given.
func (a *API) platform(w http.ResponseWriter, r *http.Request, scope, act string) (core.Actor, error) {
	token, err := orgtoken.FromRequest(r)
	if err != nil {
		return core.Actor{}, a.withoutToken(r, act, core.AppRef{}, err)
	}
	if a.Exchanged == nil {
		return core.Actor{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return a.checked(w, r, a.Exchanged, token, act, core.AppRef{},
		orgtoken.Want{Audience: a.BaseURL, Scope: scope})
}

// ours tells whether a token says that our own exchange gave it: which of the checkers is to be
// asked. It is not believed before that one has said yes.
func (a *API) ours(token string) bool {
	if a.Exchange == nil {
		return false
	}
	s, err := orgtoken.Parse(token)
	if err != nil {
		return false
	}
	issuer, _ := s.Claims.Text("iss")
	return issuer == a.Exchange.Issuer
}

// checked gives the actor that a good token stands for, and counts the call.
func (a *API) checked(
	w http.ResponseWriter, r *http.Request, checker *orgtoken.Checker, token, act string,
	app core.AppRef, want orgtoken.Want,
) (core.Actor, error) {
	t, err := checker.Check(r.Context(), token, want)
	if err != nil {
		// A genuine token that is not good for this call still tells whose it is.
		who := core.Actor{Session: login.Mark(token), OrganisationNumber: t.Organisation}
		if t.Organisation != "" {
			who.Kind = core.ActorOrg
		}
		return core.Actor{}, a.refused(r, who, act, app, err)
	}
	if err := a.limits.take(w, t.Organisation+" "+t.ClientID); err != nil {
		return core.Actor{}, err
	}
	party, err := a.Access.Organisation(r.Context(), t.Organisation)
	if err != nil {
		return core.Actor{}, err
	}
	return core.Actor{
		Kind: core.ActorOrg, Party: party.ID, Name: party.Name, Org: party.Org,
		OrganisationNumber: t.Organisation, Scopes: t.Scopes, Level: core.OrgTokenLevel,
		Session: login.Mark(token),
	}, nil
}
