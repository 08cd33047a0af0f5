package instance

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

const (
	// maxRelated is how many other cases of an applicant are shown.
	maxRelated = 20
	// likeDays is how far apart two cases may have come that may be the same one.
	likeDays = 30
)

// Likeness tells why a case may be the same as another.
type Likeness string

// The likenesses.
const (
	LikeNot     Likeness = ""
	LikeTitle   Likeness = "title"
	LikeContent Likeness = "content"
)

// Related is another case of the same applicant's, which the reader may see.
type Related struct {
	Instance core.Instance
	App      *app.Definition
	// Like tells that it may be the same as this one.
	Like Likeness
	// Original tells that this case is a duplicate of it, Duplicate that it is one of this.
	Original, Duplicate bool
}

// related gives the other cases of the applicant, newest first, those that are linked to this one
// before the others: what the reader's scope lets see, and nothing of the rest, not even how many
// there are. What belongs to the same matter is told in its story.
func (s *Service) related(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, story []Chapter,
) ([]Related, error) {
	applicant := v.Instance.Began().Owner
	if !v.App.IsCase() || applicant == v.Instance.Owner {
		return nil, nil
	}
	scope, err := s.Access.ScopeOf(ctx, tx, a, v.Instance.Owner)
	if err != nil || len(scope.Items) == 0 {
		return nil, err
	}
	without := []uuid.UUID{v.Instance.ID}
	for _, c := range story {
		without = append(without, c.Instance.ID)
	}
	list, err := tx.Related(ctx, scope, applicant, a.User, maxRelated, without...)
	if err != nil {
		return nil, err
	}
	links, err := tx.Duplicates(ctx, v.Instance.InstanceRef)
	if err != nil {
		return nil, err
	}
	if list, err = withLinked(ctx, tx, a, scope, v.Instance.ID, list, links); err != nil {
		return nil, err
	}
	out, err := s.relate(v, list, links)
	if len(out) > 0 {
		tx.Audit(access.ListEvent(a, core.ActList, scope.Owner, scope.Roles, len(out),
			map[string]string{"part": "related"}))
	}
	return out, err
}

// withLinked adds the linked cases that are further back.
func withLinked(
	ctx context.Context, tx *store.Tx, a core.Actor, scope store.Scope, own uuid.UUID,
	list []core.Instance, links []core.CaseDuplicate,
) ([]core.Instance, error) {
	var missing []uuid.UUID
	for _, l := range links {
		other := l.Original
		if other == own {
			other = l.Case
		}
		if !slices.ContainsFunc(list, func(i core.Instance) bool { return i.ID == other }) {
			missing = append(missing, other)
		}
	}
	if len(missing) == 0 {
		return list, nil
	}
	more, err := tx.CasesIn(ctx, scope, missing, a.User)
	return append(list, more...), err
}

func (s *Service) relate(
	v View, list []core.Instance, links []core.CaseDuplicate,
) ([]Related, error) {
	own := v.Instance.ID
	var linked, others []Related
	for _, inst := range list {
		d, err := s.Catalogue.App(inst.AppRef)
		if err != nil {
			continue
		}
		r := Related{
			Instance: inst, App: d,
			Original:  slices.Contains(links, core.CaseDuplicate{Case: own, Original: inst.ID}),
			Duplicate: slices.Contains(links, core.CaseDuplicate{Case: inst.ID, Original: own}),
		}
		if r.Original || r.Duplicate {
			linked = append(linked, r)
			continue
		}
		r.Like = like(d, v.Instance, inst)
		others = append(others, r)
	}
	return append(linked, others...), nil
}

// like tells whether two of an applicant's cases may be the same: both open, of the same app, near in
// time, and of much the same title. Where neither has a title, the app's data fields are to be alike.
func like(d *app.Definition, one, other core.Instance) Likeness {
	const day = 24 * time.Hour
	if one.AppRef != other.AppRef || one.Process.Ended != nil || other.Process.Ended != nil ||
		one.Submitted == nil || other.Submitted == nil ||
		one.Submitted.Sub(*other.Submitted).Abs() > likeDays*day {
		return LikeNot
	}
	if one.Title == "" && other.Title == "" {
		if sameData(d, one, other) {
			return LikeContent
		}
		return LikeNot
	}
	if casequery.Alike(one.Title, other.Title) {
		return LikeTitle
	}
	return LikeNot
}

// sameData tells whether the data fields say the same in two cases, and say something.
func sameData(d *app.Definition, one, other core.Instance) bool {
	some := false
	for _, f := range d.Meta.Data {
		if one.DataValues[f.ID] != other.DataValues[f.ID] {
			return false
		}
		some = some || one.DataValues[f.ID] != ""
	}
	return some
}

// MarkDuplicate links a case to another of the same applicant's that it is the same as. Neither is
// changed by it, and none is ended. The actor needs the right to take the case, and to read the
// other one: what they may not see is fault.Invalid, as what is not there.
func (s *Service) MarkDuplicate(
	ctx context.Context, a core.Actor, ref core.InstanceRef, of uuid.UUID,
) error {
	change := CaseChange{Ref: ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionTake, func(tx *store.Tx, v *View) error {
		other, err := s.original(ctx, tx, a, *v, of)
		if err != nil {
			return err
		}
		links, err := tx.Duplicates(ctx, ref)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			return fault.New(fault.Invalid, "fault.duplicate_linked")
		}
		if err := tx.AddDuplicate(ctx, ref, of, a.User); err != nil {
			return err
		}
		linkLines(tx, a, core.ActDuplicate, *v, other)
		return nil
	})
	return err
}

// original gives the case that another is to be linked to.
func (s *Service) original(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, of uuid.UUID,
) (core.Instance, error) {
	none := fault.New(fault.Invalid, "fault.no_duplicate")
	scope, err := s.Access.ScopeOf(ctx, tx, a, v.Instance.Owner)
	if err != nil {
		return core.Instance{}, err
	}
	list, err := tx.CasesIn(ctx, scope, []uuid.UUID{of}, a.User)
	if err != nil {
		return core.Instance{}, err
	}
	applicant := v.Instance.Began().Owner
	if len(list) == 0 || of == v.Instance.ID || applicant == v.Instance.Owner ||
		list[0].Began().Owner != applicant {
		return core.Instance{}, none
	}
	links, err := tx.Duplicates(ctx, list[0].InstanceRef)
	if err == nil && slices.ContainsFunc(links, func(l core.CaseDuplicate) bool { return l.Case == of }) {
		// What is a duplicate itself is not what others are linked to.
		err = none
	}
	return list[0], err
}

// UnmarkDuplicate takes such a link away.
func (s *Service) UnmarkDuplicate(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	change := CaseChange{Ref: ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionTake, func(tx *store.Tx, v *View) error {
		return unlink(ctx, tx, a, v)
	})
	return err
}

func unlink(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	links, err := tx.Duplicates(ctx, v.Instance.InstanceRef)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Case == v.Instance.ID {
			ref, err := tx.CaseRef(ctx, v.Instance.Owner, l.Original)
			if err != nil {
				return err
			}
			linkLines(tx, a, core.ActUnduplicate, *v, core.Instance{InstanceRef: ref})
			return tx.RemoveDuplicate(ctx, v.Instance.InstanceRef)
		}
	}
	return changed()
}

// linkLines tells of a link in the log of both cases.
func linkLines(tx *store.Tx, a core.Actor, act string, v View, other core.Instance) {
	audit(tx, a, act, v, map[string]string{"of": other.ID.String()})
	e := access.NewEvent(a, act, other.Owner)
	e.App, e.Instance, e.Task = other.AppRef, other.ID, other.Process.Task
	e.Purpose, e.Detail = v.Permit.Role, map[string]string{"by": v.Instance.ID.String()}
	tx.Audit(e)
}
