package instance

import (
	"stafett/internal/core"
	"stafett/internal/relay"
)

// Follows is what follows from an action where an instance stands, as far as the process and the
// answers say it now.
type Follows struct {
	// Task is where it goes, EndEvent where it ends; neither is known when the answers do not say.
	Task, EndEvent string
	// Sends are the apps that something is handed over to, Applicant those whose instance is the
	// applicant's own.
	Sends, Applicant []core.AppRef
	// Told are the statuses that the applicant is told of.
	Told []string
	// Second tells that somebody else than who prepared it must take the next step.
	Second bool
}

// Mild tells that nothing leaves the house and nothing ends: the case stands in another task.
func (f Follows) Mild() bool {
	return f.Task != "" && len(f.Sends)+len(f.Applicant) == 0
}

// Follows tells what the action leads to; the task's own way on is ActionNext.
func (v View) Follows(action string) Follows {
	if action == ActionNext {
		action = ""
	}
	src := v.source()
	to, moment, err := src.Next(action)
	if err != nil {
		// The answers do not say yet which way the process goes.
		return Follows{}
	}
	out := Follows{Task: to.Task, EndEvent: to.EndEvent}
	for _, h := range v.App.Handovers {
		wanted, err := relay.Wanted(src, h)
		if err != nil || !wanted || !h.On.Fits(moment) {
			continue
		}
		if h.Owner.Source {
			out.Applicant = append(out.Applicant, h.To)
		} else {
			out.Sends = append(out.Sends, h.To)
		}
	}
	reports, err := relay.Reports(src, moment)
	if err != nil {
		return out
	}
	for _, r := range reports {
		out.Told = append(out.Told, v.App.Texts.Resolve(v.Input.Language, r.Substatus.Label, nil))
	}
	rule, err := src.SecondPerson(to.Task)
	out.Second = err == nil && rule != nil
	return out
}
