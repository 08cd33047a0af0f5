package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
)

// instantiate makes an instance from a template: JSON alone, or multipart with form data and
// files (FORMAT.md 7.1).
func (a *API) instantiate(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(r, access.ScopeWrite, core.ActInstantiate)
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
	actor, err := a.caller(r, access.ScopeWrite, core.ActInstantiate)
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
		a.drop(r, t)
		return fault.New(fault.Malformed, "fault.idempotency_key")
	}
	inst, made, err := a.Instances.Instantiate(r.Context(), actor, t)
	if err != nil || !made {
		// What was taken in belongs to nothing: the earlier call's files are kept, these are not.
		a.drop(r, t)
	}
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if !made {
		status = http.StatusOK
	}
	v, err := a.Instances.Made(r.Context(), actor, inst)
	if err != nil {
		return err
	}
	return a.tell(w, r, status, v)
}

func (a *API) drop(r *http.Request, t instance.Template) {
	if err := a.Instances.Drop(detached(r), t.Files); err != nil {
		a.Log.Warn("uploads were not dropped", "id", core.RequestID(r.Context()), "err", err)
	}
}

// show gives one instance.
func (a *API) show(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(r, access.ScopeRead, core.ActRead)
	if err != nil {
		return err
	}
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	return a.answer(w, r, actor, http.StatusOK, ref)
}

func (a *API) answer(
	w http.ResponseWriter, r *http.Request, actor core.Actor, status int, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	return a.tell(w, r, status, v)
}

func (a *API) tell(w http.ResponseWriter, r *http.Request, status int, v instance.View) error {
	ref := v.Instance.InstanceRef
	self := a.BaseURL + "/" + ref.AppRef.String() + "/instances/" + ref.String()
	if status == http.StatusCreated {
		w.Header().Set("Location", self)
	}
	a.write(w, r, status, "application/json", newInstance(v, self))
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

// instanceJSON is Altinn's instance (FORMAT.md 7.1).
type instanceJSON struct {
	ID            string            `json:"id"`
	AppID         string            `json:"appId"`
	Org           string            `json:"org"`
	InstanceOwner ownerJSON         `json:"instanceOwner"`
	SelfLinks     linksJSON         `json:"selfLinks"`
	DueBefore     *time.Time        `json:"dueBefore,omitempty"`
	Process       processJSON       `json:"process"`
	Status        statusJSON        `json:"status"`
	Data          []elementJSON     `json:"data"`
	Presentation  map[string]string `json:"presentationTexts"`
	DataValues    map[string]string `json:"dataValues,omitempty"`
	Created       time.Time         `json:"created"`
	LastChanged   time.Time         `json:"lastChanged"`
}

type ownerJSON struct {
	PartyID            string `json:"partyId"`
	OrganisationNumber string `json:"organisationNumber,omitempty"`
}

type linksJSON struct {
	Apps string `json:"apps"`
}

type processJSON struct {
	Started     time.Time  `json:"started"`
	CurrentTask *taskJSON  `json:"currentTask,omitempty"`
	Ended       *time.Time `json:"ended,omitempty"`
	EndEvent    string     `json:"endEvent,omitempty"`
}

type taskJSON struct {
	ElementID string    `json:"elementId"`
	TaskType  string    `json:"altinnTaskType"`
	Started   time.Time `json:"started"`
}

type statusJSON struct {
	IsArchived bool            `json:"isArchived"`
	Archived   *time.Time      `json:"archived,omitempty"`
	ReadStatus string          `json:"readStatus"`
	Substatus  *core.Substatus `json:"substatus,omitempty"`
}

type elementJSON struct {
	ID          string    `json:"id"`
	DataType    string    `json:"dataType"`
	Filename    string    `json:"filename,omitempty"`
	ContentType string    `json:"contentType"`
	Size        int64     `json:"size"`
	ContentHash string    `json:"contentHash,omitempty"`
	Locked      bool      `json:"locked"`
	Created     time.Time `json:"created"`
	SelfLinks   linksJSON `json:"selfLinks"`
}

func newInstance(v instance.View, self string) instanceJSON {
	i := v.Instance
	out := instanceJSON{
		ID: i.InstanceRef.String(), AppID: i.AppRef.String(), Org: i.Org,
		InstanceOwner: ownerJSON{
			PartyID: strconv.FormatInt(int64(i.Owner), 10), OrganisationNumber: v.Owner.OrganisationNumber,
		},
		SelfLinks: linksJSON{Apps: self}, DueBefore: i.Due, Data: []elementJSON{},
		Process:      processJSON{Started: i.Process.Started, Ended: i.Process.Ended, EndEvent: i.Process.EndEvent},
		Status:       statusJSON{IsArchived: i.Status == core.StatusArchived, Archived: i.Process.Ended, Substatus: i.Substatus},
		Presentation: map[string]string{"title": i.Title, "applicant": i.Applicant},
		DataValues:   i.DataValues, Created: i.Created, LastChanged: i.Changed,
	}
	out.Status.ReadStatus = "Read"
	if i.Unread {
		out.Status.ReadStatus = "Unread"
	}
	if i.Process.Task != "" {
		out.Process.CurrentTask = &taskJSON{i.Process.Task, i.Process.TaskType, i.Process.TaskSince}
	}
	for _, e := range v.DataElements() {
		out.Data = append(out.Data, newElement(e, self))
	}
	return out
}

func newElement(e core.DataElement, self string) elementJSON {
	return elementJSON{
		ID: e.ID.String(), DataType: e.Type, Filename: e.Filename, ContentType: e.ContentType,
		Size: e.Size, ContentHash: hexText(e.SHA256), Locked: e.Locked, Created: e.Created,
		SelfLinks: linksJSON{Apps: self + "/data/" + e.ID.String()},
	}
}

func hexText(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}
