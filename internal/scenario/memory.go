package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
)

// Memory is a world of its own for one scenario: instances live in memory, and what is handed
// over arrives before the step that sets it off is over.
type Memory struct {
	apps   Apps
	people People
	now    time.Time
	list   []*held
	// waiting are the deliveries that are planned, in order.
	waiting []func() error
}

// Apps are the definitions of a solution.
type Apps map[core.AppRef]*app.Definition

// NewMemory gives an empty world at a moment in time.
func NewMemory(apps Apps, people People, now time.Time) *Memory {
	return &Memory{apps: apps, people: people, now: now}
}

// tick gives the time; it goes on a little at each look, so that later is later.
func (m *Memory) tick() time.Time {
	m.now = m.now.Add(time.Millisecond)
	return m.now
}

func (m *Memory) find(id uuid.UUID) *held {
	i := slices.IndexFunc(m.list, func(h *held) bool { return h.inst().ID == id })
	if i < 0 {
		return nil
	}
	return m.list[i]
}

// Seen is World.Seen.
func (m *Memory) Seen() ([]Seen, error) {
	out := make([]Seen, len(m.list))
	for i, h := range m.list {
		out[i] = Seen{
			Instance: *h.inst(), Data: maps.Clone(h.Input.Data),
			Elements: slices.Clone(h.Input.Elements),
		}
	}
	return out, nil
}

// May is World.May.
func (m *Memory) May(a core.Actor, at uuid.UUID, action string) (bool, error) {
	h := m.find(at)
	inst := *h.inst()
	switch action {
	case MayInbox:
		if !h.App.IsCase() {
			return false, nil
		}
		held := access.Holding(m.people.roles(a.User, inst.Owner)...)
		items := access.Readable(a, held, h.App, inst.Owner)
		return access.Lists(items, access.On(h.App, inst)), nil
	case access.ActionWrite:
		if h.Set == nil || inst.Process.TaskType != "data" || inst.Status == core.StatusArchived {
			return false, nil
		}
	case app.ActNext:
		task, ok := h.App.Process.Task(inst.Process.Task)
		return ok && m.mayStep(a, h, task.ID, "") == nil, nil
	}
	return m.require(a, h, action) == nil, nil
}

// require is a fault unless the actor may take the action on the instance.
func (m *Memory) require(a core.Actor, h *held, action string) error {
	return m.decide(a, action, access.On(h.App, *h.inst()))
}

func (m *Memory) decide(a core.Actor, action string, on access.Target) error {
	var roles []string
	if a.Kind == core.ActorPerson {
		roles = m.people.roles(a.User, on.Owner)
	}
	if _, refusal := access.Decide(a, roles, action, on); refusal != nil {
		return refusal
	}
	return nil
}

// mayStep asks for the policy actions that open a step; any one of them is enough.
func (m *Memory) mayStep(a core.Actor, h *held, task, action string) error {
	t, _ := h.App.Process.Task(task)
	err := fault.New(fault.Malformed, "fault.malformed")
	for _, wanted := range h.App.Process.PolicyActions(t, action) {
		if err = m.require(a, h, wanted); err == nil {
			return nil
		}
	}
	return err
}

// open puts the form's input as the actor has it before them.
func (m *Memory) open(a core.Actor, h *held, language string) {
	rights := map[string]bool{}
	for _, action := range access.ActionsAt(h.App, *h.inst()) {
		rights[action] = m.require(a, h, action) == nil
	}
	h.Input.Language, h.Input.Rights, h.Input.Now = language, rights, m.tick()
	h.Input.ReadOnly = !rights[access.ActionWrite] || h.inst().Status == core.StatusArchived
}

// Start is World.Start.
func (m *Memory) Start(a core.Actor, ref core.AppRef, language string) (uuid.UUID, error) {
	d := m.apps[ref]
	if d == nil {
		return uuid.Nil, fault.New(fault.NotFound, "fault.app_not_found")
	}
	owner := m.people.Party(a.Party)
	if d.Meta.DisallowUserInstantiation {
		return uuid.Nil, fault.New(fault.Forbidden, "fault.instantiate_not_allowed")
	}
	return m.begin(a, relay.Beginning{
		App: d, Owner: owner, User: m.people.Party(a.User), Language: language,
		Status: core.StatusDraft, CreatedBy: a.User,
	}, nil)
}

// begin makes an instance for whoever may make it.
func (m *Memory) begin(
	a core.Actor, b relay.Beginning, files []core.DataElement,
) (uuid.UUID, error) {
	on := access.Target{App: b.App, Owner: b.Owner.ID}
	if err := m.decide(a, access.ActionInstantiate, on); err != nil {
		return uuid.Nil, err
	}
	if !b.App.Meta.Owners.Allows(b.Owner.Kind) {
		return uuid.Nil, fault.New(fault.Forbidden, "fault.party_type_not_allowed")
	}
	id := uuid.New()
	inst, documents, err := relay.Begin(b, id, m.tick())
	if err != nil {
		return uuid.Nil, err
	}
	inst.Created = m.now
	h := &held{locked: map[string]bool{}, Source: relay.Source{
		App: b.App, Set: b.App.SetFor(inst.Process.Task), Input: form.Input{
			Data: map[string]core.Document{}, Elements: files, Instance: inst, Owner: b.Owner,
			Language: b.Language, Now: m.now,
		},
	}}
	h.keep(documents)
	m.list = append(m.list, h)
	return id, nil
}

// Do is World.Do.
func (m *Memory) Do(
	a core.Actor, at uuid.UUID, language, action string,
) ([]form.Issue, error) {
	h := m.find(at)
	if action == app.ActNext {
		action = ""
	}
	if err := m.require(a, h, access.ActionRead); err != nil {
		return nil, err
	}
	m.open(a, h, language)
	task := h.inst().Process.Task
	if task == "" {
		return nil, fault.New(fault.Conflict, "fault.process_ended")
	}
	if err := m.mayStep(a, h, task, action); err != nil {
		return nil, err
	}
	if stops := h.Stops(action); len(stops) > 0 {
		return stops, nil
	}
	if err := m.moves(a, h, action); err != nil {
		return nil, err
	}
	return nil, m.deliver()
}

// moves takes the step, and those of the service tasks that it leads into.
func (m *Memory) moves(a core.Actor, h *held, action string) error {
	var list []relay.Moved
	set := h.Set
	for range relay.MaxServices {
		one, err := m.move(a, h, action)
		if err != nil {
			return err
		}
		if one.Source.Set == nil {
			one.Source.Set = set
		}
		list = append(list, one)
		task, ok := h.App.Process.Task(h.inst().Process.Task)
		if !ok || !task.Service {
			break
		}
		m.service(h, task.Type)
		if h.Set != nil {
			set = h.Set
		}
		action = ""
	}
	h.inst().Version++
	relay.Present(h.App, h.inst(), h.Input)
	h.goOn(m.tick())
	var err error
	if h.wait, err = relay.Asks(h.inst(), list, m.tick()); err != nil {
		return err
	}
	for _, one := range list {
		one.Source.Input.Instance = *h.inst()
		if err := m.plan(one.Source, one.Moment); err != nil {
			return err
		}
	}
	m.expire(h)
	return nil
}

// expire removes what the app keeps only until the process ends, unless it is handed over.
func (m *Memory) expire(h *held) {
	gone := h.Expires()
	switch {
	case h.tells:
	case gone.Whole:
		m.list = slices.DeleteFunc(m.list, func(other *held) bool { return other == h })
	default:
		h.Input.Elements = slices.DeleteFunc(h.Input.Elements, func(e core.DataElement) bool {
			return slices.Contains(gone.Types, e.Type)
		})
		for _, t := range gone.Types {
			delete(h.Input.Data, t)
			delete(h.Input.Entries, t)
		}
	}
}

// move goes from one task to the next, or to the end.
func (m *Memory) move(a core.Actor, h *held, action string) (relay.Moved, error) {
	to, moment, err := h.Next(action)
	if err != nil {
		return relay.Moved{}, err
	}
	end := h.EndTask(func(dataType string) bool {
		_, there := h.Input.Data[dataType]
		return there && !h.locked[dataType]
	})
	maps.Copy(h.Input.Data, end.Documents)
	h.clean(end)
	h.remove(end.Gone)
	for _, dataType := range end.Locked {
		h.lock(dataType, true)
	}
	out := relay.Moved{Source: relay.Source{App: h.App, Set: h.Set}, Moment: moment}
	relay.Enter(h.App, h.inst(), to)
	h.Set = h.App.SetFor(to.Task)
	m.submitted(h, moment)
	src := h.Source
	src.Input.User = m.people.Party(a.User)
	start, err := src.StartTask()
	if err != nil {
		return out, err
	}
	for _, dataType := range start.Opened {
		h.lock(dataType, false)
	}
	h.keep(start.Made)
	out.Source.Input = h.Input
	out.Source.Input.Data = maps.Clone(h.Input.Data)
	out.Source.Input.Entries = maps.Clone(h.Input.Entries)
	return out, nil
}

// submitted gives a draft its reference and time when it is sent.
func (m *Memory) submitted(h *held, moment app.Moment) {
	if h.Sends(moment) {
		relay.Sent(h.inst(), m.tick(), h.Input.Language,
			fmt.Sprintf("%s-%04d", madeUpReference, len(m.list)))
	}
}

// madeUpReference begins every reference in memory.
const madeUpReference = "TRY"

// service does the work of a service task: the PDF is kept where the app keeps it.
func (m *Memory) service(h *held, kind string) {
	if _, kept := h.App.DataType(app.PDFDataType); kind == "pdf" && kept {
		h.Input.Elements = append(h.Input.Elements, pdfOf(app.PDFDataType, h.inst().Reference))
	}
}

func pdfOf(dataType, reference string) core.DataElement {
	return core.DataElement{
		ID: uuid.New(), Type: dataType, ContentType: "application/pdf",
		Filename: reference + ".pdf", Version: 1,
	}
}

// deliver sends what is waiting, and what comes of that, until nothing is.
func (m *Memory) deliver() error {
	for range maxDeliveries {
		if len(m.waiting) == 0 {
			return nil
		}
		next := m.waiting[0]
		m.waiting = m.waiting[1:]
		if err := next(); err != nil {
			return err
		}
	}
	return fmt.Errorf("more than %d deliveries come of one step", maxDeliveries)
}

const maxDeliveries = 1000

func problemText(list []relay.Problem) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = p.Path + " (" + p.Code + ")"
	}
	return strings.Join(words, ", ")
}
