package page

import (
	"testing"

	"stafett/internal/form"
	"stafett/templates/ui"
)

func formSample() FormPage {
	return FormPage{
		Head: nb, App: "Søknad", TaskURL: "/o/a/instance/1/g/Task_1", Now: now,
		DeleteURL: "/delete",
		Form: form.Page{
			ID: "b", Title: "Budsjett", Number: 2, Count: 3, Version: 7, Previous: "a", Next: "c",
			Steps: []form.Step{
				{ID: "a", Title: "A", State: form.StepDone}, {ID: "b", Title: "B",
					State: form.StepCurrent},
				{ID: "c", Title: "C", State: form.StepTodo},
			},
			Nodes: []form.Node{
				{Kind: form.KindText, ID: "navn", Name: "navn", Title: "Navn"},
				{Kind: form.KindNav, ID: "n", Title: "Videre", Display: "Bakover"},
			},
		},
	}
}

func TestFormPage_PostsToItsOwnAddress(t *testing.T) {
	t.Parallel()
	html := render(t, formSample())
	wantIn(t, html,
		`action="/o/a/instance/1/g/Task_1/b"`, `hx-post="/o/a/instance/1/g/Task_1/b/save"`,
		`hx-trigger="change delay:600ms, input delay:1s, save"`, `hx-target="#saved"`,
		`id="version" name="version" value="7"`,
		`name="go" value="back"`, `name="go" value="next"`, `name="go" value="later"`, "Videre",
		"Bakover",
		`href="/delete"`, `href="/o/a/instance/1/g/Task_1/a"`)
	wantNotIn(t, html, "multipart", `value="submit"`, `name="seen"`, `href="/o/a/instance/1/g/Task_1/c"`)
}

func TestFormPage_UX24_EnterGoesOnButNeverSends(t *testing.T) {
	t.Parallel()
	p := formSample()
	wantIn(t, render(t, p), `id="form" method="post"`,
		`id="enter" type="submit" name="go" value="next"`)
	p.Form.Review, p.Form.Next = true, ""
	wantIn(t, render(t, p), `id="enter" type="submit" name="go" value="stay"`,
		`name="go" value="submit"`)
	p.Form.Seen = 9
	wantIn(t, render(t, p), `name="version" value="7"`, `id="seen" name="seen" value="9"`)
}

func TestFormPage_UX46_AChangeLeadsBackToWhereItCameFrom(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Back = "c"
	html := render(t, p)
	wantIn(t, html, `action="/o/a/instance/1/g/Task_1/b?back=c"`,
		"Lagre og gå tilbake til oversikten")
	wantNotIn(t, html, `value="back"`)
}

func TestFormPage_WithTheAppsTitleSaysItOnce(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Form.Title, p.Form.Count = p.App, 1
	html := render(t, p)
	wantIn(t, html, "<title>Søknad – Stafett</title>", "Søknad</h1>")
	wantNotIn(t, html, `<p class="strong">Søknad`)
}

func TestFormPage_FilesMakeTheFormMultipart(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Form.Nodes = append(p.Form.Nodes, form.Node{
		Kind: form.KindUpload, ID: "v", Title: "Vedlegg", Files: &form.Files{DataType: "v",
			URL: "/up"},
	})
	wantIn(t, render(t, p), `enctype="multipart/form-data" data-upload`)
}

func TestFormPage_WithoutScriptingTheQuestionsCanBeUpdated(t *testing.T) {
	t.Parallel()
	p := formSample()
	wantNotIn(t, render(t, p), `value="stay"`)
	p.Form.Nodes[0].Controls = true
	wantIn(t, render(t, p), `class="no-js-only"`, `name="go" value="stay"`)
}

func TestFormPage_AnAppsOwnWordsComeInPlaceOfOurs(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Form.Review, p.Form.Next = true, ""
	wantNotIn(t, render(t, p), "Sjekk at alt stemmer.")
	p.Form.Nodes = append(p.Form.Nodes, form.Node{Kind: form.KindSummary, ID: "s"})
	wantIn(t, render(t, p), "Sjekk at alt stemmer.", "kan du ikke endre svarene selv")
	p.Form.Nodes = append([]form.Node{{Kind: form.KindProse, ID: "i",
		Description: "Les nøye."}}, p.Form.Nodes...)
	p.Form.Nodes = append(p.Form.Nodes, form.Node{Kind: form.KindAlert, ID: "a",
		Title: "Når du sender inn"})
	wantNotIn(t, render(t, p), "Sjekk at alt stemmer.", "kan du ikke endre svarene selv")
}

func TestProblems_LeadToTheControlOrToItsPage(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Form.Nodes = append(p.Form.Nodes, form.Node{
		Kind: form.KindRows, ID: "poster", Rows: &form.Rows{Rows: []form.Row{{NodeID: "poster-0"}}},
	})
	p.Form.Issues = []form.Issue{
		{NodeID: "navn", Page: "b", Message: "Her."},
		{NodeID: "poster-0", Page: "b", Message: "I en lukket rad."},
		{NodeID: "telefon", Page: "a", Message: "På en annen side."},
		{Page: "a", Message: "Uten felt, på en annen side."},
		{NodeID: "borte", Page: "b", Message: "Ikke på siden."},
		{Message: "Uten noe."},
	}
	want := []ui.Problem{
		{URL: "#q-navn", Text: "Her."},
		{URL: "#q-poster-0", Text: "I en lukket rad."},
		{URL: "/o/a/instance/1/g/Task_1/a?back=b#q-telefon", Text: "På en annen side."},
		{URL: "/o/a/instance/1/g/Task_1/a?back=b", Text: "Uten felt, på en annen side."},
		{URL: "#questions", Text: "Ikke på siden."},
		{URL: "#questions", Text: "Uten noe."},
	}
	got := p.problems()
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
	wantIn(t, render(t, p), "<title>Feil: Budsjett (steg 2 av 3)",
		"Du må rette 6 feil før du kan gå videre", "har feil")
}

func TestCaseForm_PostsTheTaskAndThePage(t *testing.T) {
	t.Parallel()
	p := CaseForm{
		Head: nb, CaseHead: CaseHead{CaseURL: "/inbox/1/case/2", Reference: "NK-1"},
		Task: "Task_2", Now: now,
		Form: form.Page{ID: "v", Version: 4, Issues: []form.Issue{{Page: "w", NodeID: "x",
			Message: "Feil."}}},
	}
	wantIn(t, render(t, p), `action="/inbox/1/case/2/write"`,
		`hx-post="/inbox/1/case/2/write/save"`,
		`name="task" value="Task_2"`, `name="page" value="v"`, `name="version" value="4"`,
		`href="/inbox/1/case/2/write?page=w#q-x"`, `name="go" value="next"`,
		`name="go" value="stay"`)
}

func TestFormPage_OfAnEntryLeadsBackToItsList(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.TaskURL += "/liste/bater/e1"
	p.Entry = &FormEntry{Name: "Måka", Subform: "Båter", Page: "Båtene"}
	p.DeleteURL, p.Form.Previous, p.Form.Next = "", "", ""
	html := render(t, p)
	wantIn(t, html, "Båter: Måka", `id="leave"`, `name="go" value="close"`, "Tilbake til «Båtene»", "Ferdig",
		`action="/o/a/instance/1/g/Task_1/liste/bater/e1/b"`, "Måka – Søknad")
	wantNotIn(t, html, `value="submit"`, "Videre")

	own := func(words ...string) []form.Node {
		group := form.Node{Kind: form.KindButtons, ID: "g"}
		for _, w := range words {
			group.Children = append(group.Children,
				form.Node{Kind: form.KindButton, ID: w, Title: w, Button: &form.Button{Go: w}})
		}
		return []form.Node{group}
	}
	p.Form.Nodes = own(form.GoClose, form.GoDone)
	wantNotIn(t, render(t, p), `id="leave"`, `id="next"`)
	// One that only leaves is no way on from a page that is not the last.
	p.Form.Nodes, p.Form.Next = own(form.GoClose), "c"
	wantIn(t, render(t, p), `id="next"`)
	p.Form.Nodes = own(form.GoNext)
	wantNotIn(t, render(t, p), `id="next"`)
}

func TestFormPage_AnErrorInAnEntryLinksToItsPage(t *testing.T) {
	t.Parallel()
	p := formSample()
	p.Form.Issues = []form.Issue{{
		Path: "bater:e1:navn", NodeID: "bater", Page: "b", Message: "Måka: Skriv navnet.",
		Entry: &form.EntryControl{
			EntryRef: form.EntryRef{Page: "b", Component: "bater", ID: "e1"}, SubPage: "bat", NodeID: "navn",
		},
	}}
	wantIn(t, render(t, p), `href="/o/a/instance/1/g/Task_1/b/bater/e1/bat#q-navn"`)
}
