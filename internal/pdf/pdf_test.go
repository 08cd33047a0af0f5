package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

func sample() []byte {
	d := New("Søknad om arrangementsstøtte", "nb", time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	d.Heading(1, "Søknad om arrangementsstøtte")
	d.Paragraph("Sendt inn 24. november 2026 kl. 13.00. Referanse NK-7F3K-92QD.")
	for range 12 {
		d.Heading(2, "Arrangementet på Ås")
		d.Answers([][2]string{
			{"Hva heter arrangementet?", "Lysfest – «i parken» € 漢"},
			{"Beskriv arrangementet", strings.Repeat("Vi lager en gratis lysfest. ", 30)},
			{"E-post", strings.Repeat("lang", 60) + "@eksempel.example"},
		})
		d.Table([]string{"Utgift", "Beløp"}, [][]string{{"Leie av lyd", "42 000 kr"}, {"Sum", "42 000 kr"}})
	}
	return d.Bytes()
}

func TestBytes_AreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(sample(), sample()) {
		t.Error("two documents made alike differ")
	}
}

func TestBytes_IsTagged(t *testing.T) {
	t.Parallel()
	file := string(sample())
	for _, want := range []string{
		"%PDF-1.7", "/MarkInfo <</Marked true>>", "/StructTreeRoot", "/Lang <FEFF006E0062>",
		"/S /H1", "/S /H2", "/S /P", "/S /Table", "/S /TR", "/S /TH", "/S /TD",
		"/Scope /Row", "/Scope /Column", "/DisplayDocTitle true", "pdfuaid:part", "%%EOF",
	} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q", want)
		}
	}
}

func TestBytes_EveryMarkBelongsToAnElement(t *testing.T) {
	t.Parallel()
	file := sample()
	opened := 0
	for _, content := range streams(t, file) {
		n := bytes.Count(content, []byte("/MCID "))
		if begins, ends := bytes.Count(content, []byte(" BDC"))+bytes.Count(content, []byte(" BMC")),
			bytes.Count(content, []byte("EMC")); begins != ends {
			t.Errorf("a page opens %d contents and closes %d", begins, ends)
		}
		opened += n
	}
	owned := strings.Count(string(file), "/Type /MCR")
	t.Logf("checked %d marked contents", opened)
	if opened == 0 || opened != owned {
		t.Errorf("got %d marked contents and %d that are owned", opened, owned)
	}
}

// streams gives the content of the page streams.
func streams(t *testing.T, file []byte) [][]byte {
	t.Helper()
	var out [][]byte
	form := regexp.MustCompile(`(?s)<< /Filter /FlateDecode /Length \d+>>\nstream\n(.*?)\nendstream`)
	for _, m := range form.FindAllSubmatch(file, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("BT ")) {
			out = append(out, content)
		}
	}
	return out
}

func TestWrap_KeepsEveryCharacter(t *testing.T) {
	t.Parallel()
	f := regularFont.face("Go")
	text := "Et langt ord: " + strings.Repeat("æøå", 100) + " og slutt"
	joined := strings.Join(wrap(f, text, 11, 150), "")
	if want := strings.ReplaceAll(text, " ", ""); strings.ReplaceAll(joined, " ", "") != want {
		t.Error("characters were lost")
	}
	for _, line := range wrap(f, text, 11, 150) {
		if f.width(line, 11) > 150 {
			t.Errorf("a line is too wide: %q", line)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	for b.Loop() {
		sample()
	}
}
