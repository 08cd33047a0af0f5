package policy

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The model is FORMAT.md 3.3 written down a second time, over the shape of the file and not
// over compiled rules, and without MustBePresent.
type (
	modelMatch struct{ category, attribute, value string }
	modelAllOf []modelMatch
	modelAnyOf []modelAllOf
)

// modelFits: some AllOf in some AnyOf has matches of the category, and all of them fit; or no
// AllOf has any.
func modelFits(target []modelAnyOf, category string, values map[string][]string) bool {
	named := false
	for _, any := range target {
		for _, all := range any {
			count, fitting := 0, 0
			for _, match := range all {
				if match.category != category {
					continue
				}
				count++
				for _, v := range values[match.attribute] {
					if v == match.value {
						fitting++
						break
					}
				}
			}
			named = named || count > 0
			if count > 0 && count == fitting {
				return true
			}
		}
	}
	return !named
}

func TestDecide_AgreesWithTheModel(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const policies, requests = 2000, 10
	permits := 0
	for range policies {
		target := randomTarget(random)
		p := parse(t, rules("r", "Permit", xmlOf(target)...))
		for range requests {
			r := randomRequest(random)
			want := NotApplicable
			if modelFits(target, subjects, r.Subject) && modelFits(target, things, r.Resource) &&
				modelFits(target, acts, bag(attrAction, r.Action)) {
				want = Permit
				permits++
			}
			if got := Decide(p, r); got.Effect != want {
				t.Fatalf("%v on %v: got %v, want %v", r, target, got.Effect, want)
			}
		}
	}
	t.Logf("%d decisions, %d of them permits", policies*requests, permits)
	if permits < 1000 {
		t.Error("too few permits for the comparison to mean anything")
	}
}

func randomTarget(random *rand.Rand) []modelAnyOf {
	vocabulary := []modelMatch{
		{subjects, AttrRoleCode, "1"}, {subjects, AttrRoleCode, "2"}, {subjects, AttrOrg, "1"},
		{things, AttrOrg, "1"}, {things, AttrTask, "1"}, {things, AttrTask, "2"},
		{acts, attrAction, "1"}, {acts, attrAction, "2"},
	}
	target := make([]modelAnyOf, random.IntN(5))
	for i := range target {
		target[i] = make(modelAnyOf, 1+random.IntN(3))
		for j := range target[i] {
			for range 1 + random.IntN(3) {
				target[i][j] = append(target[i][j], vocabulary[random.IntN(len(vocabulary))])
			}
		}
	}
	return target
}

func xmlOf(target []modelAnyOf) []string {
	var out []string
	for _, any := range target {
		var alls []string
		for _, all := range any {
			var matches []string
			for _, x := range all {
				matches = append(matches, m(equal, x.category, x.attribute, x.value, false))
			}
			alls = append(alls, allOf(matches...))
		}
		out = append(out, anyOf(alls...))
	}
	return out
}

func randomRequest(random *rand.Rand) Request {
	values := func(attributes ...string) map[string][]string {
		b := map[string][]string{}
		for _, a := range attributes {
			for range random.IntN(3) {
				b[a] = append(b[a], fmt.Sprint(1+random.IntN(2)))
			}
		}
		return b
	}
	action := fmt.Sprint(random.IntN(3))
	return Request{values(AttrRoleCode, AttrOrg), values(AttrOrg, AttrTask), action}
}
