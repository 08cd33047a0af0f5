package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
)

// Failure is an expectation that did not come true.
type Failure struct {
	app.Place
	Expected, Got string
	// Hint is the closest thing that may explain it; empty for none.
	Hint string
}

// Result is what came of a scenario.
type Result struct {
	// Expectations are how many were looked at; a step that is to be done is one.
	Expectations int
	Failures     []Failure
}

// Stage is what a scenario is played with.
type Stage struct {
	// Org is the organisation whose app has the scenario.
	Org    string
	Apps   Apps
	People People
	World  World
	Now    time.Time
}

// Play plays a scenario from its first step to its last, or to a step that cannot be taken.
func (s Stage) Play(one *app.Scenario) Result {
	p := play{Stage: s, called: map[string]uuid.UUID{}}
	for _, a := range one.Steps {
		if !p.act(a) {
			break
		}
	}
	return p.Result
}

// play is one scenario under way.
type play struct {
	Stage
	Result
	// seen is what there is, after the step that was taken last.
	seen   []Seen
	called map[string]uuid.UUID
}

func (p *play) fail(at app.Place, expected, got, hint string) {
	p.Failures = append(p.Failures, Failure{at, expected, got, hint})
}

// done is what an act came to.
type done struct {
	at     uuid.UUID
	issues []form.Issue
	err    error
}

// act takes one step and looks at what came of it; false when the scenario cannot go on.
func (p *play) act(a *app.Act) bool {
	actor, err := p.People.actor(a.Who, p.Org)
	if err != nil {
		p.fail(a.Who.Place, "somebody who takes the step", err.Error(), "")
		return false
	}
	if a.For != "" {
		party, ok := p.People.named(a.For)
		if !ok {
			p.fail(a.Place, "somebody to act for", "there is no "+a.For, "")
			return false
		}
		actor.Party = party.ID
	}
	before := p.seen
	came := p.take(a, actor)
	if p.seen, err = p.World.Seen(); err != nil {
		p.fail(a.Place, "the step is done", err.Error(), "")
		return false
	}
	if a.Call != "" {
		p.called[a.Call] = came.at
	}
	if !p.outcome(a, came) {
		return false
	}
	p.made(a, before, came.at)
	for _, sight := range a.Expect.Then {
		p.sight(sight, p.byName(sight.At))
	}
	return true
}

// take does what the step says, as far as it goes.
func (p *play) take(a *app.Act, actor core.Actor) done {
	var d done
	if a.At == "" {
		if d.at, d.err = p.World.Start(actor, a.Start, a.Language); d.err != nil {
			return d
		}
	} else if inst := p.byName(a.At); inst != nil {
		d.at = inst.Instance.ID
	} else {
		d.err = fmt.Errorf("there is no instance %s", a.At)
		return d
	}
	fill := a.Fill
	fill.Answers = slices.Clone(fill.Answers)
	for i, answer := range fill.Answers {
		values := slices.Clone(answer.Values)
		for j := range values {
			values[j] = dated(values[j], p.Now)
		}
		fill.Answers[i].Values = values
	}
	if len(fill.Answers)+len(fill.Rows)+len(fill.Files) > 0 {
		if d.issues, d.err = p.World.Fill(actor, d.at, a.Language, fill); d.err != nil {
			return d
		}
	}
	if a.Do == "" || len(d.issues) > 0 {
		return d
	}
	d.issues, d.err = p.World.Do(actor, d.at, a.Language, a.Do)
	return d
}

// byName gives an instance by what it was called, or the newest of an app; nil for none.
func (p *play) byName(name string) *Seen {
	id, called := p.called[name]
	for i := range slices.Backward(p.seen) {
		inst := &p.seen[i]
		if called && inst.Instance.ID == id || !called && inst.Instance.AppRef.String() == name {
			return inst
		}
	}
	return nil
}

// outcome compares whether the step was done, stopped or forbidden with what is expected; false
// when the story has gone another way, so that nothing after it means anything.
func (p *play) outcome(a *app.Act, came done) bool {
	p.Expectations++
	if fault.Is(came.err, fault.Forbidden) && isRefusal(came.err) {
		if a.Expect.Forbidden {
			return true
		}
		p.fail(a.Place, p.stepText(a)+" is done", whoText(a.Who)+" may not", p.openTo(a))
		return false
	}
	if unanswered, ok := errors.AsType[*Unanswered](came.err); ok {
		if a.Expect.Unasked {
			return true
		}
		p.fail(unanswered.Place, "a question takes the answer to "+unanswered.Path,
			"none does", unanswered.Why)
		return false
	}
	if came.err != nil {
		p.fail(a.Place, p.stepText(a)+" is done", came.err.Error(), "")
		return false
	}
	if a.Expect.Forbidden {
		p.fail(a.Place, whoText(a.Who)+" may not take the step", "it was taken", "")
		return false
	}
	if a.Expect.Unasked {
		p.fail(a.Place, "no question takes one of the answers", "all were taken", "")
		return false
	}
	return p.stopped(a, came.issues)
}

// isRefusal tells a person's refusal from that of an organisation further on.
func isRefusal(err error) bool {
	_, handedOver := errors.AsType[*lost](err)
	return !handedOver
}

// stopped compares the issues that stopped the step with those that are expected.
func (p *play) stopped(a *app.Act, issues []form.Issue) bool {
	if len(a.Expect.Refused) == 0 {
		if len(issues) > 0 {
			p.fail(a.Place, p.stepText(a)+" is done", "it is stopped: "+issueText(issues), "")
		}
		return len(issues) == 0
	}
	ok := true
	for _, want := range a.Expect.Refused {
		p.Expectations++
		i := slices.IndexFunc(issues, func(i form.Issue) bool {
			return i.Path == want.Field && strings.Contains(i.Message, want.Says)
		})
		if i < 0 {
			ok = false
			p.fail(want.Place, "the step is stopped at "+want.Field+saying(want.Says),
				issueText(issues), "")
		}
	}
	for _, issue := range issues {
		if !slices.ContainsFunc(a.Expect.Refused, func(r app.Refused) bool {
			return r.Field == issue.Path
		}) {
			ok = false
			p.fail(a.Place, "nothing else stops the step",
				issueText([]form.Issue{issue}), "add it to refused, or answer it")
		}
	}
	return ok
}

func saying(words string) string {
	if words == "" {
		return ""
	}
	return fmt.Sprintf(", saying %q", words)
}

func issueText(issues []form.Issue) string {
	if len(issues) == 0 {
		return "nothing stops it"
	}
	words := make([]string, len(issues))
	for i, issue := range issues {
		words[i] = issue.Path + ": " + issue.Message
	}
	return strings.Join(words, "; ")
}

func (p *play) stepText(a *app.Act) string {
	what := a.At
	if what == "" {
		what = a.Start.String()
	}
	if a.Do == "" {
		return "filling in " + what
	}
	return a.Do + " on " + what
}

// made compares the instances that came into being with those that are expected, in order.
func (p *play) made(a *app.Act, before []Seen, own uuid.UUID) {
	if a.Expect.Makes == nil {
		return
	}
	p.Expectations++
	var fresh []*Seen
	for i := range p.seen {
		id := p.seen[i].Instance.ID
		old := slices.ContainsFunc(before, func(s Seen) bool { return s.Instance.ID == id })
		if !old && id != own {
			fresh = append(fresh, &p.seen[i])
		}
	}
	for _, sight := range *a.Expect.Makes {
		i := slices.IndexFunc(fresh, func(s *Seen) bool { return s.Instance.AppRef == sight.App })
		if i < 0 {
			p.fail(sight.Place, "a "+sight.App.String()+" comes into being", "none does",
				p.whyNotMade(a, sight.App))
			continue
		}
		if sight.Call != "" {
			p.called[sight.Call] = fresh[i].Instance.ID
		}
		p.sight(sight, fresh[i])
		fresh = slices.Delete(fresh, i, i+1)
	}
	for _, s := range fresh {
		p.fail(a.Place, "nothing else comes into being", "a "+s.Instance.AppRef.String()+" does",
			"add it to makes")
	}
}
