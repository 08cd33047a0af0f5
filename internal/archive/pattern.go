package archive

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

// pattern is a matter that is copied, taken apart once so that a copy is only put together.
type pattern struct {
	began core.Instance
	owner core.Party
	lines []line
	// instances are the ids of its instances, files the digests of its files.
	instances []string
	files     [][]byte
	// from and to are when it began and when something last happened in it; closed tells that
	// every case of it has ended.
	from, to time.Time
	closed   bool
	// cases is how many cases an inbox shows of it.
	cases int
}

// line is a row, in pieces.
type line struct {
	table  string
	pieces []piece
}

// The kinds of pieces.
const (
	pieceText = iota
	pieceID
	pieceMoment
	pieceDay
	pieceWord
)

// piece is a part of a row: text that every copy has, or what each has of its own.
type piece struct {
	kind int
	text string
	at   time.Time
}

const (
	idForm     = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	momentForm = `"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]{0,16}"`
	dayForm    = `"\d{4}-\d\d-\d\d"`
)

func newPattern(began core.Instance, owner core.Party, rows []store.ArchiveRow) (*pattern, error) {
	p := &pattern{began: began, owner: owner, from: began.Created, closed: true}
	digests := map[uuid.UUID][]byte{}
	for _, r := range rows {
		if err := p.look(r, digests); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Table, err)
		}
	}
	for _, digest := range digests {
		p.files = append(p.files, digest)
	}
	cut, words := p.own()
	for _, r := range rows {
		text, err := marked(r, digests)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Table, err)
		}
		if text != "" {
			p.lines = append(p.lines, line{r.Table, pieces(text, cut, words)})
		}
	}
	return p, nil
}

// number is the owner's party number as rows have it.
func (p *pattern) number() string { return strconv.FormatInt(int64(p.owner.ID), 10) }

// patternRow is what is read of a row.
type patternRow struct {
	ID     any
	At     time.Time
	Ready  bool
	Ended  *time.Time
	Upload uuid.UUID
	N      int
	SHA256 string `json:"sha256"`
	// PDFUpload and PDF are a delivery's.
	PDFUpload uuid.UUID        `json:"pdf_upload"`
	PDF       *core.FrozenPart `json:"pdf"`
}

// look notes what must be known of the whole matter.
func (p *pattern) look(r store.ArchiveRow, digests map[uuid.UUID][]byte) error {
	var row patternRow
	var err error
	switch r.Table {
	case "instance", "audit_event", "element", "delivery":
		err = json.Unmarshal([]byte(r.Line), &row)
	}
	if err != nil {
		return err
	}
	switch r.Table {
	case "audit_event":
		if row.At.After(p.to) {
			p.to = row.At
		}
	case "instance":
		p.instances = append(p.instances, fmt.Sprint(row.ID))
		if row.Ready {
			p.cases++
			p.closed = p.closed && row.Ended != nil
		}
	case "element":
		if row.Upload != uuid.Nil {
			digests[row.Upload], err = hex.DecodeString(strings.TrimPrefix(row.SHA256, `\x`))
		}
	case "delivery":
		if row.PDF != nil {
			digests[row.PDFUpload] = row.PDF.SHA256
		}
	}
	return err
}

// own is what each copy has of its own: how it is found in a row, and which of it are words.
func (p *pattern) own() (*regexp.Regexp, map[string]bool) {
	words := map[string]bool{}
	for _, word := range []string{
		p.owner.Name, p.owner.PersonNumber.Reveal(), p.owner.Email, p.owner.Phone, p.began.Title,
		p.began.Reference,
	} {
		words[word] = true
	}
	for _, digest := range p.files {
		name := hex.EncodeToString(digest)
		for _, word := range []string{
			name, base64.StdEncoding.EncodeToString(digest), sizeMark(name), dataMark(name),
		} {
			words[word] = true
		}
	}
	delete(words, "")
	var forms []string
	for word := range words {
		forms = append(forms, regexp.QuoteMeta(word))
	}
	// The longest first: a title may hold a name.
	slices.SortFunc(forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	words[p.number()] = true
	forms = append(forms, idForm, momentForm, dayForm, `\b`+p.number()+`\b`)
	return regexp.MustCompile(strings.Join(forms, "|")), words
}

// pieces takes a row apart.
func pieces(text string, cut *regexp.Regexp, words map[string]bool) []piece {
	var out []piece
	at := 0
	for _, place := range cut.FindAllStringIndex(text, -1) {
		if place[0] > at {
			out = append(out, piece{text: text[at:place[0]]})
		}
		out = append(out, own(text[place[0]:place[1]], words))
		at = place[1]
	}
	return append(out, piece{text: text[at:]})
}

func own(text string, words map[string]bool) piece {
	if words[text] {
		return piece{kind: pieceWord, text: text}
	}
	if at, err := time.Parse(`"`+time.RFC3339Nano+`"`, text); err == nil {
		return piece{kind: pieceMoment, text: text, at: at}
	}
	if at, err := time.Parse(`"`+time.DateOnly+`"`, text); err == nil {
		return piece{kind: pieceDay, text: text, at: at}
	}
	if _, err := uuid.Parse(text); err == nil {
		return piece{kind: pieceID, text: text}
	}
	return piece{text: text}
}

// sizeMark and dataMark stand for a file's size and content until a copy has a file of its own.
func sizeMark(digest string) string { return "@size:" + digest + "@" }
func dataMark(digest string) string { return "@data:" + digest + "@" }

// marked gives a row with marks for its file; "" for a row that a small file has no need of.
func marked(r store.ArchiveRow, digests map[uuid.UUID][]byte) (string, error) {
	if r.Table != "element" && r.Table != "upload_chunk" {
		return r.Line, nil
	}
	var row patternRow
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(r.Line), &row); err != nil {
		return "", err
	}
	digest, ok := digests[row.Upload]
	if !ok {
		return r.Line, nil
	}
	if row.N > 0 {
		return "", nil
	}
	if err := json.Unmarshal([]byte(r.Line), &all); err != nil {
		return "", err
	}
	name := hex.EncodeToString(digest)
	if r.Table == "element" {
		all["size"] = json.RawMessage(`"` + sizeMark(name) + `"`)
	} else {
		all["data"] = json.RawMessage(`"\\x` + dataMark(name) + `"`)
	}
	text, err := json.Marshal(all)
	return string(text), err
}
