package api

import (
	"net/http"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
)

// accept takes what another app delivers into an instance that is there: data that is added to
// it, a report, or what the applicant has done since it was made. It is ours, not Altinn's: one request, so that it is whole or not at all, and
// its idempotency key makes a second try harmless.
func (a *API) accept(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	// Before a large body is read; the real decision is taken again under the row's lock.
	inst, err := a.Instances.MayDeliver(r.Context(), actor, ref)
	if err != nil {
		return err
	}
	t, err := a.readTemplate(w, r, actor)
	if err != nil {
		return err
	}
	if t.Key = r.Header.Get("Idempotency-Key"); len(t.Key) > maxKey || t.Key == "" {
		a.drop(r, actor, t)
		return fault.New(fault.Malformed, "fault.idempotency_key")
	}
	done, err := a.Instances.Accept(r.Context(), actor, ref, t)
	if err != nil || !done {
		a.drop(r, actor, t)
	}
	if err != nil {
		return err
	}
	return a.sendMade(w, r, actor, http.StatusOK, instance.Instantiated{Instance: inst})
}
