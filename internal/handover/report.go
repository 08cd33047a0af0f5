package handover

import (
	"context"
	"fmt"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/store"
)

// report plans what the instance tells the one that it came from. Its texts are the app's own,
// without variables: nothing that a caseworker has written can be in them.
func (s *Service) report(ctx context.Context, tx *store.Tx, src Source, m app.Moment) error {
	from := src.Input.Instance.Source
	if from == nil {
		return nil
	}
	for _, r := range src.App.Reports {
		if !r.On.Fits(m) {
			continue
		}
		src := src.of(&app.Handover{On: r.On})
		wanted, err := holds(r.When, form.Context(src.App, src.Set, src.Input, nil))
		if err != nil {
			return fmt.Errorf("%s: when: %w", r.ID, err)
		}
		if !wanted {
			continue
		}
		if err := s.planReport(ctx, tx, src, r, m); err != nil {
			return fmt.Errorf("%s: %w", r.ID, err)
		}
	}
	return nil
}

func (s *Service) planReport(
	ctx context.Context, tx *store.Tx, src Source, r app.Report, m app.Moment,
) error {
	inst := src.Input.Instance
	owner, err := tx.Party(ctx, inst.Source.Owner)
	if err != nil {
		return fmt.Errorf("owner of the source: %w", err)
	}
	moment, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	told := core.Report{Moment: moment, Substatus: substatus(src.App, inst.Language, r)}
	told.Ended = m.ProcessEnd
	if r.ExpectedInDays > 0 {
		told.Expected = new(moment.AddDate(0, 0, r.ExpectedInDays))
	}
	return s.add(ctx, tx, core.Delivery{
		Kind: core.DeliveryReports, Source: inst.InstanceRef, Handover: r.ID, To: inst.Source.AppRef,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber, Reference: inst.Reference,
		Round: inst.Version,
	}, core.Frozen{Into: inst.Source, Report: &told, Submitted: moment, Language: inst.Language})
}

// substatus gives a report's texts in every language that the app has.
func substatus(d *app.Definition, language string, r app.Report) core.Substatus {
	in := func(lang string) core.SubstatusText {
		t := core.SubstatusText{Label: d.Texts.Resolve(lang, r.Substatus.Label, nil)}
		if r.Substatus.Description != "" {
			t.Description = d.Texts.Resolve(lang, r.Substatus.Description, nil)
		}
		return t
	}
	own := in(language)
	out := core.Substatus{
		Label: own.Label, Description: own.Description, Texts: map[string]core.SubstatusText{},
	}
	for _, lang := range d.Texts.Languages() {
		out.Texts[lang] = in(lang)
	}
	return out
}
