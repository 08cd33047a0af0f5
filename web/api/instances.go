package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/schema"
)

// instantiate makes an instance from a template: JSON alone, or multipart with form data and
// files (FORMAT.md 7.1).
func (a *API) instantiate(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(w, r, access.ScopeWrite, core.ActInstantiate)
	if err != nil {
		return err
	}
	if err := a.Instances.MayInstantiate(r.Context(), actor, appRef(r)); err != nil {
		return err
	}
	t, err := a.readTemplate(w, r, actor)
	if err != nil {
		return err
	}
	return a.make(w, r, actor, t)
}

// create makes an instance from Altinn's simplified template with its flat prefill.
func (a *API) create(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(w, r, access.ScopeWrite, core.ActInstantiate)
	if err != nil {
		return err
	}
	if mediaType(r) != "application/json" {
		return fault.New(fault.Unsupported, "fault.content_type")
	}
	t, err := a.readJSON(w, r)
	if err != nil {
		return err
	}
	return a.make(w, r, actor, t)
}

// maxKey is how long an idempotency key may be.
const maxKey = 200

func (a *API) make(
	w http.ResponseWriter, r *http.Request, actor core.Actor, t instance.Template,
) error {
	t.App = appRef(r)
	if t.Key = r.Header.Get("Idempotency-Key"); len(t.Key) > maxKey {
		a.drop(r, actor, t)
		return fault.New(fault.Malformed, "fault.idempotency_key")
	}
	t.TakesReport = prefers(r, "return", "minimal") && prefers(r, "report", "")
	made, err := a.Instances.Instantiate(r.Context(), actor, t)
	if err != nil || !made.Made {
		// What was taken in belongs to nothing: the earlier call's files are kept, these are not.
		a.drop(r, actor, t)
	}
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if made.Made {
		w.Header().Set("Location", a.self(made.InstanceRef))
	} else {
		status = http.StatusOK
	}
	if made.Told != nil {
		w.Header().Add("Preference-Applied", "report")
	}
	return a.sendMade(w, r, actor, status, made)
}

// sendMade answers with an instance that the caller has made or delivered to: whole, as far as they may
// read it, or its identity where they ask for no more. Then nothing is read, and no look-up logged.
func (a *API) sendMade(
	w http.ResponseWriter, r *http.Request, actor core.Actor, status int, made instance.Instantiated,
) error {
	if !prefers(r, "return", "minimal") {
		v, err := a.Instances.Made(r.Context(), actor, made.Instance)
		if err != nil {
			return err
		}
		return a.sendInstance(w, r, actor, status, v)
	}
	owner, err := a.Instances.OwnerOf(r.Context(), actor, made.Instance)
	if err != nil {
		return err
	}
	w.Header().Add("Preference-Applied", "return=minimal")
	a.write(w, r, status, "application/json", minimalJSON{a.newIdentity(made.Instance, owner), made.Told})
	return nil
}

// prefers tells whether the caller states a preference (RFC 7240 section 2), "" for one without a value.
func prefers(r *http.Request, what, wanted string) bool {
	for _, header := range r.Header.Values("Prefer") {
		for one := range strings.SplitSeq(header, ",") {
			one, _, _ = strings.Cut(one, ";")
			name, value, _ := strings.Cut(one, "=")
			if strings.EqualFold(strings.TrimSpace(name), what) &&
				strings.EqualFold(strings.Trim(value, ` "`), wanted) {
				return true
			}
		}
	}
	return false
}

func (a *API) drop(r *http.Request, actor core.Actor, t instance.Template) {
	if err := a.Instances.Drop(detached(r), actor, t.Files); err != nil {
		a.Log.Warn("uploads were not dropped", "id", core.RequestID(r.Context()), "err", err)
	}
}

// show gives one instance.
func (a *API) show(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	return a.answer(w, r, actor, http.StatusOK, ref)
}

func (a *API) answer(
	w http.ResponseWriter, r *http.Request, actor core.Actor, status int, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	return a.sendInstance(w, r, actor, status, v)
}

func (a *API) sendInstance(
	w http.ResponseWriter, r *http.Request, actor core.Actor, status int, v instance.View,
) error {
	out, err := a.instanceOf(r, actor, v)
	if err == nil {
		a.write(w, r, status, "application/json", out)
	}
	return err
}

// instanceOf gives a view as the API shows it.
func (a *API) instanceOf(
	r *http.Request, actor core.Actor, v instance.View,
) (instanceJSON, error) {
	confirmed, err := a.Instances.Confirmations(r.Context(), actor, v)
	return a.newInstance(instance.Listed{
		Instance: v.Instance, Owner: v.Owner, Elements: v.DataElements(), Confirmations: confirmed,
	}), err
}

// self is an instance's own address.
func (a *API) self(ref core.InstanceRef) string {
	return a.BaseURL + "/" + ref.AppRef.String() + "/instances/" + ref.String()
}

// remove deletes a draft for good; what has been submitted is refused.
func (a *API) remove(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	out, err := a.instanceOf(r, actor, v)
	if err != nil {
		return err
	}
	if err := a.Instances.Delete(r.Context(), actor, ref); err != nil {
		return err
	}
	a.write(w, r, http.StatusOK, "application/json", out)
	return nil
}

// complete notes that the caller's system is done with the instance.
func (a *API) complete(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	if err := a.Instances.Complete(r.Context(), actor, ref); err != nil {
		return err
	}
	return a.answer(w, r, actor, http.StatusOK, ref)
}

// substatus sets the few words that tell how the instance goes.
func (a *API) substatus(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in core.Substatus
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	if err := a.Instances.SetSubstatus(r.Context(), actor, ref, in); err != nil {
		return err
	}
	return a.answer(w, r, actor, http.StatusOK, ref)
}

func (a *API) presentation(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in struct {
		Texts map[string]string `json:"texts"`
	}
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	if err := a.Instances.SetPresentation(r.Context(), actor, ref, in.Texts); err != nil {
		return err
	}
	return a.answer(w, r, actor, http.StatusOK, ref)
}

func (a *API) dataValues(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in struct {
		Values map[string]*string `json:"values"`
	}
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	if err := a.Instances.SetDataValues(r.Context(), actor, ref, in.Values); err != nil {
		return err
	}
	return a.answer(w, r, actor, http.StatusOK, ref)
}

// small reads a small JSON body.
func small(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if mediaType(r) != "application/json" {
		return nil, fault.New(fault.Unsupported, "fault.content_type")
	}
	return limited(http.MaxBytesReader(w, r.Body, MaxTemplate), MaxTemplate)
}

// decode reads a small JSON object: strictly, and without a name twice.
func (a *API) decode(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := small(w, r)
	if err != nil {
		return err
	}
	if _, err := schema.Parse(body); err != nil {
		return fault.Wrap(fault.Malformed, "fault.json", err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.Wrap(fault.Malformed, "fault.json", err)
	}
	return nil
}

func appRef(r *http.Request) core.AppRef {
	return core.AppRef{Org: r.PathValue("org"), App: r.PathValue("app")}
}

// instanceRef reads the address. Only the canonical form of a number and a guid is taken, so
// that one instance has one address (SECURITY.md X032).
func instanceRef(r *http.Request) (core.InstanceRef, error) {
	ref := core.InstanceRef{AppRef: appRef(r)}
	party, err := strconv.ParseInt(r.PathValue("party"), 10, 64)
	if err != nil || party <= 0 || strconv.FormatInt(party, 10) != r.PathValue("party") {
		return ref, fault.New(fault.Malformed, "fault.malformed")
	}
	ref.Owner = core.PartyID(party)
	ref.ID, err = guid(r.PathValue("guid"))
	return ref, err
}

func guid(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || id.String() != s {
		return uuid.Nil, fault.New(fault.Malformed, "fault.malformed")
	}
	return id, nil
}
