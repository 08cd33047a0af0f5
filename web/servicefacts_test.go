package web

import (
	"testing"
	"time"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/form"
	"stafett/internal/text"
)

func TestServiceFacts_TheOwnersWordsWin(t *testing.T) {
	t.Parallel()
	defs, found := app.LoadAll(apps.FS)
	if len(found) > 0 {
		t.Fatal(found[0])
	}
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	checked := 0
	for _, d := range defs {
		ahead, err := lookAhead(d, "nb")
		if err != nil {
			t.Fatal(err)
		}
		facts := map[string]string{}
		for _, f := range serviceFacts(d, "nb", ahead, now) {
			facts[f.Term] = f.Text
			if f.Content != nil {
				facts[f.Term] = "own"
			}
		}
		asks, takes := facts["Skjemaet"], facts[text.T("nb", "web.service_time")]
		switch d.Ref.App {
		case "arrangementsstotte":
			checked++
			if asks != "Opptil 38 spørsmål på 4 sider. Du får bare dem som gjelder deg." || takes != "own" {
				t.Errorf("%s: got %q and %q", d.Ref, asks, takes)
			}
			if got := facts[text.T("nb", "web.service_answer")]; got != "42 dager etter at du sender inn. "+
				"Sender du inn i dag, får du svar senest 10. januar 2027." {
				t.Errorf("%s: an answer by %q", d.Ref, got)
			}
		case "ettersending":
			checked++
			if got := facts[text.T("nb", "web.service_answer")]; got != "" {
				t.Errorf("%s promises no answer: got %q", d.Ref, got)
			}
		case "stottesak":
			checked++
			if asks != "" || ahead.Questions != 0 {
				t.Errorf("%s is made by the organisation: got %q", d.Ref, asks)
			}
		}
	}
	t.Logf("checked %d apps", checked)
	if checked != 3 {
		t.Fatal("the apps were not found")
	}
}

func TestComputedFact_InEachLanguage(t *testing.T) {
	t.Parallel()
	one, many := form.Ahead{Questions: 1, Pages: 1}, form.Ahead{Questions: 23, Pages: 4, Varies: true}
	for _, c := range []struct {
		key, lang string
		ahead     form.Ahead
		want      string
	}{
		{"asks", "nb", one, "1 spørsmål på 1 side."},
		{"asks", "en", one, "1 question on 1 page."},
		{"asks", "nb", many, "Opptil 23 spørsmål på 4 sider. Du får bare dem som gjelder deg."},
		{"asks", "nn", many, "Opptil 23 spørsmål på 4 sider. Du får berre dei som gjeld deg."},
		{"asks", "en", many, "Up to 23 questions on 4 pages. You only get those that apply to you."},
		{"time", "nb", many, "Rundt 15 minutter. Svarene blir lagret underveis, og du kan fortsette senere."},
		{"time", "nn", one, "Rundt 5 minutt. Svara blir lagra undervegs, og du kan halde fram seinare."},
		{"time", "en", one, "About 5 minutes. Your answers are saved as you go, and you can continue later."},
		{"time", "nb", form.Ahead{}, ""}, {"asks", "nb", form.Ahead{}, ""}, {"who", "nb", many, ""},
	} {
		if got := computedFact(c.key, c.lang, c.ahead); got != c.want {
			t.Errorf("%s in %s: got %q, want %q", c.key, c.lang, got, c.want)
		}
	}
}
