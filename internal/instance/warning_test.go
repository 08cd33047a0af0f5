package instance_test

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/app"
	"stafett/internal/solutiontest"
)

func TestSave_AWarningAsksOnceAndAnErrorStops(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	fsys := solutionFiles(t)
	const file = appFolder + "models/soknad.validation.json"
	swap(t, fsys, file, `"validations": {`, `"validations": {
    "soker.kontaktperson": [
      { "message": "Sikker?", "severity": "warning",
        "condition": ["equals", ["dataModel", ["argv", 0]], "Rar"] },
      { "message": "Umulig", "condition": ["equals", ["dataModel", ["argv", 0]], "Feil"] },
      { "message": "Fint", "severity": "success",
        "condition": ["equals", ["dataModel", ["argv", 0]], "Rar"] }
    ],`)
	s.Put(t, fsys)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	save := func(name, accepted string) (ask string, messages []string) {
		t.Helper()
		v = s.Open(t, kari, v.Instance.InstanceRef)
		r := saving(v, "soker", url.Values{"soker.kontaktperson": {name}})
		r.Check, r.Accepted = true, accepted
		saved, err := s.Instances.Save(t.Context(), kari, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range saved.Issues {
			messages = append(messages, string(i.Severity)+" "+i.Message)
		}
		return saved.Ask, messages
	}
	ask, told := save("Rar", "")
	if ask == "" || strings.Join(told, ", ") != "warning Sikker?, success Fint" {
		t.Fatalf("a warning asks %q, tells %v", ask, told)
	}
	if again, told := save("Rar", ask); again != "" || len(told) != 0 {
		t.Errorf("accepted, it asks %q again, and tells %v", again, told)
	}
	if ask, told := save("Feil", ask); ask != "" || len(told) != 1 ||
		told[0] != string(app.SeverityError)+" Umulig" {
		t.Errorf("an error asks %q, tells %v", ask, told)
	}
}
