package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"stafett/internal/form"
)

func TestDossier_HasItsPartsInOrderAndNoneThatIsEmpty(t *testing.T) {
	t.Parallel()
	file := Dossier{
		Title: "Lysfest", Lang: "nb", Made: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Facts: [][2]string{{"Referanse", "NK-7F3K-92QD"}},
		Parts: []Part{
			{Title: "Soknaden", Sections: []form.Section{{Title: "Om deg", Answers: []form.Answer{
				{Question: "Navn", Lines: []string{"Kari"}},
			}}}},
			{Title: "Vedtak", About: "Tomt."},
			{Title: "Vedlegg", Rows: [][2]string{{"kart.pdf", strings.Repeat("0f", 32)}}},
			{Title: "Meldinger", Said: []Said{{"Kari", "Hei\nHar dere plass?"}}},
		},
	}.Bytes()
	at := -1
	for _, title := range []string{"Lysfest", "Soknaden", "Om deg", "Vedlegg", "Meldinger"} {
		next := bytes.Index(file, []byte("<</Title "+pdfText(title)+" /Parent"))
		if next <= at {
			t.Errorf("%s is at %d of the outline, after %d", title, next, at)
		}
		at = next
	}
	if bytes.Contains(file, []byte(pdfText("Vedtak"))) {
		t.Error("an empty part is there")
	}
	for _, tag := range []string{"/S /H1", "/S /H2", "/S /H3", "/S /Table", "/S /P"} {
		if !bytes.Contains(file, []byte(tag)) {
			t.Errorf("the file lacks %s", tag)
		}
	}
}
