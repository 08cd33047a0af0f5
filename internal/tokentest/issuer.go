package tokentest

import (
	"slices"
	"strings"
	"time"

	"stafett/internal/orgtoken"
)

// IssuerConfig is that of a development issuer which knows the clients of the cases and signs
// with their mp1.
func (w *World) IssuerConfig() orgtoken.IssuerConfig {
	w.t.Helper()
	c := orgtoken.IssuerConfig{URL: w.Get("MP"), Key: w.RSA("mp1"), Now: w.Now}
	for id, r := range w.Clients() {
		reg := orgtoken.Registration{
			ID: id, Organisation: r.Org, Scopes: r.Scopes, Disabled: r.Disabled,
		}
		for _, name := range r.Keys {
			key := orgtoken.RegisteredKey{ID: w.KeyID(name), Key: &w.RSA(name).PublicKey}
			if strings.Contains(w.file.Fixtures.Keys[name].Role, "past its") {
				key.Expires = w.Now().Add(-time.Hour)
			}
			reg.Keys = append(reg.Keys, key)
		}
		for _, scope := range r.Scopes {
			if !slices.Contains(r.Granted, scope) {
				reg.NotGranted = append(reg.NotGranted, scope)
			}
		}
		for _, d := range r.Delegations {
			reg.Delegations = append(reg.Delegations, orgtoken.Delegation(d))
		}
		c.Clients = append(c.Clients, reg)
	}
	return c
}
