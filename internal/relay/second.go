package relay

import (
	"fmt"

	"stafett/internal/app"
	"stafett/internal/form"
)

// SecondPerson gives the rule by which somebody else than who prepared it must complete the task;
// nil when none holds for it.
func (src Source) SecondPerson(task string) (*app.SecondPerson, error) {
	for i, rule := range src.App.SecondPersons {
		if rule.Task != task {
			continue
		}
		src := src.of(&app.Handover{On: app.On{TaskEnd: task}})
		holds, err := holds(rule.When, form.Context(src.App, src.Set, src.Input, nil))
		if err != nil {
			return nil, fmt.Errorf("second person in %s: %w", task, err)
		}
		if holds {
			return &src.App.SecondPersons[i], nil
		}
	}
	return nil, nil
}
