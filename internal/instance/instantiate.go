package instance

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/handover"
	"stafett/internal/relay"
	"stafett/store"
)

// Template is what a system sends to make an instance (FORMAT.md 7.1).
type Template struct {
	App   core.AppRef
	Owner OwnerName
	Due   *time.Time
	// DataValues are free key-values; a handover sets reference, source and delivery in them.
	DataValues map[string]string
	// Prefill is Altinn's flat map of path to value.
	Prefill map[string]string
	// Documents are whole form documents, by data type.
	Documents map[string]core.Document
	Files     []Part
	// Report is what a target tells its source, and Message what one end says to the other; only
	// Accept takes them.
	Report  *core.Report
	Message *core.Message
	// TakesReport tells that the caller notes what the answer tells of how it goes. Without it, and without
	// a Key, by which an answer that is lost can be had again, a delivery of its own tells that.
	TakesReport bool
	// Correction and Withdrawal are what the source's applicant has done since; only Accept takes
	// them. Before are the documents as they were sent last, for a correction.
	Correction *core.NewVersion
	Withdrawal *core.Withdrawal
	Before     map[string]core.Document
	// RemindBefore is how many days before Due the owner is reminded of what they are to fill in.
	RemindBefore []int
	// Key is the caller's idempotency key; empty for none. Content is a hash of everything the
	// caller sent: other content under the same key is refused.
	Key     string
	Content []byte
}

// OwnerName names the future owner in one of four ways.
type OwnerName struct {
	Party                            core.PartyID
	OrganisationNumber, PersonNumber string
	// Began names whoever owns the instance with the id, which the matter began with: a sender that
	// runs elsewhere does not know who that is.
	Began uuid.UUID
}

// Problem is what is wrong with a field of what a system sent.
type Problem = relay.Problem

// Problems is the error of a template that does not fit the app. It is a fault of kind
// Malformed: the caller must change what it sends.
type Problems struct {
	List  []Problem
	fault error
}

// NewProblems gives the error for the list, with the code of the whole.
func NewProblems(code string, list ...Problem) error {
	return &Problems{List: list, fault: fault.New(fault.Malformed, "fault."+code)}
}

// Error is for the log.
func (p *Problems) Error() string { return p.fault.Error() }

// Unwrap gives the fault.
func (p *Problems) Unwrap() error { return p.fault }

// refusedPrefill names the fields of a prefill that does not fit the app.
func refusedPrefill(err error) error {
	refused, ok := errors.AsType[*form.PrefillError](err)
	if !ok {
		return err
	}
	p := &Problems{fault: err}
	for _, v := range refused.Problems {
		p.List = append(p.List, Problem{Path: v.Path, Code: v.Code})
	}
	return p
}

// MayInstantiate asks, before a large body is read, whether the actor may make an instance of
// the app at all. The real decision is taken again when the owner is known.
func (s *Service) MayInstantiate(ctx context.Context, a core.Actor, ref core.AppRef) error {
	d, err := s.Catalogue.App(ref)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		_, err := s.Access.Require(ctx, tx, a, access.ActionInstantiate, access.Target{App: d})
		return err
	})
}

// Instantiated is what Instantiate leads to.
type Instantiated struct {
	core.Instance
	// Made tells that it was made now, and not by an earlier call with the same key.
	Made bool
	// Told is what its source is to note of how it goes; nil for nothing, and where the caller does not
	// take it.
	Told *core.Report
}

// Instantiate makes an instance on behalf of an organisation's system, whole or not at all. With
// a key that was used before it gives the instance that was made then, and what was told with it.
func (s *Service) Instantiate(
	ctx context.Context, a core.Actor, t Template,
) (out Instantiated, err error) {
	d, err := s.Catalogue.App(t.App)
	if err != nil {
		return out, err
	}
	// Checked before a connection is held, and told only to those who may instantiate.
	problems := checkTemplate(d, t)
	failpoint.TargetReceived.Hit()
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		c, err := s.admit(ctx, tx, a, d, t.Owner)
		if err != nil {
			return err
		}
		if problems != nil {
			return problems
		}
		out, err = s.instantiate(ctx, tx, a, c, t)
		failpoint.TargetMade.Hit()
		return err
	})
	failpoint.TargetCommitted.Hit()
	return out, err
}

// admit finds the future owner and asks whether the actor may make the instance for them. A
// refusal comes before anything else that is wrong: it must not tell which numbers are known.
func (s *Service) admit(
	ctx context.Context, tx *store.Tx, a core.Actor, d *app.Definition, o OwnerName,
) (creation, error) {
	party, unknown := ownerParty(ctx, tx, o)
	on := access.Target{App: d, Owner: party.ID}
	permit, err := s.Access.Require(ctx, tx, a, access.ActionInstantiate, on)
	if err != nil {
		return creation{}, err
	}
	if unknown != nil {
		return creation{}, unknown
	}
	party, err = s.owner(ctx, tx, a, d, party.ID)
	return creation{Beginning: relay.Beginning{App: d, Owner: party}, permit: permit}, err
}

func (s *Service) instantiate(
	ctx context.Context, tx *store.Tx, a core.Actor, c creation, t Template,
) (Instantiated, error) {
	if earlier, err := s.earlier(ctx, tx, t); err != nil || earlier != nil {
		if err != nil {
			return Instantiated{}, err
		}
		inst, err := tx.Instance(ctx, earlier.Instance)
		return Instantiated{Instance: inst, Told: earlier.Told}, err
	}
	c, err := c.of(t)
	if err == nil {
		err = c.here(ctx, tx)
	}
	if err != nil {
		return Instantiated{}, err
	}
	out := Instantiated{Made: true}
	if out.Instance, err = s.make(ctx, tx, a, c); err != nil {
		return out, err
	}
	if out.Source != nil {
		if out.Told, err = s.received(ctx, tx, c, out.Instance, t.TakesReport && t.Key != ""); err != nil {
			return out, err
		}
	}
	if t.Key != "" {
		err = tx.PutIdempotencyKey(ctx, t.App.Org, t.Key, t.Content, out.InstanceRef, out.Told)
	}
	if err == nil {
		err = s.notice(ctx, tx, c.App, out.Instance, t.RemindBefore)
	}
	return out, err
}

// received tells the source that what it handed over has arrived, where the app reports that: in the
// answer, or by a delivery.
func (s *Service) received(
	ctx context.Context, tx *store.Tx, c creation, inst core.Instance, inAnswer bool,
) (*core.Report, error) {
	src := relay.Source{App: c.App, Input: form.Input{
		Data: c.Documents, Instance: inst, Owner: c.Owner, Language: c.Language, Now: s.Now(),
	}}
	m := app.Moment{TaskStart: inst.Process.Task}
	if inAnswer {
		return s.Handover.PlanReceived(ctx, tx, src, m)
	}
	return nil, s.Handover.Plan(ctx, tx, src, m)
}

func ownerParty(ctx context.Context, tx *store.Tx, o OwnerName) (core.Party, error) {
	var party core.Party
	var err error
	switch {
	case o.Party != 0:
		party, err = tx.Party(ctx, o.Party)
	case o.OrganisationNumber != "":
		party, err = tx.PartyByOrganisationNumber(ctx, o.OrganisationNumber)
	case o.PersonNumber != "":
		party, err = tx.PartyByPersonNumber(ctx, core.PersonNumber(o.PersonNumber))
	case o.Began != uuid.Nil:
		party, err = beganBy(ctx, tx, o.Began)
	default:
		return party, fault.New(fault.Malformed, "fault.owner_missing")
	}
	if errors.Is(err, store.ErrNoRow) {
		return party, fault.New(fault.NotFound, "fault.party_not_found")
	}
	return party, err
}

// beganBy gives the owner of what a matter began with, when that is here and the service owner who
// asks has a part in the matter.
func beganBy(ctx context.Context, tx *store.Tx, id uuid.UUID) (core.Party, error) {
	matter, err := tx.Matter(ctx, id)
	if err != nil {
		return core.Party{}, err
	}
	if len(matter) == 0 || matter[0].Ref.ID != id {
		return core.Party{}, store.ErrNoRow
	}
	return tx.Party(ctx, matter[0].Ref.Owner)
}

// earlier gives what the same call made before; the key is locked until commit,
// so that of any number of calls at once only one makes an instance.
func (s *Service) earlier(
	ctx context.Context, tx *store.Tx, t Template,
) (*store.MadeBefore, error) {
	if t.Key == "" {
		return nil, nil
	}
	before, err := tx.IdempotencyKey(ctx, t.App.Org, t.Key, t.Content)
	if err != nil || before == nil {
		return nil, err
	}
	if !before.Same {
		return nil, fault.New(fault.Conflict, "fault.idempotency_key_reused")
	}
	return before, nil
}

// of gives the creation with all that the template says.
func (c creation) of(t Template) (creation, error) {
	c.Status, c.Due, c.Values = relay.FirstStatus(c.App), t.Due, t.DataValues
	c.Documents, c.Prefill, c.files = t.Documents, t.Prefill, t.Files
	c.Reference = t.DataValues[handover.ValueReference]
	c.Language = t.DataValues[handover.ValueLanguage]
	if at := t.DataValues[handover.ValueSubmitted]; at != "" {
		submitted, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return c, NewProblems("template", Problem{Path: "dataValues.submitted", Code: "format"})
		}
		c.Submitted = &submitted
	}
	if c.Reference != "" && !validReference(c.Reference) {
		return c, NewProblems("template", Problem{Path: "dataValues.reference", Code: "format"})
	}
	if c.Language == "" {
		c.Language = "nb"
	}
	var err error
	if c.Source, err = sourceOf(t.DataValues); err != nil {
		return c, err
	}
	if c.Status == core.StatusDraft {
		// Its owner is yet to send it: the time of the source's submit is not its own.
		c.Submitted = nil
	}
	c.Thread, err = threadOf(t.DataValues, c.Source)
	return c, err
}

// here tells apart what the instance comes from in this installation and in another.
func (c *creation) here(ctx context.Context, tx *store.Tx) error {
	began := core.InstanceRef{ID: c.Thread.ID, Owner: c.Thread.Owner}
	var refs []*core.InstanceRef
	if c.Source != nil {
		refs = append(refs, c.Source)
	}
	if began.ID != uuid.Nil {
		refs = append(refs, &began)
	}
	if len(refs) == 0 {
		return nil
	}
	err := tx.Here(ctx, refs...)
	c.Thread.Owner = began.Owner
	return err
}

// threadOf reads which matter the instance belongs to; without word of it, that of its source.
func threadOf(values map[string]string, source *core.InstanceRef) (core.Thread, error) {
	id := values[handover.ValueThread]
	switch {
	case id != "":
		// The app does not count: only whose it is, and which.
		ref, ok := parseInstanceID("-/-", id)
		if !ok {
			return core.Thread{}, NewProblems("template",
				Problem{Path: "dataValues.thread", Code: "format"})
		}
		return core.Thread{ID: ref.ID, Owner: ref.Owner}, nil
	case source != nil:
		return core.Thread{ID: source.ID, Owner: source.Owner}, nil
	}
	return core.Thread{}, nil
}

// ThreadID is the instance that a matter began with, by the data values of a template; the zero id
// when they do not say.
func ThreadID(values map[string]string) uuid.UUID {
	thread, err := threadOf(values, nil)
	if err != nil {
		return uuid.Nil
	}
	return thread.ID
}

// sourceOf reads which instance this one was handed over from.
func sourceOf(values map[string]string) (*core.InstanceRef, error) {
	id := values[handover.ValueSource]
	if id == "" {
		return nil, nil
	}
	ref, ok := parseInstanceID(values[handover.ValueSourceApp], id)
	if !ok {
		return nil, NewProblems("template", Problem{Path: "dataValues.sourceInstance", Code: "format"})
	}
	return &ref, nil
}

// checkTemplate checks everything that needs no database.
func checkTemplate(d *app.Definition, t Template) error {
	files := make([]string, len(t.Files))
	for i, f := range t.Files {
		files[i] = f.DataType
	}
	list := append(validCorrection(d, t), relay.Check(d, t.Documents, files)...)
	if len(list) > 0 {
		return NewProblems("data", list...)
	}
	return nil
}

// Part is one file that has been taken in: its chunks are stored, and it belongs to nothing
// until an instance is made with it.
type Part struct {
	DataType, Filename, ContentType string
	Size                            int64
	SHA256                          []byte
	Upload                          uuid.UUID
	Scan                            core.Scan
}

func (p Part) element(instance uuid.UUID) core.DataElement {
	return core.DataElement{
		ID: uuid.New(), Instance: instance, Type: p.DataType, ContentType: p.ContentType,
		Filename: p.Filename, Size: p.Size, SHA256: p.SHA256, Upload: p.Upload, Version: 1,
		Scan: p.Scan,
	}
}

// Receive takes in one file of a template that is still being read; call Drop for each when the
// template is refused.
func (s *Service) Receive(ctx context.Context, a core.Actor, d *app.Definition, f File) (Part, error) {
	dt, ok := d.DataType(f.DataType)
	if !ok || dt.Form {
		return Part{}, NewProblems("data", Problem{Path: f.DataType, Code: "unknown_data_type"})
	}
	return s.receive(ctx, a, dt, f)
}

// Drop throws away files that were taken in for a template that was refused. What it misses is
// removed with other unattached uploads after an hour.
func (s *Service) Drop(ctx context.Context, a core.Actor, parts []Part) error {
	var errs []error
	for _, p := range parts {
		errs = append(errs, s.Store.DropUpload(ctx, a, p.Upload))
	}
	return errors.Join(errs...)
}
