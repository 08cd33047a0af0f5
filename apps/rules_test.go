package apps

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/schema"
)

// load gives the two apps as the program would serve them.
func load(t *testing.T) map[string]*app.Definition {
	t.Helper()
	defs, found := app.LoadAll(FS)
	for _, f := range append(found, app.Check(defs)...) {
		t.Error(f)
	}
	out := map[string]*app.Definition{}
	for _, d := range defs {
		out[d.Ref.String()] = d
	}
	if len(out) != len(apps) {
		t.Fatalf("%d apps are loaded, want %d", len(out), len(apps))
	}
	return out
}

// answers are values by field path.
type answers map[string]any

// filled gives the input of a task with a document that holds the answers, calculated.
func filled(t *testing.T, d *app.Definition, task string, a answers) form.Input {
	t.Helper()
	in := form.Input{
		Language: "nb", Now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC),
		Instance: core.Instance{
			InstanceRef: core.InstanceRef{AppRef: d.Ref}, Process: core.ProcessState{Task: task},
		},
	}
	doc := core.Document{}
	// In order, so that a row comes after the one before it.
	for _, path := range slices.Sorted(maps.Keys(a)) {
		value := a[path]
		if n, ok := value.(int); ok {
			value = json.Number(fmt.Sprint(n))
		}
		if err := schema.Set(doc, path, value); err != nil {
			t.Fatal(err)
		}
	}
	dataType := d.SetFor(task).DataType
	in.Data = map[string]core.Document{dataType: form.Calculate(d, dataType, doc, in)}
	return in
}

// wrong gives what is wrong with the answer at a path.
func wrong(d *app.Definition, task, path string, in form.Input) (app.Severity, string) {
	for _, i := range form.Validate(d, task, in) {
		if i.Path == path {
			return i.Severity, i.Message
		}
	}
	return "", ""
}

func TestApplication_Rules(t *testing.T) {
	t.Parallel()
	d := load(t)[application]
	budget := func(belop, income, applied int) answers {
		return answers{
			"budsjett.poster[0].belop": belop, "budsjett.poster[1].belop": 1000,
			"budsjett.andreInntekter": income, "budsjett.soknadsbelop": applied,
		}
	}
	days := func(from, to string) answers {
		return answers{
			"arrangement.flereDager": true, "arrangement.dato": from, "arrangement.sluttdato": to,
		}
	}
	const (
		account, amount = "budsjett.kontonummer", "budsjett.soknadsbelop"
		phone, postcode = "soker.telefon", "arrangement.postnummer"
		start, end      = "arrangement.dato", "arrangement.sluttdato"
	)
	cases := map[string]struct {
		given    answers
		path     string
		severity app.Severity
	}{
		"account":                     {answers{account: "9710 05 12347"}, account, ""},
		"account with full stops":     {answers{account: "9710.05.12347"}, account, ""},
		"account pasted":              {answers{account: "9710\u00a005\u00a012347"}, account, ""},
		"account with swapped digits": {answers{account: "9710 05 12374"}, account, "error"},
		"account of ten digits":       {answers{account: "9710 05 1234"}, account, "error"},
		"account with letters":        {answers{account: "9710 05 1234x"}, account, "error"},
		"phone":                       {answers{phone: "400 00 123"}, phone, ""},
		"phone abroad":                {answers{phone: "+46 70 123 45 67"}, phone, ""},
		"phone of seven digits":       {answers{phone: "400 00 12"}, phone, "error"},
		"postcode":                    {answers{postcode: "9999"}, postcode, ""},
		"postcode of three digits":    {answers{postcode: "999"}, postcode, "error"},
		"as much as is missing":       {budget(60_000, 10_000, 51_000), amount, ""},
		"more than is missing":        {budget(60_000, 10_000, 51_001), amount, "warning"},
		"more than the expenses":      {budget(60_000, 0, 61_001), amount, "error"},
		"more than the limit":         {budget(200_000, 0, 100_001), amount, "error"},
		"less than the limit":         {budget(60_000, 0, 999), amount, "error"},
		"ends the day after":          {days("2027-02-13", "2027-02-14"), end, ""},
		"ends the day it starts":      {days("2027-02-13", "2027-02-13"), end, "error"},
		"starts yesterday":            {answers{start: "2026-11-25"}, start, "error"},
	}
	for name, c := range cases {
		severity, message := wrong(d, "Task_1", c.path, filled(t, d, "Task_1", c.given))
		if severity != c.severity {
			t.Errorf("%s: got %q (%s), want %q", name, severity, message, c.severity)
		}
	}
	t.Logf("checked %d cases", len(cases))
}

func TestApplication_Sums(t *testing.T) {
	t.Parallel()
	d := load(t)[application]
	in := filled(t, d, "Task_1", answers{
		"budsjett.poster[0].belop": 42_000, "budsjett.poster[1].belop": 30_000,
		"budsjett.andreInntekter": 20_000,
	})
	for path, want := range map[string]string{
		"budsjett.sumUtgifter": "72000", "budsjett.underskudd": "52000",
	} {
		if got := fmt.Sprint(schema.Get(in.Data["soknad"], path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestCase_AmountFollowsTheDecision(t *testing.T) {
	t.Parallel()
	d := load(t)[grantCase]
	for outcome, want := range map[string]string{
		"innvilget": "60000", "delvis": "45000", "avslatt": "0", "": "<nil>",
	} {
		in := filled(t, d, "Task_vedtak", answers{
			"budsjett.soknadsbelop": 60_000, "vedtak.utfall": outcome, "vedtak.belop": 45_000,
		})
		if got := fmt.Sprint(schema.Get(in.Data["sak"], "vedtak.innvilgetBelop")); got != want {
			t.Errorf("%q gives %s, want %s", outcome, got, want)
		}
	}
}

// A caseworker who types too much and then sends the case back must not be stopped in the
// assessment by a field that is not there.
func TestCase_WrongAmountStopsTheDecisionAndNothingElse(t *testing.T) {
	t.Parallel()
	d := load(t)[grantCase]
	a := answers{
		"budsjett.soknadsbelop": 60_000, "vedtak.utfall": "delvis", "vedtak.belop": 60_000,
	}
	const path = "vedtak.belop"
	if s, _ := wrong(d, "Task_vedtak", path, filled(t, d, "Task_vedtak", a)); s != app.SeverityError {
		t.Errorf("in the decision the amount is %q, want an error", s)
	}
	for _, task := range []string{"Task_mottak", "Task_vurdering", "Task_avslutning"} {
		if s, m := wrong(d, task, path, filled(t, d, task, a)); s != "" {
			t.Errorf("%s: the amount is %q (%s)", task, s, m)
		}
	}
}
