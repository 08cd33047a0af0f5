package field

import (
	"testing"

	"stafett/internal/form"
)

func TestImage_IsInThePageOrALink(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{
		Kind: form.KindImage, ID: "logo", Title: `Kart "over" parken`,
		Picture: &form.Picture{Source: "data:image/gif;base64,AA==", Width: 68, Align: "center"},
	})
	wantIn(t, html, `src="data:image/gif;base64,AA=="`, `alt="Kart &#34;over&#34; parken"`,
		`picture--center picture-7`)
	html = draw(t, form.Node{
		Kind: form.KindImage, ID: "logo", Title: "Kart",
		Picture: &form.Picture{Elsewhere: "https://example.no/k.png"},
	})
	wantIn(t, html, `href="https://example.no/k.png"`, "Åpne bildet: Kart", `rel="noopener noreferrer"`)
	wantNotIn(t, html, "<img")
	html = draw(t, form.Node{Kind: form.KindImage, ID: "logo", Title: "Kart", Picture: &form.Picture{}})
	wantIn(t, html, "<p>Kart</p>")
	html = draw(t, form.Node{
		Kind: form.KindImage, ID: "pynt", Picture: &form.Picture{Source: "data:image/gif;base64,AA=="},
	})
	wantIn(t, html, `alt=""`)
}

func TestLink_SaysWhenItOpensANewTab(t *testing.T) {
	t.Parallel()
	node := form.Node{
		Kind: form.KindLink, ID: "mer", Title: "Les mer",
		Link: &form.Link{URL: "https://example.no", Style: "secondary", NewTab: true},
	}
	html := draw(t, node)
	wantIn(t, html, `class="ds-button"`, `data-variant="secondary"`, `target="_blank"`,
		"(åpnes i en ny fane)")
	node.Link = &form.Link{URL: "/nordvik", Style: "link"}
	html = draw(t, node)
	wantIn(t, html, `class="ds-link"`)
	wantNotIn(t, html, "target=", "ny fane")
	node.Link = &form.Link{}
	wantNotIn(t, draw(t, node), "<a ")
}

func TestDetails_FoldsWithoutScripting(t *testing.T) {
	t.Parallel()
	node := form.Node{
		Kind: form.KindDetails, ID: "mer", Title: "Mer", Children: []form.Node{
			{Kind: form.KindText, ID: "navn", Name: "a.navn", Title: "Navn"},
		},
	}
	html := draw(t, node)
	wantIn(t, html, `<details class="ds-details"`, `<summary id="q-mer">Mer</summary>`, `name="a.navn"`)
	wantNotIn(t, html, " open")
	node.Open = true
	wantIn(t, draw(t, node), `id="f-mer" open`)
}

func TestButtons_PostWhatToDoNext(t *testing.T) {
	t.Parallel()
	button := func(b form.Button) string {
		return draw(t, form.Node{Kind: form.KindButton, ID: "k", Title: "Gå", Button: &b})
	}
	wantIn(t, button(form.Button{Go: form.GoAction + "reject", Variant: "secondary"}),
		`type="submit"`, `name="go"`, `value="action:reject"`, `data-variant="secondary"`, "formnovalidate")
	html := button(form.Button{URL: "/nordvik/a"})
	wantIn(t, html, `href="/nordvik/a"`)
	wantNotIn(t, html, "<button")
	wantIn(t, button(form.Button{}), `class="needs-js"`, "data-print", `type="button"`)
}

func TestButtonGroup_LeavesOutWhatThePageDraws(t *testing.T) {
	t.Parallel()
	group := form.Node{Kind: form.KindButtons, ID: "rad", Children: []form.Node{
		{Kind: form.KindNav, ID: "n", Title: "Neste"}, {Kind: form.KindSubmit, ID: "s", Title: "Send"},
	}}
	if html := draw(t, group); html != "" {
		t.Errorf("got %s", html)
	}
	group.Children = append(group.Children, form.Node{
		Kind: form.KindButton, ID: "k", Title: "Lagre", Button: &form.Button{Go: "stay"},
	})
	html := draw(t, group)
	wantIn(t, html, "Lagre")
	wantNotIn(t, html, "Neste", "Send")
}

func TestPages_AreButtonsThatTellWhereOneIs(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{
		Kind: form.KindPages, ID: "bar", Title: "Sidene", Pages: []form.Jump{
			{ID: "en", Title: "En"}, {ID: "to", Title: "To", Current: true},
		},
	})
	wantIn(t, html, `<nav aria-label="Sidene"`, `name="go" value="page:en"`, `id="q-bar-to"`,
		`data-variant="secondary" aria-current="true"`)
}

func TestQuestions_NarrowOnesStandBesideEachOther(t *testing.T) {
	t.Parallel()
	node := func(id string, columns int) form.Node {
		return form.Node{Kind: form.KindText, ID: id, Name: id, Title: id, Columns: columns}
	}
	wide := node("gate", 0)
	wide.BreakBefore, wide.BreakAfter = "always", "avoid"
	html := render(t, Questions{Field: Field{Lang: "nb"}, Nodes: []form.Node{
		wide, node("nr", 4), node("sted", 8), node("land", 0),
	}})
	wantIn(t, html, `<div class="columns"><div class="column column-4">`, `class="column column-8"`,
		`class="paper-before-always paper-after-avoid"`)
	if got := runs([]form.Node{node("a", 4), node("b", 8), node("c", 0), node("d", 3)}); len(got) != 3 {
		t.Errorf("got %d runs", len(got))
	}
}

func TestText_SearchAndAlignment(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{Kind: form.KindText, ID: "a", Name: "a", Title: "A", Search: true,
		Align: "right", Width: "12"})
	wantIn(t, html, `type="search"`, `class="ds-input w-12 align-right"`)
}

func TestChoices_InARow(t *testing.T) {
	t.Parallel()
	node := form.Node{Kind: form.KindRadio, ID: "a", Name: "a", Title: "A",
		Options: []form.Choice{{Value: "1", Label: "Ja"}, {Value: "2", Label: "Nei"}}}
	wantNotIn(t, draw(t, node), `class="row"`)
	node.InRow = true
	wantIn(t, draw(t, node), `class="row"`)
}
