package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/internal/fault"
)

const instanceColumns = `
i.id, i.org, i.app, i.owner, i.app_version, i.status, i.version, i.process_started, i.task,
i.task_type, i.task_since, i.end_event, i.ended, i.reference, i.title, i.applicant, i.source_org,
i.source_app, i.source_owner, i.source_id, i.thread, i.thread_owner, i.data_values, i.limit_field, i.substatus, i.assignee,
COALESCE((SELECT p.name FROM party AS p WHERE p.id = i.assignee), ''), COALESCE(i.created_by, 0),
i.language, i.due, i.created, i.changed, i.submitted, i.corrects, i.withdrawal,
i.hold_until, i.prepared_by, i.answered`

// nullRef is an instance reference that may be NULL, and then is so in all four columns.
type nullRef struct {
	org, app *string
	owner    *core.PartyID
	id       *uuid.UUID
}

func (r nullRef) ref() *core.InstanceRef {
	if r.org == nil || r.app == nil || r.owner == nil || r.id == nil {
		return nil
	}
	return &core.InstanceRef{
		AppRef: core.AppRef{Org: *r.org, App: *r.app}, Owner: *r.owner, ID: *r.id,
	}
}

func newNullRef(ref *core.InstanceRef) nullRef {
	if ref == nil {
		return nullRef{}
	}
	return nullRef{org: &ref.Org, app: &ref.App, owner: &ref.Owner, id: &ref.ID}
}

// nulls are the parts of an instance that may be NULL.
type nulls struct {
	source   nullRef
	thread   nullThread
	corrects *uuid.UUID
}

// fill puts them into the instance.
func (n nulls) fill(i *core.Instance) {
	i.Source, i.Thread = n.source.ref(), n.thread.thread()
	if n.corrects != nil {
		i.Corrects = *n.corrects
	}
}

func instanceFields(i *core.Instance, n *nulls) []any {
	p, source, thread := &i.Process, &n.source, &n.thread
	return []any{&i.ID, &i.Org, &i.App, &i.Owner, &i.AppVersion, &i.Status, &i.Version,
		&p.Started, &p.Task, &p.TaskType, &p.TaskSince, &p.EndEvent, &p.Ended, &i.Reference,
		&i.Title, &i.Applicant, &source.org, &source.app, &source.owner, &source.id,
		&thread.id, &thread.owner,
		&i.DataValues, &i.LimitField, &i.Substatus, &i.Assignee, &i.AssigneeName, &i.CreatedBy, &i.Language,
		&i.Due, &i.Created, &i.Changed, &i.Submitted, &n.corrects, &i.Withdrawn,
		&i.HoldUntil, &i.PreparedBy, &i.Answered}
}

func scanInstance(row pgx.CollectableRow) (core.Instance, error) {
	var i core.Instance
	var n nulls
	err := row.Scan(instanceFields(&i, &n)...)
	n.fill(&i)
	return i, err
}

const addInstance = `
INSERT INTO instance (
    id, org, app, owner, app_version, status, version, ready, process_started, task, task_type,
    task_since, end_event, ended, reference, title, applicant, source_org, source_app,
    source_owner, source_id, data_values, substatus, assignee, created_by, language, due,
    created, changed, submitted, thread, thread_owner, corrects, limit_field
) VALUES (
    $1, $2, $3, $4, $5, $6, $7, $6::text <> 'draft', $8, $9, $10, $8, $11, $12, $13, $14, $15,
    $16, $17, $18, $19, $20, $21, $22, NULLIF($23::bigint, 0), $24, $25,
    $8, $8, $26, $27, $28, $29, $30
)`

// AddInstance makes an instance; its times are the database's, and are set in inst. One that is
// not a draft is a case: caseworkers' lists show it from the moment the transaction commits, so
// it must be whole by then; its Submitted is now, when it is not given.
func (tx *Tx) AddInstance(ctx context.Context, inst *core.Instance) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	inst.Created, inst.Changed = now, now
	p := &inst.Process
	p.Started, p.TaskSince = now, now
	if p.EndEvent != "" {
		p.Ended = &now
	}
	if inst.Status != core.StatusDraft && inst.Submitted == nil {
		inst.Submitted = &now
	}
	if inst.Version == 0 {
		inst.Version = 1
	}
	values, substatus, err := instanceJSON(inst)
	if err != nil {
		return err
	}
	source := newNullRef(inst.Source)
	tx.reindex(inst.ID)
	tx.queue("add instance", addInstance, inst.ID, inst.Org, inst.App, inst.Owner,
		inst.AppVersion, inst.Status, inst.Version, now, p.Task, p.TaskType, p.EndEvent, p.Ended,
		inst.Reference, inst.Title, inst.Applicant, source.org, source.app, source.owner,
		source.id, values, substatus, inst.Assignee, inst.CreatedBy, inst.Language, inst.Due,
		inst.Submitted, nullable(inst.Thread.ID), nullable(inst.Thread.Owner),
		nullable(inst.Corrects), inst.LimitField)
	if inst.Status != core.StatusDraft {
		tx.signal(Signal{Kind: SignalCame, Owner: inst.Owner, App: inst.AppRef, Case: inst.ID})
	}
	return nil
}

// instanceJSON gives the two JSON columns; nil for what is empty.
func instanceJSON(inst *core.Instance) (values, substatus []byte, err error) {
	if len(inst.DataValues) > 0 {
		if values, err = json.Marshal(inst.DataValues); err != nil {
			return nil, nil, fmt.Errorf("data values: %w", err)
		}
	}
	if inst.Substatus != nil {
		if substatus, err = json.Marshal(inst.Substatus); err != nil {
			return nil, nil, fmt.Errorf("substatus: %w", err)
		}
	}
	return values, substatus, nil
}

// atRef ties the four parts of an address together in one condition: an id under another owner,
// app or organisation names nothing. IS NOT DISTINCT FROM is = here, since no column is ever
// NULL, but no index can be used for it: whatever the statistics say, the row is found by id.
const atRef = `
i.id = $1 AND i.owner IS NOT DISTINCT FROM $2 AND i.org IS NOT DISTINCT FROM $3
AND i.app IS NOT DISTINCT FROM $4`

func refArgs(ref core.InstanceRef) []any { return []any{ref.ID, ref.Owner, ref.Org, ref.App} }

const instanceByRef = `SELECT ` + instanceColumns + ` FROM instance AS i WHERE ` + atRef

// Instance gives the instance that all four parts of ref name together, else ErrNoRow.
func (tx *Tx) Instance(ctx context.Context, ref core.InstanceRef) (core.Instance, error) {
	return tx.openInstance(ctx, "instance", instanceByRef, ref)
}

const lockInstance = instanceByRef + `
FOR NO KEY UPDATE OF i`

// LockInstance is Instance that also holds the row until the transaction ends: whoever wants to
// change the same instance waits, and then sees what was changed. Readers do not wait.
func (tx *Tx) LockInstance(ctx context.Context, ref core.InstanceRef) (core.Instance, error) {
	return tx.openInstance(ctx, "lock instance", lockInstance, ref)
}

// openInstance reads an instance, and ahead of being asked what everybody asks for next: the
// actor's roles at its owner, the owner, and what it holds.
func (tx *Tx) openInstance(
	ctx context.Context, doing, sql string, ref core.InstanceRef,
) (core.Instance, error) {
	var inst core.Instance
	tx.hold(doing, exactly(scanInstance, &inst), sql, refArgs(ref)...)
	tx.readRoles(tx.actor.User, ref.Owner)
	tx.readParties(ownerAndServiceOwner, ref.Owner, ref.Org)
	tx.readContent(ref.ID)
	err := tx.flush(ctx)
	tx.owned(inst)
	return inst, err
}

const updateInstance = `
WITH changed AS (
    UPDATE instance AS i
    SET status = $3, task = $4, task_type = $5, end_event = $6, reference = $7, title = $8,
        applicant = $9, data_values = $10, substatus = $11, assignee = $12,
        language = $13, due = $14, submitted = $15, withdrawal = $16, hold_until = $17,
        prepared_by = $18, answered = $19,
        version = i.version + 1, changed = now(),
        task_since = CASE WHEN (i.task, i.end_event) = ($4, $6) THEN i.task_since ELSE now() END,
        ended = CASE WHEN $6 = '' THEN NULL ELSE COALESCE(i.ended, now()) END
    WHERE i.id = $1 AND i.version = $2
    RETURNING i.task_since, i.ended
)
SELECT changed_one(count(*)), max(c.task_since), max(c.ended)
FROM changed AS c`

// UpdateInstance writes what can change of an instance. It goes by inst.Version, which must be
// the stored one, else fault.Conflict when the transaction ends; then it is counted up in inst.
// Changed is the database's time; TaskSince and Ended are too, whenever Task or EndEvent differ
// from what is stored, and are in inst once the transaction has ended.
func (tx *Tx) UpdateInstance(ctx context.Context, inst *core.Instance) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	values, substatus, err := instanceJSON(inst)
	if err != nil {
		return err
	}
	p := &inst.Process
	scan := func(row pgx.CollectableRow) (core.ProcessState, error) {
		state := *p
		return state, row.Scan(nil, &state.TaskSince, &state.Ended)
	}
	tx.changing()
	tx.reindex(inst.ID)
	tx.owned(*inst)
	tx.hold("update instance", exactly(scan, p), updateInstance, inst.ID, inst.Version,
		inst.Status, p.Task, p.TaskType, p.EndEvent, inst.Reference, inst.Title, inst.Applicant,
		values, substatus, inst.Assignee, inst.Language, inst.Due, inst.Submitted, inst.Withdrawn,
		inst.HoldUntil, inst.PreparedBy, inst.Answered)
	inst.Version++
	inst.Changed = now
	return nil
}

const assign = `
WITH changed AS (
    UPDATE instance AS i
    SET assignee = $3, version = i.version + 1, changed = now()
    WHERE i.id = $1 AND i.version = $2
    RETURNING i.id
)
SELECT changed_one(count(*)) FROM changed`

// Assign gives a case to a caseworker, or with 0 to nobody, and counts up inst.Version, by
// which it goes as UpdateInstance does.
func (tx *Tx) Assign(ctx context.Context, inst *core.Instance, person core.PartyID) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	tx.queue("assign", assign, inst.ID, inst.Version, person)
	inst.Version++
	inst.Changed, inst.Assignee, inst.AssigneeName = now, person, ""
	return nil
}

const setReady = `
WITH changed AS (
    UPDATE instance AS i
    SET ready = true, submitted = COALESCE(i.submitted, now())
    WHERE i.id = $1
    RETURNING i.owner, i.org, i.app
)
SELECT changed_one(count(*)), max(c.owner), max(c.org), max(c.app) FROM changed AS c`

// SetReady shows a case in caseworkers' lists: for one that was made as a draft and is whole
// only now.
func (tx *Tx) SetReady(_ context.Context, id uuid.UUID) error {
	tx.reindex(id)
	tx.changing()
	tx.hold("set ready", func(rows pgx.Rows) error {
		var came Signal
		err := exactly(func(row pgx.CollectableRow) (Signal, error) {
			s := Signal{Kind: SignalCame, Case: id}
			return s, row.Scan(nil, &s.Owner, &s.App.Org, &s.App.App)
		}, &came)(rows)
		tx.signal(came)
		return err
	}, setReady, id)
	return nil
}

// An upload's chunks go with it, and marks of who has seen the instance with the instance.
const deleteInstance = `
WITH gone AS (
    DELETE FROM instance AS i
    WHERE ` + atRef + ` AND NOT EXISTS (
        SELECT FROM delivery AS d WHERE d.source_id = i.id AND d.state <> 'delivered'
    )
    RETURNING i.id
), content AS (
    DELETE FROM element AS e
    USING gone AS g
    WHERE e.instance = g.id
    RETURNING e.upload
), files AS (
    DELETE FROM upload AS u
    USING content AS c
    WHERE u.id = c.upload
)
SELECT g.id FROM gone AS g`

// DeleteInstance removes an instance for good, with its documents and files. It is refused with
// fault.Conflict while a delivery of it has not come through, since that still needs its data.
// ErrNoRow when the four parts of ref name nothing together.
func (tx *Tx) DeleteInstance(ctx context.Context, ref core.InstanceRef) error {
	if _, err := tx.LockInstance(ctx, ref); err != nil {
		return err
	}
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "delete instance", deleteInstance,
		refArgs(ref)...)
	if err == nil && len(ids) == 0 {
		err = fault.New(fault.Conflict, "fault.delivery_waits")
	}
	return err
}

const countDrafts = `
SELECT count(*)
FROM instance AS i
WHERE i.owner = $1 AND i.org = $2 AND i.app = $3 AND i.status = 'draft'`

// CountDrafts tells how many drafts of the app the owner has.
func (tx *Tx) CountDrafts(ctx context.Context, app core.AppRef, owner core.PartyID) (int, error) {
	return one(ctx, tx, pgx.RowTo[int], "count drafts", countDrafts, owner, app.Org, app.App)
}

// The time that marks are compared with is the instance's own: opening it twice writes once.
// A conflict locks the row until the transaction ends, even when nothing is updated: who reads
// the same page again must not wait for their own last reading.
const markSeen = `
INSERT INTO seen AS s (instance, person, at)
SELECT i.id, $2, now()
FROM instance AS i
WHERE i.id = $1
  AND NOT EXISTS (
      SELECT FROM seen AS known
      WHERE known.instance = i.id AND known.person = $2 AND known.at >= i.task_since
  )
ON CONFLICT (instance, person) DO UPDATE
SET at = now()`

// MarkSeen notes that the person has opened the instance since it last changed hands. Person 0,
// which is a system, has no unread marks.
func (tx *Tx) MarkSeen(_ context.Context, instance uuid.UUID, person core.PartyID) error {
	if person != 0 {
		tx.queue("mark seen", markSeen, instance, person)
	}
	return nil
}

// MarkUnseen makes the instance unread for the person, who has not seen what it is now.
func (tx *Tx) MarkUnseen(_ context.Context, instance uuid.UUID, person core.PartyID) error {
	tx.queue("mark unseen", `SELECT unsee($1, ARRAY[$2::bigint])`, instance, person)
	return nil
}
