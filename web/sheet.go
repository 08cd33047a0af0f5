package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"unicode/utf8"

	"stafett/internal/text"
)

// sheet is a spreadsheet that is sent as it is written, as programs here read one: semicolons, and
// a mark that tells UTF-8.
type sheet struct{ *csv.Writer }

// newSheet begins the answer: from here on no other can be given.
func newSheet(w http.ResponseWriter, name string) *sheet {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	// A reader that has gone away is told by end.
	_, _ = w.Write([]byte("\ufeff"))
	return &sheet{out}
}

// row writes a line. What goes wrong is told by end.
func (s *sheet) row(cells ...string) {
	for i := range cells {
		cells[i] = harmless(text.Bare(cells[i]))
	}
	_ = s.Write(cells)
}

// end sends what is left.
func (s *sheet) end() error {
	s.Flush()
	return s.Error()
}

// harmless keeps a spreadsheet from taking what somebody has typed for a formula. The wide signs
// are formulas too where the keyboard is Japanese.
func harmless(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
