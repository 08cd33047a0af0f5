package form

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

func TestValidate_AWholeFormHasNoIssues(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	if got := Validate(d, "Task_1", input(t, whole1)); len(got) > 0 {
		t.Errorf("got %s", messages(got))
	}
}

func TestValidate_UX37_AnEmptyFormTellsWhatIsMissingInPageOrder(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	got := Validate(d, "Task_1", input(t, `{}`))
	want := strings.Join([]string{
		"soker.navn: Du må skrive navn.",
		"soker.epost: Du må skrive e-postadresse.",
		"soker.type: Du må svare på «Hvem søker du for?».",
		"tiltak.navn: Du må skrive navnet på tiltaket.",
		"tiltak.start: Du må skrive startdatoen.",
		"tiltak.deltakere: Du må skrive antall deltakere.",
		"tiltak.omrade: Du må velge et område.",
		"budsjett.poster: Du må legge til minst én rad under «Utgifter».",
		"budsjett.soknadsbelop: Du må skrive søknadsbeløpet.",
		"samtykke: Du må svare på om alt er riktig.",
	}, "\n")
	if messages(got) != want {
		t.Errorf("got\n%s\nwant\n%s", messages(got), want)
	}
	for _, i := range got {
		if i.Page == "" || i.NodeID == "" || i.Severity != app.SeverityError {
			t.Errorf("got %+v", i)
		}
	}
}

func TestValidate_TellsInPlainWords(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	tests := []struct {
		path  string
		value any
		want  string
	}{
		{"tiltak.navn", strings.Repeat("x", 41), "Navnet på tiltaket kan ha høyst 40 tegn. Du har brukt 41."},
		{"soker.epost", "kari", "E-postadressen må inneholde @."},
		{"tiltak.deltakere", number("0"), "Antall deltakere må være mellom 1 og 5000."},
		{"tiltak.deltakere", "mange", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"budsjett.soknadsbelop", number("500"), "Søknadsbeløpet må være mellom 1 000 kr og 50 000 kr."},
		{"tiltak.start", "2026-08-13", "Startdatoen må være 14. august 2026 eller senere."},
		{"tiltak.start", "i morgen", "Startdatoen finnes ikke. Skriv for eksempel 14.8.2026."},
		{"tiltak.slutt", "2026-08-30", "Sluttdatoen må være etter startdatoen."},
		{"budsjett.poster[1].belop", number("-1"), "Rad 2: Beløpet må være 0 kr eller mer."},
		{"budsjett.poster[0].tekst", nil, "Rad 1: Du må skrive hva utgiften gjelder."},
		{"budsjett.poster[1].annet", nil, "Rad 2: Du må skrive hva det er."},
		{"soker.type", "firma", "Du må svare på «Hvem søker du for?»."},
	}
	for _, tt := range tests {
		got := Validate(d, "Task_1", changed(t, input(t, whole1), map[string]any{tt.path: tt.value}))
		if len(got) != 1 || nb(got[0].Message) != tt.want || got[0].Path != tt.path {
			t.Errorf("%s = %v: got %s, want %s", tt.path, tt.value, nb(messages(got)), tt.want)
		}
	}
	t.Logf("checked %d answers", len(tests))
}

func TestValidate_NynorskAndEnglish(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	for lang, want := range map[string]string{
		"nn": "Rad 2: Du må skrive kva utgifta gjeld.", "en": "Row 2: Enter what it is for.",
	} {
		in := changed(t, input(t, whole1), map[string]any{"budsjett.poster[1].tekst": nil})
		in.Language = lang
		if got := Validate(d, "Task_1", in); len(got) != 1 || got[0].Message != want {
			t.Errorf("%s: got %s, want %s", lang, messages(got), want)
		}
	}
}

func TestValidate_HiddenThingsNeverBlock(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	for name, paths := range map[string]map[string]any{
		"a hidden question": {"soker.orgnummer": "x"},
		"a hidden row":      {"budsjett.poster[1].tekst": "skjult", "budsjett.poster[1].belop": number("-5"), "budsjett.sum": number("9000")},
		"a hidden page":     {"soker.navn": "Ingen", "samtykke": nil},
		"hidden in a row":   {"budsjett.poster[0].annet": nil},
	} {
		in := changed(t, input(t, whole1), paths)
		if got := Validate(d, "Task_1", in); len(got) > 0 {
			t.Errorf("%s: got %s", name, messages(got))
		}
	}
	shown := changed(t, input(t, whole1), map[string]any{"soker.type": "lag", "soker.orgnummer": "x"})
	if got := Validate(d, "Task_1", shown); len(got) != 1 || got[0].Code != schema.CodePattern {
		t.Errorf("shown again: got %s", messages(got))
	}
}

func TestValidate_Rules(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{
		"tiltak.deltakere": number("1200"), "budsjett.poster[1].belop": number("100001"),
		"budsjett.sum": number("104201.5"),
	})
	got := Validate(d, "Task_1", in)
	if len(got) != 2 {
		t.Fatalf("got %s", messages(got))
	}
	if got[0].Severity != app.SeverityWarning || got[0].Message != "Over tusen deltakere trenger en egen avtale." {
		t.Errorf("got %+v", got[0])
	}
	if got[1].Severity != app.SeverityError || got[1].Path != "budsjett.poster[1].belop" ||
		got[1].Message != "Rad 2: Utgifter over 100 000 kroner må deles (100001)" {
		t.Errorf("got %+v", got[1])
	}
	low := changed(t, input(t, whole1), map[string]any{"budsjett.sum": number("4000")})
	if got := Validate(d, "Task_1", low); len(got) != 1 || got[0].NodeID != "budsjett-sum" {
		t.Errorf("a rule about a calculated field: got %s", messages(got))
	}
}

func TestValidate_Rows(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := input(t, whole1)
	for i := 2; i < 6; i++ {
		in = changed(t, in, map[string]any{
			"budsjett.poster" + index(i): map[string]any{"tekst": "x", "belop": number("1")},
		})
	}
	got := Validate(d, "Task_1", in)
	if len(got) != 1 || got[0].Message != "Du kan ha høyst 5 rader under «Utgifter»." {
		t.Errorf("got %s", messages(got))
	}
	inner := changed(t, input(t, whole1), map[string]any{"budsjett.poster[1].kilder[0].altinnRowId": "x"})
	got = Validate(d, "Task_1", inner)
	if len(got) != 1 || got[0].Message != "Rad 2.1: Du må skrive hvem som betaler." ||
		got[0].Path != "budsjett.poster[1].kilder[0].navn" || got[0].NodeID != "kilde-navn-1-0" {
		t.Errorf("a row in a row: got %+v", got)
	}
}

func TestValidate_Files(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	file := func() core.DataElement { return core.DataElement{ID: uuid.New(), Type: "vedlegg"} }
	large := changed(t, input(t, whole1), map[string]any{
		"budsjett.soknadsbelop": number("25000"), "budsjett.sum": number("30000"),
	})
	if got := Validate(d, "Task_1", large); len(got) != 1 || got[0].Path != "vedlegg" ||
		got[0].Message != "Du må legge ved vedlegg." {
		t.Errorf("got %s", messages(got))
	}
	large.Elements = []core.DataElement{file()}
	if got := Validate(d, "Task_1", large); len(got) > 0 {
		t.Errorf("got %s", messages(got))
	}
	large.Elements = []core.DataElement{file(), file(), file(), file()}
	want := "Du kan legge ved høyst 3 filer under «Vedlegg». Slett noen av dem."
	if got := Validate(d, "Task_1", large); len(got) != 1 || got[0].Message != want {
		t.Errorf("got %s", messages(got))
	}
}

func TestValidate_ATaskWithoutAForm(t *testing.T) {
	t.Parallel()
	d := testApps()[1]
	in := input(t, whole1)
	in.Data = map[string]core.Document{"sak": {}}
	if got := Validate(d, "Task_2", in); len(got) > 0 {
		t.Errorf("got %s", messages(got))
	}
	if got := Validate(d, "Task_1", in); len(got) != 2 {
		t.Errorf("the case's own form: got %s", messages(got))
	}
}

func TestValidatePage_LooksAtThatPageOnly(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	got := ValidatePage(d, set, "soker", input(t, `{}`))
	if len(got) != 3 || got[0].Page != "soker" {
		t.Errorf("got %s", messages(got))
	}
	hidden := changed(t, input(t, `{}`), map[string]any{"soker.navn": "Ingen"})
	if got := ValidatePage(d, set, "oppsummering", hidden); len(got) > 0 {
		t.Errorf("a hidden page: got %s", messages(got))
	}
}

func TestValidateField_UX40_TellsHowItIsWrittenNotThatItIsMissing(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	if got := ValidateField(d, set, "soker", "soker.navn", input(t, `{}`)); len(got) > 0 {
		t.Errorf("missing: got %s", messages(got))
	}
	in := changed(t, input(t, `{}`), map[string]any{"soker.epost": "kari"})
	if got := ValidateField(d, set, "soker", "soker.epost", in); len(got) != 1 || got[0].Code != schema.CodeFormat {
		t.Errorf("format: got %s", messages(got))
	}
	if got := ValidateField(d, set, "soker", "soker.navn", in); len(got) > 0 {
		t.Errorf("another field's: got %s", messages(got))
	}
	in.Posted = map[string]string{"tiltak.start": "31.2.2026"}
	if got := ValidateField(d, set, "tiltak", "tiltak.start", in); len(got) != 1 || got[0].Code != "date" {
		t.Errorf("not stored: got %s", messages(got))
	}
	rule := changed(t, input(t, whole1), map[string]any{"budsjett.poster[0].belop": number("200000")})
	if got := ValidateField(d, set, "budsjett", "budsjett.poster[0].belop", rule); len(got) != 1 {
		t.Errorf("a rule to be told at once: got %s", messages(got))
	}
	late := changed(t, input(t, whole1), map[string]any{"tiltak.slutt": "2026-08-20"})
	if got := ValidateField(d, set, "tiltak", "tiltak.slutt", late); len(got) > 0 {
		t.Errorf("a rule to be told later: got %s", messages(got))
	}
}

// The words of the summary and of the field are the same, and none is a system's.
func TestMessages_HaveNoSystemWords(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	checked := 0
	for _, lang := range []string{"nb", "nn", "en"} {
		in := input(t, `{"soker":{"epost":"x"},"tiltak":{"deltakere":0,"start":"x"},"budsjett":{"poster":[{}],"soknadsbelop":1}}`)
		in.Language = lang
		for _, i := range Validate(d, "Task_1", in) {
			checked++
			for _, word := range []string{"ugyldig", "påkrevd", "obligatorisk", "feltet", "invalid", "required", "form.", "{"} {
				if strings.Contains(strings.ToLower(i.Message), word) {
					t.Errorf("%s: %q", word, i.Message)
				}
			}
			if !strings.HasSuffix(i.Message, ".") {
				t.Errorf("no full stop: %q", i.Message)
			}
		}
	}
	t.Logf("checked %d messages", checked)
	if checked < 20 {
		t.Fatalf("only %d messages", checked)
	}
}
