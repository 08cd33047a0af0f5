package gallery

import (
	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// Pieces gives every piece in every state, with our own texts in the language.
func Pieces(lang string) []Piece {
	pieces := []Piece{
		{"Icons", icons()},
		{"Buttons and links", buttons()},
		{"Tags", tags()},
		{"Alerts", alerts()},
		{"Lists of terms", terms()},
		{"Tables", tables()},
		{"Files", files(lang)},
		{"Steps", steps()},
		{"Other", other()},
	}
	for _, group := range []struct {
		name  string
		nodes []form.Node
	}{
		{"Text fields", texts()}, {"Dates", dates()}, {"Choices", choices()}, {"Uploads",
			uploads()},
		{"Rows", repeating()}, {"Rows in other ways", rowModes()}, {"Entries", entries()},
		{"Structure", structure()},
		{"Arranged", arranged()}, {"Summary", summaries()},
		{"Shown", shown()}, {"Form buttons", formButtons()}, {"Columns", columns()},
	} {
		pieces = append(pieces, Piece{group.name, fields(lang, group.nodes)})
	}
	return pieces
}

func fields(lang string, nodes []form.Node) []State {
	out := make([]State, 0, len(nodes))
	for _, n := range nodes {
		f := field.Field{Node: n, Lang: lang, Stay: "/stay", Back: "review", Level: 3}
		out = append(out, State{string(n.Kind) + ": " + n.ID, f})
	}
	return out
}

func icons() []State {
	all := make([]templ.Component, 0, len(ui.Icons))
	for _, i := range ui.Icons {
		all = append(all, i)
	}
	return []State{{"all", templ.Join(all...)}}
}

func buttons() []State {
	return []State{
		{"primary", ui.Button{ID: "b1", Text: "Neste", End: ui.IconArrowRight, Name: "go",
			Value: "next"}},
		{"secondary", ui.Button{ID: "b2", Text: "Forrige", Icon: ui.IconArrowLeft,
			Variant: ui.Secondary}},
		{"tertiary, danger", ui.Button{
			ID: "b3", Text: "Slett", After: "Leie av lyd", Icon: ui.IconTrash, Variant: ui.Tertiary,
			Color: "danger", Size: "sm", Skip: true,
		}},
		{"plain", ui.Button{ID: "b4", Text: "Lagre og fortsett senere", Variant: ui.Plain}},
		{"long text", ui.Button{ID: "b5", Text: longWord + " " + longWord}},
		{"link that looks like a button", ui.LinkButton{
			ID: "b6", URL: "/", Text: "Gi tilgang", Icon: ui.IconPlus, Variant: ui.Secondary,
			Color: "neutral",
			Size:  "sm",
		}},
		{"link", ui.Link{ID: "b7", URL: "/", Text: "Endre", Before: "Her:", After: "navnet",
			Neutral: true}},
	}
}

func tags() []State {
	var out []State
	for _, t := range []ui.Tone{
		ui.ToneNew, ui.ToneProgress, ui.ToneWaiting, ui.ToneDone, ui.ToneBroken, ui.ToneEnded,
	} {
		out = append(out, State{string(t), ui.Tag{Text: "Under behandling", Tone: t}})
	}
	return append(out,
		State{"mark", ui.Mark{Text: "Må fylles ut", Tone: ui.ToneWaiting}},
		State{"count", ui.Count{Text: "7", Meaning: "nye", New: true}},
		State{"count of things", ui.Count{Text: "1000+"}},
		State{"avatar", ui.Avatar{Initials: "KS", Color: "accent"}},
		State{"empty", ui.Tag{}},
	)
}

func alerts() []State {
	var out []State
	for _, t := range []ui.Tone{ui.ToneNew, ui.ToneWaiting, ui.ToneDone, ui.ToneBroken} {
		out = append(out, State{string(t), ui.Alert{
			Tone: t, Title: "Søkeren svarte i dag", Text: "Les svaret før du går videre.",
		}})
	}
	return append(out,
		State{"status", ui.Alert{ID: "flash-sample", Tone: ui.ToneDone, Text: "Lagret.",
			Status: true}},
		State{"error summary", ui.ErrorSummary{
			ID: "error-sample", Title: "Du må rette to feil", Problems: []ui.Problem{
				{URL: "#" + field.ID("navn"), Text: "Du må skrive hva arrangementet heter."},
				{URL: "#" + field.ID("belop"), Text: "Søknadsbeløpet må være et tall."},
			},
		}},
		State{"error summary without errors", ui.ErrorSummary{ID: "none"}},
		State{"empty list", ui.Empty{
			Icon: ui.IconInbox, Title: "Det er ingen åpne saker", Text: "Nye saker kommer hit.",
		}},
	)
}

func terms() []State {
	entries := []ui.Entry{
		{Term: "Søker", Text: "Nordvik Musikkforening\norg.nr. 312 468 034"},
		{Term: "Referanse", Text: "NK-7F3K-92QD", Class: "ref"},
		{Term: "Status", Content: ui.Tag{Text: "Ny", Tone: ui.ToneNew}},
		{Term: "Lang tekst", Text: longWord},
		{Term: "Ingenting"},
	}
	return []State{
		{"summary", ui.SummaryList{Entries: entries}},
		{"tight", ui.SummaryList{Entries: entries, Tight: true}},
		{"facts", ui.Facts{Entries: entries}},
		{"facts, in a column", ui.Facts{Entries: entries, Column: true}},
	}
}

func tables() []State {
	columns := []ui.Column{{Title: "Utgift"}, {Title: "Beløp", Numeric: true}, {Title: "Valg",
		Hidden: true}}
	return []State{
		{"with sums", ui.Table{
			Caption: "Utgifter", Columns: columns, Header: true, Sums: []string{"Sum",
				"42 000 kr", ""},
			Rows: []ui.Row{{Cells: []ui.Cell{
				{Text: "Leie"}, {Text: "42 000 kr"},
				{Content: ui.Button{ID: "t1", Text: "Endre", Variant: ui.Tertiary, Size: "sm"}},
			}}},
		}},
		{"pager", ui.Pager{
			Label: "Bla", About: "41 saker", IDPrefix: "sample", PreviousURL: "/",
			PreviousText: "Til de nyeste",
			NextURL:      "/", NextText: "Eldre",
		}},
		{"pager with nowhere to go", ui.Pager{About: "3 saker"}},
	}
}

func files(lang string) []State {
	refused := field.UploadedFile{
		Lang: lang, File: form.File{ID: "refused", Name: "program.pages"},
		Error: "Filtypen .pages kan ikke brukes. Lagre dokumentet som PDF og last det opp på nytt.",
	}
	return []State{
		{"list", ui.Files{ID: "files-sample", Label: "Vedlegg", Files: []ui.File{
			{ID: "f1", Name: "søknad.pdf", URL: "/", Meta: "420 kB"},
			{ID: "f2", Name: "kart.jpg", URL: "/", Meta: "3,1 MB", Image: true},
		}}},
		{"empty, kept for scripting", ui.Files{ID: "files-empty", Label: "Vedlegg", Keep: true}},
		{"refused", list(refused)},
	}
}

func steps() []State {
	all := []ui.Step{
		{ID: "s1", Title: "Om søkeren", URL: "/", State: "done", Mark: "fylt ut"},
		{ID: "s2", Title: "Arrangementet", State: "error", Mark: "har feil", Current: true},
		{ID: "s3", Title: "Budsjett", State: "todo"},
	}
	one := ui.Steps{ID: "steps-sample", Label: "Steg", Title: "Steg 2 av 3", Number: 2,
		Count: 3, Steps: all}
	bar := ui.StepBar(one)
	bar.ID = "stepbar-sample"
	return []State{
		{"list", one}, {"bar", bar},
		{"timeline", ui.Timeline{Points: []ui.Point{
			{State: "done", Title: "Sendt inn", Text: "12. november"}, {State: "now",
				Title: "Under behandling"},
			{State: "attn", Title: "Venter på deg"}, {State: "bad", Title: "Stoppet"},
			{Title: "Vedtak"},
		}}},
		{"phases", ui.Phases{Label: "Steg i saken", Phases: []ui.Phase{
			{State: "done", Title: "Mottatt", Mark: "ferdig"}, {State: "now",
				Title: "Behandling"}, {Title: "Vedtak"},
		}}},
		{"way back", ui.Crumbs{Label: "Du er her", Back: "Tilbake til", Crumbs: []ui.Crumb{
			{URL: "/", Text: "Innboks"}, {URL: "/case", Text: "NK-7F3K-92QD"},
		}}},
	}
}

func other() []State {
	return []State{
		{"help", ui.More{ID: "help-sample", Title: "Hjelp", After: "til beløpet",
			Content: "Mer om <strong>dette</strong>."}},
		{"time", ui.Moment{Machine: "2026-12-03", Text: "3. desember 2026"}},
		{"lock", ui.ArtLock}, {"map", ui.ArtMap}, {"stop", ui.ArtStop}, {"two", ui.ArtTwo},
		{"nothing done yet", layout.Notice(layout.Head{})},
		{"saved", page.Saved{Head: layout.Head{Lang: text.Languages[0]}, At: now, Now: now,
			Version: 7}},
		{"unsaved", page.Unsaved{Head: layout.Head{Lang: text.Languages[0]}, Level: 4,
			SignInURL: "/login?return=/signed-in&level=4"}},
	}
}
