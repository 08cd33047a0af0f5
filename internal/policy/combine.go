package policy

import "strings"

// algorithm is a way to make one answer of many (XACML 3.0 appendix C).
type algorithm uint8

const (
	denyOverrides algorithm = iota
	permitOverrides
	firstApplicable
	denyUnlessPermit
	permitUnlessDeny
	onlyOneApplicable
)

var algorithms = map[string]algorithm{
	"deny-overrides": denyOverrides, "ordered-deny-overrides": denyOverrides,
	"permit-overrides": permitOverrides, "ordered-permit-overrides": permitOverrides,
	"first-applicable":   firstApplicable,
	"deny-unless-permit": denyUnlessPermit, "permit-unless-deny": permitUnlessDeny,
	"only-one-applicable": onlyOneApplicable,
}

// algorithmOf gives the algorithm with the id; of is rule or policy. What came with version 1.0
// differs from 3.0's of the same name only in how Indeterminate is weighed, and 3.0's is used.
func algorithmOf(id, of string) (algorithm, bool) {
	for _, version := range []string{"3.0", "1.1", "1.0"} {
		prefix := "urn:oasis:names:tc:xacml:" + version + ":" + of + "-combining-algorithm:"
		if name, ok := strings.CutPrefix(id, prefix); ok {
			a, known := algorithms[name]
			return a, known && (of == "policy" || a != onlyOneApplicable)
		}
	}
	return 0, false
}

func (p *Policy) len() int { return max(len(p.rules), len(p.members)) }

// child evaluates the rule or the member.
func (e *evaluation) child(p *Policy, i int) verdict {
	if len(p.members) > 0 {
		return e.policy(p.members[i])
	}
	return e.rule(&p.rules[i])
}

func (e *evaluation) combine(p *Policy) verdict {
	switch p.combining {
	case permitOverrides:
		return e.overrides(p, permit)
	case firstApplicable:
		return e.first(p)
	case denyUnlessPermit:
		return e.unless(p, permit, deny)
	case permitUnlessDeny:
		return e.unless(p, deny, permit)
	case onlyOneApplicable:
		return e.onlyOne(p)
	}
	return e.overrides(p, deny)
}

// overrides is deny-overrides and permit-overrides (C.2, C.4): the winner beats all; one that
// might have won beats the other answer; one that might only have been the other does not.
func (e *evaluation) overrides(p *Policy, winner verdict) verdict {
	loser, mayWin, mayLose := permit, maybeDeny, maybePermit
	if winner == permit {
		loser, mayWin, mayLose = deny, maybePermit, maybeDeny
	}
	var lost, couldWin, couldLose, could bool
	var because *rule
	for i := range p.len() {
		switch v := e.child(p, i); v {
		case winner:
			return winner
		case loser:
			if !lost {
				lost, because = true, e.because
			}
		case mayWin:
			couldWin = true
		case mayLose:
			couldLose = true
		case maybeBoth:
			could = true
		}
	}
	e.because = because
	switch {
	case could || couldWin && (couldLose || lost):
		return maybeBoth
	case couldWin:
		return mayWin
	case lost:
		return loser
	case couldLose:
		return mayLose
	}
	return notApplicable
}

func (e *evaluation) first(p *Policy) verdict {
	for i := range p.len() {
		if v := e.child(p, i); v != notApplicable {
			return v
		}
	}
	return notApplicable
}

// unless is deny-unless-permit and permit-unless-deny (C.6, C.7): never Indeterminate.
func (e *evaluation) unless(p *Policy, wanted, otherwise verdict) verdict {
	var because *rule
	for i := range p.len() {
		v := e.child(p, i)
		if v == wanted {
			return v
		}
		if v == otherwise && because == nil {
			because = e.because
		}
	}
	e.because = because
	return otherwise
}

// onlyOne is only-one-applicable (C.9): which policy applies is told by its target alone.
func (e *evaluation) onlyOne(p *Policy) verdict {
	var chosen *Policy
	for _, member := range p.members {
		switch member.target.fits(e) {
		case unknown:
			return maybeBoth
		case yes:
			if chosen != nil {
				e.fail(StatusProcessingError, "more than one policy applies")
				return maybeBoth
			}
			chosen = member
		}
	}
	if chosen == nil {
		return notApplicable
	}
	return e.policy(chosen)
}
