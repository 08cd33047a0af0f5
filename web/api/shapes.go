package api

import (
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/instance"
)

// identityJSON is which instance it is, and whose.
type identityJSON struct {
	ID            string    `json:"id"`
	AppID         string    `json:"appId"`
	Org           string    `json:"org"`
	InstanceOwner ownerJSON `json:"instanceOwner"`
	SelfLinks     linksJSON `json:"selfLinks"`
}

// minimalJSON is the answer to who prefers a minimal one: which instance was made, and, for who notes that,
// what it tells its source at once.
type minimalJSON struct {
	identityJSON
	Report *core.Report `json:"report,omitempty"`
}

// instanceJSON is Altinn's instance (FORMAT.md 7.1).
type instanceJSON struct {
	identityJSON
	DueBefore     *time.Time        `json:"dueBefore,omitempty"`
	Process       processJSON       `json:"process"`
	Status        statusJSON        `json:"status"`
	Confirmations []confirmedJSON   `json:"completeConfirmations"`
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
	Apps     string `json:"apps"`
	Platform string `json:"platform,omitempty"`
}

type confirmedJSON struct {
	StakeholderID string    `json:"stakeholderId"`
	ConfirmedOn   time.Time `json:"confirmedOn"`
}

type processJSON struct {
	Started     time.Time  `json:"started"`
	StartEvent  string     `json:"startEvent,omitempty"`
	CurrentTask *taskJSON  `json:"currentTask,omitempty"`
	Ended       *time.Time `json:"ended,omitempty"`
	EndEvent    string     `json:"endEvent,omitempty"`
	// Tasks are all of them; the process's own address only.
	Tasks []taskTypeJSON `json:"processTasks,omitempty"`
}

type taskTypeJSON struct {
	ElementID string `json:"elementId"`
	TaskType  string `json:"altinnTaskType"`
}

type taskJSON struct {
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	TaskType  string    `json:"altinnTaskType"`
	Started   time.Time `json:"started"`
	// Actions, Read and Write tell what the caller may do; the process's own address only.
	Actions map[string]bool `json:"actions,omitempty"`
	Read    bool            `json:"read,omitempty"`
	Write   bool            `json:"write,omitempty"`
}

// statusJSON has no deletion but for good, after which there is nothing to tell of.
type statusJSON struct {
	IsArchived    bool            `json:"isArchived"`
	Archived      *time.Time      `json:"archived,omitempty"`
	IsSoftDeleted bool            `json:"isSoftDeleted"`
	IsHardDeleted bool            `json:"isHardDeleted"`
	ReadStatus    string          `json:"readStatus"`
	Substatus     *core.Substatus `json:"substatus,omitempty"`
}

type elementJSON struct {
	ID           string    `json:"id"`
	InstanceGUID string    `json:"instanceGuid"`
	DataType     string    `json:"dataType"`
	Filename     string    `json:"filename,omitempty"`
	ContentType  string    `json:"contentType"`
	Size         int64     `json:"size"`
	ContentHash  string    `json:"contentHash,omitempty"`
	Locked       bool      `json:"locked"`
	Tags         []string  `json:"tags"`
	Created      time.Time `json:"created"`
	SelfLinks    linksJSON `json:"selfLinks"`
	// FileScanResult is Clean for what a virus scanner has seen, else NotApplicable.
	FileScanResult string `json:"fileScanResult"`
}

func (a *API) newIdentity(i core.Instance, owner core.Party) identityJSON {
	return identityJSON{
		ID: i.InstanceRef.String(), AppID: i.AppRef.String(), Org: i.Org,
		InstanceOwner: ownerJSON{
			PartyID: strconv.FormatInt(int64(i.Owner), 10), OrganisationNumber: owner.OrganisationNumber,
		},
		SelfLinks: linksJSON{
			a.self(i.InstanceRef), a.BaseURL + "/storage/api/v1/instances/" + i.InstanceRef.String(),
		},
	}
}

func (a *API) newInstance(l instance.Listed) instanceJSON {
	i := l.Instance
	self := a.self(i.InstanceRef)
	out := instanceJSON{
		identityJSON: a.newIdentity(i, l.Owner),
		DueBefore:    i.Due, Data: []elementJSON{}, Confirmations: []confirmedJSON{},
		Process: a.newProcess(i),
		Status: statusJSON{
			IsArchived: i.Status == core.StatusArchived, Archived: i.Process.Ended, Substatus: i.Substatus,
		},
		Presentation: map[string]string{"title": i.Title, "applicant": i.Applicant},
		DataValues:   i.DataValues, Created: i.Created, LastChanged: i.Changed,
	}
	out.Status.ReadStatus = "Read"
	if i.Unread {
		out.Status.ReadStatus = "Unread"
	}
	for _, e := range l.Elements {
		out.Data = append(out.Data, newElement(e, self))
	}
	for _, c := range l.Confirmations {
		out.Confirmations = append(out.Confirmations, confirmedJSON{c.Organisation, c.At})
	}
	return out
}

// newProcess tells where an instance is; what its definition calls that is left out when the app is there
// no longer.
func (a *API) newProcess(i core.Instance) processJSON {
	p := i.Process
	out := processJSON{Started: p.Started, Ended: p.Ended, EndEvent: p.EndEvent}
	if p.Task != "" {
		out.CurrentTask = &taskJSON{ElementID: p.Task, TaskType: p.TaskType, Started: p.TaskSince}
	}
	if d, err := a.Instances.App(i.AppRef); err == nil {
		out.StartEvent = d.Process.StartEvent()
		if task, ok := d.Process.Task(p.Task); ok {
			out.CurrentTask.Name = task.Name
		}
	}
	return out
}

func scanResult(s core.Scan) string {
	if s == core.ScanClean {
		return "Clean"
	}
	return "NotApplicable"
}

func newElement(e core.DataElement, self string) elementJSON {
	tags := e.Tags
	if tags == nil {
		tags = []string{}
	}
	return elementJSON{
		ID: e.ID.String(), InstanceGUID: e.Instance.String(), DataType: e.Type,
		Filename: e.Filename, ContentType: e.ContentType,
		Size: e.Size, ContentHash: hexText(e.SHA256), Locked: e.Locked, Created: e.Created,
		Tags: tags, FileScanResult: scanResult(e.Scan), SelfLinks: linksJSON{Apps: self + "/data/" + e.ID.String()},
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
