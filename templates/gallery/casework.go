package gallery

import (
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// checklist is one that is half done; open is what is left of it.
func checklist(at string) (list page.Checklist, open page.OpenItems) {
	list = page.Checklist{Action: at + "check", Task: "Task_2", Items: []page.CheckItem{
		{ID: "habil", Text: "Jeg er habil i denne saken", Done: true, Who: "Siri Dahl", At: before(1)},
		{ID: "budsjett", Text: "Budsjettet går opp"}, {ID: "navn", Text: longWord},
	}}
	open.Items = list.Items[1:]
	return list, open
}

// relatedCases are other cases of the applicant's: one that is linked, one that may be the same, and
// one that is neither.
func relatedCases(h layout.Head) []page.RelatedCase {
	row := page.RelatedCase{
		ID: "1", URL: "/case/1", Title: "Bygdekino for barn", Reference: ref, Service: "Arrangementsstøtte",
		Status: ui.Tag{Text: "Ny", Tone: ui.ToneNew}, Received: before(3),
	}
	alike, other := row, row
	row.Link = h.T("related.duplicate")
	alike.ID, alike.Hint = "2", h.T("related.like_title")
	other.ID, other.Title = "3", longWord
	return []page.RelatedCase{row, alike, other}
}

// textTemplates are what a message can begin with.
func textTemplates(h layout.Head, problem string) *page.Templates {
	return &page.Templates{
		Choices: []page.FilterOption{{Label: h.T("template.none")}, {Value: "a", Label: "Vi er i gang"}},
		Label:   h.T("template.choose"), Button: h.T("template.insert"), Error: problem,
		Hint: h.T("template.hint", h.T("web.language_nb")),
	}
}

// caseWork is what colleagues do with a case, with a form that has an error and one that has none.
func caseWork(h layout.Head, at string) page.Work {
	form := func(id string, fields ...page.WorkField) page.WorkForm {
		return page.WorkForm{
			ID: id, Action: at + id, Title: h.T("work." + id), Button: h.T("work." + id + "_do"),
			Version: 3, Fields: fields,
		}
	}
	hold := form("hold", page.WorkField{
		Name: "until", Type: "date", Label: h.T("work.hold_until"), Hint: h.T("work.hold_hint"),
		Error: h.T("fault.hold_day", 180),
	}, page.WorkField{
		Name: "reason", Type: "area", Label: h.T("work.reason"), Hint: h.T("work.reason_hint"),
		Value: "Mangler <b>kart</b>",
	})
	hold.Open = true
	note := form("note", page.WorkField{
		Name: "text", Type: "area", Label: h.T("work.note_text"), Hint: h.T("work.note_hint"),
	}, page.WorkField{
		Name: "name", Type: "text", Label: h.T("work.note_name"), Optional: true,
		Offered: []string{"Siri Dahl"},
	})
	note.Key = "a"
	return page.Work{
		Forms: []page.WorkForm{
			form("assign", page.WorkField{
				Name: "to", Type: "select", Label: h.T("work.assign_to"),
				Choices: []page.FilterOption{{Label: h.T("work.choose")}, {Value: "1", Label: "Siri Dahl"}},
			}),
			hold,
			form("due", page.WorkField{
				Name: "days", Type: "number", Label: h.T("work.due_days"), Optional: true,
			}),
		},
		Notes: []page.CaseNote{
			{ID: "1", Who: "Ingrid Berg", At: before(1), About: h.T("work.note_hold", "3. juni 2026"),
				Text: "Mangler kart"},
			{ID: "2", Who: "Siri Dahl", At: before(2), Text: "Spør @Ingrid Berg.\n<b>Haster</b>"},
		},
		Note: &note,
		Tags: []page.CaseTag{{Text: "haster", URL: "/i?q=tag"}}, Untag: at + "untag",
		Undo: &page.Undo{Action: at + "undo", Fields: []page.UndoField{{Name: "undo", Value: "hold"}}},
	}
}
