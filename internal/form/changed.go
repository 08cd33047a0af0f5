package form

import (
	"slices"

	"stafett/internal/app"
)

// ChangedQuestions gives the questions of a task's form that an earlier version of the app did not
// ask, or asked in other words, of another kind or with other choices, in the order of the pages.
func ChangedQuestions(before, now *app.Definition, task string, in Input) []string {
	asked := questionsOf(before, task, in)
	var out []string
	for _, q := range questionsOf(now, task, in) {
		same := slices.ContainsFunc(asked, func(old askedFor) bool {
			return old.field == q.field && old.title == q.title && old.kind == q.kind &&
				slices.Equal(old.options, q.options)
		})
		if !same && q.title != "" {
			out = append(out, q.title)
		}
	}
	return out
}

// askedFor is how a field is asked for.
type askedFor struct {
	field       app.Binding
	kind, title string
	options     []string
}

func questionsOf(d *app.Definition, task string, in Input) []askedFor {
	set := d.SetFor(task)
	if set == nil {
		return nil
	}
	v := newView(d, set, &in)
	var out []askedFor
	for _, p := range set.Pages {
		for c := range p.All {
			if !c.Question() || c.Source.Field == "" {
				continue
			}
			q := askedFor{
				field: app.Binding{DataType: c.Source.DataType, Field: c.Source.Field},
				kind:  string(c.Type), title: v.question(c),
			}
			if choice, ok := c.Props.(*app.ChoiceProps); ok && choice.Source == nil {
				for _, o := range v.options(c) {
					q.options = append(q.options, o.Value+"="+o.Label)
				}
			}
			out = append(out, q)
		}
	}
	return out
}
