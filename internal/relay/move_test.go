package relay

import (
	"testing"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
)

// TestSends_WhatIsToBeConfirmedIsADraftUntilThen, unless it is handed over already.
func TestSends_WhatIsToBeConfirmedIsADraftUntilThen(t *testing.T) {
	t.Parallel()
	now := time.Now()
	away := []*app.Handover{{On: app.On{TaskEnd: "Task_1"}}}
	cases := map[string]struct {
		task      string
		handovers []*app.Handover
		submitted *time.Time
		abandoned bool
		want      bool
	}{
		"to the end":                       {want: true},
		"to confirmation":                  {task: TaskConfirmation},
		"to confirmation, and handed over": {task: TaskConfirmation, handovers: away, want: true},
		"given up":                         {abandoned: true},
		"sent before":                      {submitted: &now},
	}
	for name, c := range cases {
		inst := core.Instance{Submitted: c.submitted}
		inst.Process.TaskType = c.task
		src := Source{App: &app.Definition{Handovers: c.handovers}, Input: form.Input{Instance: inst}}
		if got := src.Sends(app.Moment{TaskEnd: "Task_1", Abandoned: c.abandoned}); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	t.Logf("checked %d moves", len(cases))
}
