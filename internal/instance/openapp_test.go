package instance_test

import (
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/solutiontest"
)

// TestOpen_APersonWhomThePolicyNamesNeedsNoRole has the database's belt know of it: it goes by
// roles otherwise.
func TestOpen_APersonWhomThePolicyNamesNeedsNoRole(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	opens := func(who core.PartyID) bool {
		_, err := s.Instances.Open(t.Context(), s.Person(who), inst.InstanceRef, "nb")
		return err == nil
	}
	if opens(solutiontest.Siri) {
		t.Fatal("she is let in without a role")
	}
	files := solutionFiles(t)
	name := "nordvik/stottesak/config/authorization/policy.xml"
	named := strings.NewReplacer("urn:altinn:rolecode", "urn:altinn:userid", "nordvik-kultur", "50008")
	files[name].Data = []byte(named.Replace(string(files[name].Data)))
	s.Put(t, files)
	inst = s.CaseOf(t, "Kino")
	if !opens(solutiontest.Siri) {
		t.Error("whom the policy names is kept out")
	}
	if opens(solutiontest.Ola) || opens(solutiontest.Ingrid) {
		t.Error("the policy names one person, and lets in another")
	}
}
