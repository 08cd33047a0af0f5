package api

import (
	"io"
	"net/http"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/orgtoken"
)

// ExchangePath is where an organisation trades its issuer's token for one of ours; with the base
// URL in front it is the audience that such a token must have.
const ExchangePath = "/authentication/api/v1/exchange/maskinporten"

// ExchangeIssuer is the path of the exchange's own name.
const ExchangeIssuer = "/authentication/api/v1/openid/"

// exchange trades a token of the organisation's issuer for one of ours (FORMAT.md 7.5).
func (a *API) exchange(w http.ResponseWriter, r *http.Request) error {
	if a.Exchange == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	token, err := orgtoken.FromRequest(r)
	if err != nil {
		return a.withoutToken(r, core.ActExchange, core.AppRef{}, err)
	}
	actor, err := a.checked(w, r, a.Checker, token, core.ActExchange, core.AppRef{},
		orgtoken.Want{Audience: a.BaseURL + ExchangePath, AnyScope: true})
	if err != nil {
		return err
	}
	traded, err := a.Exchange.Trade(token, orgtoken.Token{
		Organisation: actor.OrganisationNumber, Scopes: actor.Scopes,
	}, actor.Org)
	if err != nil {
		return err
	}
	if err := a.Instances.Noted(r.Context(), actor, core.ActExchange,
		map[string]string{"token": login.Mark(traded)}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, traded) // the caller is gone: nobody is left to tell
	return nil
}

// openID tells others where the exchange's keys are.
func (a *API) openID(w http.ResponseWriter, r *http.Request) error {
	if a.Exchange == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]string{
		"issuer":   a.Exchange.Issuer,
		"jwks_uri": a.BaseURL + ExchangeIssuer + ".well-known/openid-configuration/jwks",
	})
	return nil
}

func (a *API) exchangeKeys(w http.ResponseWriter, _ *http.Request) error {
	if a.Exchange == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	set, err := a.Exchange.KeySet()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(set) // the caller is gone: nobody is left to tell
	return nil
}
