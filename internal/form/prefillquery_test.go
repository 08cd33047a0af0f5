package form

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
)

func TestCheckQuery(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	tests := []struct {
		name  string
		query map[string]string
		want  string
	}{
		{"nothing", nil, ""},
		{"what the file names", map[string]string{"omrade": "nord", "deltakere": "40"}, ""},
		{"nothing said", map[string]string{"omrade": ""}, ""},
		{"what mailings add", map[string]string{"utm_source": "brev", "fbclid": "x"}, ""},
		{"a path of the model", map[string]string{"tiltak.navn": "Leir"}, "tiltak.navn unknown"},
		{"other letters", map[string]string{"Omrade": "nord"}, "Omrade unknown"},
		{"no number", map[string]string{"deltakere": "mange"}, "deltakere type"},
		{"too small", map[string]string{"deltakere": "-1"}, "deltakere minimum"},
		{"several", map[string]string{"by": "x", "deltakere": "mange"}, "by unknown, deltakere type"},
		{"a person's number", map[string]string{"navn": "14827941388"}, "navn personal"},
		{"one that is set apart", map[string]string{"navn": "148279 41388"}, "navn personal"},
		{"one under an unknown name", map[string]string{"fnr": "14827941388"}, "fnr personal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := CheckQuery(d, tt.query)
			_, made := Prefilled(d, "soknad", input(t, `{}`), Given{Query: tt.query})
			for _, err := range []error{err, made} {
				var got []string
				if refused, ok := errors.AsType[*PrefillError](err); ok {
					for _, p := range refused.Problems {
						got = append(got, p.Path+" "+p.Code)
					}
					if !fault.Is(err, fault.Malformed) {
						t.Errorf("got a fault of kind %s", fault.KindOf(err))
					}
				} else if err != nil {
					t.Fatal(err)
				}
				slices.Sort(got)
				if strings.Join(got, ", ") != tt.want {
					t.Errorf("got %v, want %q", got, tt.want)
				}
			}
		})
	}
}

func TestPrefilled_TheAddressGoesBeforeTheRegisters(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	doc, err := Prefilled(d, "soknad", input(t, `{}`), Given{
		Query: map[string]string{"deltakere": "1 200", "navn": "Leir", "utm_source": "brev"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"soker":{"navn":"Kari Solbakken"},"tiltak":{"deltakere":1200,"navn":"Leir"}}`
	if got := encoded(t, doc); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What the checker says that the register has, it has, and nothing else.
func TestPrefill_FactsAreThoseThatTheCheckerKnows(t *testing.T) {
	t.Parallel()
	p := core.Party{
		ID: 7, Name: "Kari Solbakken", Phone: "40000000", Email: "kari@example.no", Language: "nb",
		PersonNumber: "14827941388", OrganisationNumber: "312468034",
	}
	for section, got := range map[string]map[string]string{
		app.SectionPerson: personFacts(p), app.SectionOrganisation: organisationFacts(p),
		app.SectionProfile: profileFacts(p),
	} {
		for _, name := range app.KnownFacts[section] {
			if got[name] == "" {
				t.Errorf("%s of %s is not filled in", name, section)
			}
		}
		for name := range got {
			if !slices.Contains(app.KnownFacts[section], name) {
				t.Errorf("%s of %s is filled in, and the checker does not know of it", name, section)
			}
		}
	}
}
