package instance

import (
	"context"
	"maps"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/handover"
	"stafett/store"
)

// SetSubstatus tells in a few words how an instance goes: for the system of the app's own
// organisation. It may come after the process has ended.
func (s *Service) SetSubstatus(
	ctx context.Context, a core.Actor, ref core.InstanceRef, sub core.Substatus,
) error {
	if sub.Label = strings.TrimSpace(sub.Label); sub.Label == "" || len(sub.Label) > maxLabel ||
		len(sub.Description) > maxDescription {
		return fault.New(fault.Malformed, "fault.substatus", maxLabel, maxDescription)
	}
	return s.act(ctx, a, ref, access.ActionWrite, core.ActSubstatus,
		func(tx *store.Tx, v *View) error {
			v.Instance.Substatus = &sub
			return tx.UpdateInstance(ctx, &v.Instance)
		})
}

// The longest substatus, in bytes.
const (
	maxLabel       = 100
	maxDescription = 1000
)

// Complete notes that the organisation's system is done with an instance; to say it again
// changes nothing.
func (s *Service) Complete(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	return s.act(ctx, a, ref, access.ActionComplete, core.ActComplete,
		func(tx *store.Tx, _ *View) error { return tx.Confirm(ctx, ref.ID, a.Org) })
}

// SetDataValues changes free key-values of an instance; a nil value takes its key away. Those
// that a handover sets are not to be changed: retries look for them.
func (s *Service) SetDataValues(
	ctx context.Context, a core.Actor, ref core.InstanceRef, values map[string]*string,
) error {
	reserved := []string{handover.ValueReference, handover.ValueSource, handover.ValueSourceApp,
		handover.ValueSubmitted, handover.ValueLanguage, handover.ValueDelivery}
	for name, value := range values {
		if name == "" || len(name) > maxLabel || value != nil && len(*value) > maxDescription ||
			slices.Contains(reserved, name) {
			return fault.New(fault.Malformed, "fault.data_values")
		}
	}
	return s.act(ctx, a, ref, access.ActionWrite, core.ActValues,
		func(tx *store.Tx, v *View) error {
			all := maps.Clone(v.Instance.DataValues)
			if all == nil {
				all = map[string]string{}
			}
			for name, value := range values {
				if delete(all, name); value != nil {
					all[name] = *value
				}
			}
			if len(all) > maxValues {
				return fault.New(fault.Malformed, "fault.data_values")
			}
			v.Instance.DataValues = all
			return tx.UpdateInstance(ctx, &v.Instance)
		})
}

// maxValues is how many data values an instance may have.
const maxValues = 100

// SetPresentation changes what lists show of an instance: its title and its applicant, until the
// form's own fields say otherwise at the next write.
func (s *Service) SetPresentation(
	ctx context.Context, a core.Actor, ref core.InstanceRef, texts map[string]string,
) error {
	for name, value := range texts {
		if name != "title" && name != "applicant" || len(value) > maxDescription {
			return fault.New(fault.Malformed, "fault.presentation")
		}
	}
	return s.act(ctx, a, ref, access.ActionWrite, core.ActValues,
		func(tx *store.Tx, v *View) error {
			if title, ok := texts["title"]; ok {
				v.Instance.Title = title
			}
			if applicant, ok := texts["applicant"]; ok {
				v.Instance.Applicant = applicant
			}
			return tx.UpdateInstance(ctx, &v.Instance)
		})
}

// act opens an instance under its lock for a system, does the thing and writes its audit line.
func (s *Service) act(
	ctx context.Context, a core.Actor, ref core.InstanceRef, action, act string,
	do func(*store.Tx, *View) error,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: action, lock: true})
		if err != nil {
			return err
		}
		if a.Kind != core.ActorOrg || a.Org != ref.Org {
			return access.Refuse(action, ref.AppRef)
		}
		audit(tx, a, act, v, nil)
		return do(tx, &v)
	})
}

// Validate tells what is wrong with an instance's answers in its current task, for a system.
func (s *Service) Validate(
	ctx context.Context, a core.Actor, ref core.InstanceRef, language string,
) (View, []form.Issue, error) {
	v, err := s.Open(ctx, a, ref, language)
	if err != nil || v.Instance.Process.Task == "" {
		return v, nil, err
	}
	return v, form.Validate(v.App, v.Instance.Process.Task, v.Input), nil
}

// Walk moves an instance on in its process for a system, from wherever it stands.
func (s *Service) Walk(
	ctx context.Context, a core.Actor, ref core.InstanceRef, action, language string,
) (View, error) {
	v, err := s.Open(ctx, a, ref, language)
	if err != nil {
		return v, err
	}
	if v.Instance.Process.Task == "" {
		return v, fault.New(fault.Conflict, "fault.process_ended")
	}
	v, _, err = s.Next(ctx, a, Step{
		Ref: ref, Task: v.Instance.Process.Task, Version: v.Instance.Version, Action: action,
		Language: language,
	})
	return v, err
}

// History gives an instance's audit lines, newest first, for a system that may read it.
func (s *Service) History(
	ctx context.Context, a core.Actor, ref core.InstanceRef,
) (View, []core.Event, error) {
	var v View
	var list []core.Event
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if v, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
			return err
		}
		audit(tx, a, core.ActRead, v, nil)
		list, err = tx.Events(ctx, ref.ID, historyLength)
		return err
	})
	return v, list, err
}

// Confirmations gives whose systems are done with the instance of a view.
func (s *Service) Confirmations(
	ctx context.Context, a core.Actor, v View,
) ([]core.Confirmation, error) {
	var list []core.Confirmation
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		all, err := tx.ConfirmationsOf(ctx, v.Instance.ID)
		list = all[v.Instance.ID]
		return err
	})
	return list, err
}
