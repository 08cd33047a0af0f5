package form

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
)

func TestBuild_EveryTypeThatLoadsIsDrawn(t *testing.T) {
	t.Parallel()
	types := app.ComponentTypes()
	for _, name := range types {
		if nodeMakers[name] == nil {
			t.Errorf("%s has no node maker", name)
		}
	}
	t.Logf("checked %d types", len(types))
	if len(types) != len(nodeMakers) {
		t.Errorf("got %d types and %d node makers", len(types), len(nodeMakers))
	}
}

func TestBuild_KnowsItsPlace(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	p := Build(d, set, "tiltak", input(t, whole1))
	if p.Set != "skjema" || p.ID != "tiltak" || p.Title != "Tiltaket" || p.Number != 2 ||
		p.Count != 4 || p.Previous != "soker" || p.Next != "budsjett" || p.Review || p.AllRequired {
		t.Errorf("got %+v", p)
	}
	last := Build(d, set, "oppsummering", input(t, whole1))
	if !last.Review || last.Next != "" || !last.AllRequired {
		t.Errorf("review page: got review %v next %q", last.Review, last.Next)
	}
}

func TestBuild_HiddenPagesAreLeftOut(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{"soker.navn": "Ingen"})
	p := Build(d, set, "budsjett", in)
	if p.Count != 3 || p.Next != "" {
		t.Errorf("got %d pages, next %q", p.Count, p.Next)
	}
	if got := Build(d, set, "oppsummering", in).ID; got != "budsjett" {
		t.Errorf("a hidden last page gave %s", got)
	}
	if got := FirstPage(d, set, in); got != "soker" {
		t.Errorf("first page: got %s", got)
	}
}

func TestBuild_StepsTellHowFarEachPageIs(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	states := func(in Input, page string) string {
		var out []string
		for _, s := range Build(d, set, page, in).Steps {
			out = append(out, string(s.State))
		}
		return strings.Join(out, " ")
	}
	if got := states(input(t, `{}`), "soker"); got != "current todo todo todo" {
		t.Errorf("empty: got %s", got)
	}
	if got := states(input(t, whole1), "budsjett"); got != "done done current done" {
		t.Errorf("whole: got %s", got)
	}
	in := input(t, whole1)
	in.Shown = []Issue{{Path: "soker.navn", Page: "soker", Severity: app.SeverityError}}
	if got := states(in, "budsjett"); got != "error done current done" {
		t.Errorf("with an issue: got %s", got)
	}
}

func TestBuild_Question(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	p := Build(d, set, "soker", input(t, whole1))
	n := node(t, p, "soker-epost")
	if n.Kind != KindText || n.Name != "soker.epost" || n.Title != "E-postadresse" ||
		n.Value != "kari@example.no" || !n.Required || n.Optional || n.InputMode != "email" ||
		n.Autocomplete != "email" || n.Description != "Vi sender svaret hit." ||
		n.Help != "Bruk en adresse du leser <em>ofte</em>." {
		t.Errorf("got %+v", n)
	}
	radio := node(t, p, "soker-type")
	if radio.Kind != KindRadio || !radio.Controls || radio.Value != "privat" || radio.Display != "Meg selv" ||
		len(radio.Options) != 2 || !radio.Options[0].Selected || radio.Options[1].Label != "Et lag" {
		t.Errorf("got %+v", radio)
	}
	if _, ok := find(p.Nodes, "soker-orgnummer"); ok {
		t.Error("a hidden question is on the page")
	}
	lag := changed(t, input(t, whole1), map[string]any{"soker.type": "lag"})
	if n := node(t, Build(d, set, "soker", lag), "soker-orgnummer"); n.Width != "" || n.MaxLength != 9 {
		t.Errorf("got %+v", n)
	}
}

func TestBuild_OtherKindsOfQuestion(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	p := Build(d, set, "tiltak", input(t, whole1))
	date := node(t, p, "tiltak-start")
	if date.Kind != KindDate || date.Value != "2026-09-01" || date.Display != "1. september 2026" ||
		date.Min != "2026-08-14" || date.Max != "2100-01-01" {
		t.Errorf("date: got %+v", date)
	}
	boxes := node(t, p, "tiltak-malgruppe")
	if boxes.Kind != KindCheckbox || !slices.Equal(boxes.Selected, []string{"unge"}) || !boxes.Optional {
		t.Errorf("checkboxes: got %+v", boxes)
	}
	list := node(t, p, "tiltak-omrade")
	if list.Kind != KindSelect || list.Display != "Nord" || list.Options[1].Description != "Nord for elva" {
		t.Errorf("dropdown: got %+v", list)
	}
	if n := node(t, p, "tiltak-beskrivelse"); n.Kind != KindTextArea || n.MaxLength != 200 {
		t.Errorf("text area: got %+v", n)
	}
	if n := node(t, p, "tiltak-deltakere"); n.InputMode != "numeric" || n.Value != "40" {
		t.Errorf("number: got %+v", n)
	}
	if n := node(t, p, "tiltak-ansvarlig"); n.Kind != KindValue || !n.ReadOnly {
		t.Errorf("read-only: got %+v", n)
	}
	if n := node(t, p, "tiltak-tid"); n.Kind != KindGroup || n.Title != "Når" || len(n.Children) != 2 {
		t.Errorf("group: got %+v", n)
	}
}

func TestBuild_NumbersAreTidyAndReadBackTheSame(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	for lang, want := range map[string]string{"nb": "12 000,50", "nn": "12 000,50", "en": "12 000.50"} {
		in := input(t, whole1)
		in.Language = lang
		in = changed(t, in, map[string]any{"budsjett.soknadsbelop": number("12000.50")})
		n := node(t, Build(d, set, "budsjett", in), "budsjett-belop")
		if nb(n.Value) != want {
			t.Errorf("%s: got %q, want %q", lang, nb(n.Value), want)
		}
		bound := bind(t, "budsjett", post("budsjett.soknadsbelop="+n.Value), in)
		if got := bound.Data["soknad"]["budsjett"].(map[string]any)["soknadsbelop"]; got != number("12000.50") || len(bound.Changed) > 0 {
			t.Errorf("%s: posted back, got %v and changes %v", lang, got, bound.Changed)
		}
	}
	n := node(t, Build(d, set, "budsjett", input(t, whole1)), "budsjett-sum")
	if nb(n.Display) != "7 200,50 kr" {
		t.Errorf("got %q", nb(n.Display))
	}
}

func TestBuild_TextsAreFilledInWithAnswers(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{
		"tiltak.deltakere": number("200"), "tiltak.navn": "[Leir](https://vond.example) <b>*nå*</b>",
		"soker.navn": "**Kari** <i>",
	})
	p := Build(d, set, "tiltak", in)
	alert := node(t, p, "tiltak-varsel")
	want := "Dere må varsle politiet om [Leir](https://vond.example) &lt;b&gt;*nå*&lt;/b&gt;."
	if alert.Kind != KindAlert || alert.Tone != "warning" || string(alert.Description) != want {
		t.Errorf("an answer is markup in a text: got %q", alert.Description)
	}
	if got := node(t, p, "tiltak-overskrift").Title; got != "Tiltak for **Kari** <i>" {
		t.Errorf("an answer is markup in an expression: got %q", got)
	}
	empty := changed(t, in, map[string]any{"tiltak.navn": nil})
	if got := node(t, Build(d, set, "tiltak", empty), "tiltak-varsel").Description; strings.Contains(string(got), "tiltak.navn") {
		t.Errorf("a path is shown: got %q", got)
	}
}

func TestBuild_ReadOnlyForSomeoneWhoMayNotWrite(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.ReadOnly = true
	in.OpenRow = rowA
	for _, page := range []string{"soker", "tiltak", "budsjett"} {
		for _, n := range Build(d, set, page, in).Nodes {
			switch n.Kind {
			case KindText, KindTextArea, KindRadio, KindCheckbox, KindSelect, KindDate:
				t.Errorf("%s can be changed", n.ID)
			case KindRows:
				if n.Rows.CanAdd || n.Rows.CanDelete || n.Rows.Rows[0].Open {
					t.Errorf("rows can be changed")
				}
			case KindUpload:
				if n.Files.URL != "" {
					t.Errorf("files can be added")
				}
			}
		}
	}
}

func TestBuild_Files(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	id := uuid.MustParse("0198a0de-0000-7000-8000-0000000000aa")
	in.Elements = []core.DataElement{
		{ID: id, Type: "vedlegg", Filename: "tilbud.pdf", ContentType: "application/pdf", Size: 1200},
		{ID: uuid.New(), Type: "annet", Filename: "x.pdf"},
	}
	f := node(t, Build(d, set, "budsjett", in), "vedlegg").Files
	if f.Accept != ".pdf,.jpg,.jpeg,.png" || f.Types != "PDF, JPG og PNG" || f.MaxSize != 10<<20 ||
		f.MaxCount != 3 || f.URL != in.BaseURL+"/Task_1/budsjett/upload" {
		t.Errorf("got %+v", f)
	}
	if len(f.Items) != 1 || f.Items[0].Name != "tilbud.pdf" || f.Items[0].URL != in.BaseURL+"/files/"+id.String() {
		t.Errorf("got %+v", f.Items)
	}
}

func TestBuild_StandInForWhatIsNotSupported(t *testing.T) {
	t.Parallel()
	b := builder{view: &view{lang: "nn", in: &Input{}}}
	n := b.node(&app.Component{ID: "kart", Type: "Map"})
	if n.Kind != KindStandIn || n.ID != "kart" || n.Description == "" {
		t.Errorf("got %+v", n)
	}
}
