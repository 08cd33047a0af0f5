package relay

import (
	"fmt"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
)

// Reports gives what the moment has the instance tell the one that it came from. What came from
// nowhere tells nothing.
func Reports(src Source, m app.Moment) ([]app.Report, error) {
	if src.Input.Instance.Source == nil {
		return nil, nil
	}
	var out []app.Report
	for _, r := range src.App.Reports {
		if !r.On.Fits(m) {
			continue
		}
		src := src.of(&app.Handover{On: r.On})
		wanted, err := holds(r.When, form.Context(src.App, src.Set, src.Input, nil))
		if err != nil {
			return nil, fmt.Errorf("%s: when: %w", r.ID, err)
		}
		if wanted {
			out = append(out, r)
		}
	}
	return out, nil
}

// Told gives what a report tells at a moment in time. Its texts are the app's own, without
// variables: nothing that a caseworker has written can be in them.
func Told(src Source, r app.Report, m app.Moment, at time.Time) core.Report {
	told := core.Report{
		Moment: at, Substatus: substatus(src.App, src.Input.Instance.Language, r),
	}
	told.Ended = m.ProcessEnd
	if r.ExpectedInDays > 0 {
		told.Expected = new(at.AddDate(0, 0, r.ExpectedInDays))
	}
	return told
}

// Noted gives the substatus of an instance after a report; ok is false for one that is older than
// the last, and was only late: it changes nothing.
func Noted(inst core.Instance, r core.Report) (sub *core.Substatus, ok bool) {
	last := inst.Substatus
	if last != nil && last.Reported != nil && last.Reported.After(r.Moment) {
		return last, false
	}
	r.Reported = &r.Moment
	return &r.Substatus, true
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
