package register_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stafett/apps"
	"stafett/internal/core"
	"stafett/internal/register"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

func load(text string) (*register.Register, error) {
	return register.Load(fstest.MapFS{"register.json": {Data: []byte(text)}}, "register.json")
}

const (
	kari    = `{"id":1,"kind":"person","name":"Kari Solbakken","number":"14827941388"}`
	nordvik = `{"id":2,"kind":"organisation","name":"Nordvik kommune","number":"310246816"}`
)

func TestLoad_RefusesBadFiles(t *testing.T) {
	t.Parallel()
	both := `{"parties":[` + kari + `,` + nordvik + `]`
	if _, err := load(both + `}`); err != nil {
		t.Fatalf("a good file: %v", err)
	}
	cases := map[string]string{
		"no JSON":              `parties`,
		"empty":                ``,
		"cut":                  both,
		"unknown key":          both + `,"partys":[]}`,
		"unknown key inside":   `{"parties":[{"id":1,"kind":"person","name":"K","number":"14827941388","nummer":"1"}]}`,
		"wrong type":           `{"parties":[{"id":"1"}]}`,
		"no id":                strings.Replace(both, `"id":1,`, ``, 1) + `}`,
		"negative id":          strings.Replace(both, `"id":1,`, `"id":-1,`, 1) + `}`,
		"same id twice":        strings.Replace(both, `"id":2`, `"id":1`, 1) + `}`,
		"no name":              strings.Replace(both, `Kari Solbakken`, ``, 1) + `}`,
		"person number":        strings.Replace(both, `14827941388`, `14827941389`, 1) + `}`,
		"organisation number":  strings.Replace(both, `310246816`, `310246817`, 1) + `}`,
		"numbers swapped":      `{"parties":[{"id":1,"kind":"person","name":"K","number":"310246816"}]}`,
		"unknown kind":         strings.Replace(both, `"organisation"`, `"kommune"`, 1) + `}`,
		"role of nobody":       both + `,"roles":[{"person":9,"party":2,"role":"HADM"}]}`,
		"role at nobody":       both + `,"roles":[{"person":1,"party":9,"role":"HADM"}]}`,
		"role without a code":  both + `,"roles":[{"person":1,"party":2,"role":""}]}`,
		"grant by nobody":      both + `,"grants":[{"person":1,"party":2,"role":"x","grantedBy":9,"reason":"r"}]}`,
		"grant without reason": both + `,"grants":[{"person":1,"party":2,"role":"x","grantedBy":1}]}`,
		"grant to nobody":      both + `,"grants":[{"person":9,"party":2,"role":"x","grantedBy":1,"reason":"r"}]}`,
		"grant without a role": both + `,"grants":[{"person":1,"party":2,"grantedBy":1,"reason":"r"}]}`,
		"grant to a party":     both + `,"grants":[{"person":2,"party":2,"role":"x","grantedBy":1,"reason":"r"}]}`,
		"role of a party":      both + `,"roles":[{"person":2,"party":2,"role":"HADM"}]}`,
		"kind of nothing":      strings.Replace(both, `"person"`, `"human"`, 1) + `}`,
		"org of a person": strings.Replace(both, `"name":"Kari`, `"org":"kari","name":"Kari`,
			1) + `}`,
		"more after the end": both + `} {}`,
	}
	for name, text := range cases {
		r, err := load(text)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if strings.Contains(err.Error(), "14827941388") || strings.Contains(err.Error(), "Solbakken") {
			t.Errorf("%s: the error holds a person: %v", name, err)
		}
		if r != nil {
			t.Errorf("%s: a register came with the error", name)
		}
	}
	t.Logf("checked %d files", len(cases))
	if _, err := register.Load(fstest.MapFS{}, "register.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestSeed_AgainChangesNothingAndBringsNoWithdrawnRoleBack(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	parties, grants := s.Count(t, "party", "true"), s.Count(t, "role_grant", "true")
	if parties != len(s.Register.Parties) || grants != len(s.Register.Roles)+len(s.Register.Grants) {
		t.Errorf("%d parties and %d grants were seeded", parties, grants)
	}
	storetest.Exec(t, s.Database, "UPDATE role_grant SET withdrawn_at = now(), withdrawn_by = $2 "+
		"WHERE person = $1", solutiontest.Ingrid, solutiontest.Tor)
	if err := s.Register.Seed(t.Context(), s.Store, time.Now()); err != nil {
		t.Fatal(err)
	}
	if p, g := s.Count(t, "party", "true"), s.Count(t, "role_grant",
		"true"); p != parties || g != grants {
		t.Errorf("after a second seed there are %d parties and %d grants", p, g)
	}
	var roles []core.Grant
	s.Tx(t, func(tx *store.Tx) error {
		var err error
		roles, err = tx.RolesOf(t.Context(), solutiontest.Ingrid, solutiontest.Nordvik)
		return err
	})
	if len(roles) != 0 {
		t.Error("a withdrawn role came back")
	}
}

func TestSeed_GrantsEndAfterAYearAndRegisterRolesDoNot(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	n := s.Count(t, "role_grant", "source = 'granted' AND reason <> '' AND granted_by IS NOT NULL "+
		"AND valid_to BETWEEN now() + interval '364 days' AND now() + interval '367 days'")
	if n != len(s.Register.Grants) {
		t.Errorf("%d grants end in a year, want %d", n, len(s.Register.Grants))
	}
	if n := s.Count(t, "role_grant",
		"source = 'register' AND valid_to IS NULL"); n != len(s.Register.Roles) {
		t.Errorf("%d register roles are without end, want %d", n, len(s.Register.Roles))
	}
}

func TestRegister_OfTheExampleNamesPersonsAndServiceOwners(t *testing.T) {
	t.Parallel()
	r, err := register.Load(apps.FS, "register.json")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Persons()); n != 10 {
		t.Errorf("%d persons, want 10", n)
	}
	var owners []string
	for _, p := range r.ServiceOwners() {
		owners = append(owners, p.Org+" "+p.Number)
	}
	if got := strings.Join(owners, ", "); got != "nordvik 310246816, sorvik 311357921" {
		t.Errorf("service owners %s", got)
	}
}
