package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
)

// exportURL is where the list in the address is had as a spreadsheet, from its beginning.
func exportURL(list string, q url.Values) string {
	q.Del("after")
	plain(q)
	return list + "/cases.csv?" + q.Encode()
}

// exportCases gives the list that the address tells of as a spreadsheet, sent while it is read.
func (s *site) exportCases(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	filter, err := inboxFilter(r.URL.Query())
	if err != nil {
		return err
	}
	filter.Language = language(r.Context())
	var out *sheet
	err = s.Instances.Export(r.Context(), a, number, filter, func(box instance.Inbox) error {
		if len(box.Problems) > 0 {
			// The list's own page explains them.
			return seeOther(w, r, pageOf("/inbox/"+number, r.URL.Query(), ""))
		}
		if out == nil {
			out = newSheet(w, "saker.csv")
			out.row(caseColumns(filter.Language)...)
		}
		s.writeCases(out, box, filter.Language)
		return out.end()
	})
	if err != nil && out != nil {
		// Half a file must not look like a whole one: the connection is broken off.
		s.Log.Warn("export broken off", "id", core.RequestID(r.Context()), "err", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

func caseColumns(lang string) []string {
	var out []string
	for _, key := range []string{
		"page.reference_long", "inbox.case", "inbox.applicant", "inbox.service", "inbox.status",
		"inbox.received", "inbox.due", "inbox.assignee", "inbox.ended", "inbox.taken_back",
	} {
		out = append(out, text.T(lang, key))
	}
	return out
}

// writeCases writes a part of the list; the last one tells when there was more.
func (s *site) writeCases(out *sheet, box instance.Inbox, lang string) {
	for _, inst := range box.Cases {
		row := s.caseRow(inst, core.Actor{}, "", lang)
		out.row(
			row.Reference, row.Title, row.Applicant, row.Service, row.Status.Text,
			sheetTime(&row.Received), sheetTime(row.Due), row.Assignee,
			sheetTime(inst.Process.Ended), sheetTime(row.Withdrawn),
		)
	}
	if box.Cut {
		out.row(text.T(lang, "inbox.export_cut", whole(lang, instance.ExportLimit)))
	}
}

// whole is a number in words of the language.
func whole(lang string, n int) string {
	return text.Number(lang, json.Number(strconv.Itoa(n)))
}

// sheetTime is a moment as every spreadsheet reads it, whatever its language; empty for none.
func sheetTime(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.In(text.Oslo()).Format("2006-01-02 15:04")
}
