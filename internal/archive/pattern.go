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
	// cases is how many cases a service owner's inbox shows of it.
	cases int
	// looked tells what somebody has looked at or saved, see repeats.
	looked map[string]bool
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
	columnForm = `\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00\b`
	dayForm    = `"\d{4}-\d\d-\d\d"`
)

// The forms of a time: as JSON has it, and as a column has it.
const (
	inJSON   = `"2006-01-02T15:04:05.999999Z07:00"`
	inColumn = `2006-01-02 15:04:05.999999+00`
)

func newPattern(began core.Instance, owner core.Party, rows []store.ArchiveRow) (*pattern, error) {
	p := &pattern{
		began: began, owner: owner, from: began.Created, closed: true, looked: map[string]bool{},
	}
	digests := map[string][]byte{}
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
		if r.Table == "audit_event" && p.repeats(r) {
			continue
		}
		if r, ok := marked(r, digests); ok {
			p.lines = append(p.lines, line{r.Table, pieces(r.Line(), cut, words)})
		}
	}
	return p, nil
}

// number is the owner's party number as rows have it.
func (p *pattern) number() string { return strconv.FormatInt(int64(p.owner.ID), 10) }

// repeats tells whether a line of the log tells what an earlier one does: that somebody looks at, or
// saves, what they have before, or that a system reads what it has just delivered. A copy has none of
// them: two thirds of a log are such lines.
func (p *pattern) repeats(r store.ArchiveRow) bool {
	act := r.Value("act")
	if act != core.ActRead && act != core.ActWrite {
		return false
	}
	if r.Value("actor_kind") == string(core.ActorOrg) {
		return true
	}
	key := act + " " + r.Value("instance") + " " + r.Value("actor")
	before := p.looked[key]
	p.looked[key] = true
	return before
}

// look notes what must be known of the whole matter.
func (p *pattern) look(r store.ArchiveRow, digests map[string][]byte) (err error) {
	switch r.Table {
	case "audit_event":
		at, err := time.Parse(inColumn, r.Value("at"))
		if err != nil {
			return err
		}
		if at.After(p.to) {
			p.to = at
		}
	case "instance":
		p.instances = append(p.instances, r.Value("id"))
		if r.Value("ready") == "true" && r.Value("owner") != p.number() {
			p.cases++
			p.closed = p.closed && r.Value("ended") != ""
		}
	case "element":
		if upload := r.Value("upload"); upload != "" {
			digests[upload], err = hex.DecodeString(strings.TrimPrefix(r.Value("sha256"), `\x`))
		}
	case "delivery":
		if r.Value("pdf") != "" {
			var pdf core.FrozenPart
			err = json.Unmarshal([]byte(r.Value("pdf")), &pdf)
			digests[r.Value("pdf_upload")] = pdf.SHA256
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
	forms = append(forms, idForm, momentForm, columnForm, dayForm, `\b`+p.number()+`\b`)
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
	for form, layout := range map[string]string{`"` + time.RFC3339Nano + `"`: inJSON, inColumn: inColumn} {
		if at, err := time.Parse(form, text); err == nil {
			return piece{kind: pieceMoment, text: layout, at: at}
		}
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

// marked gives a row with marks for its file; not a row that a small file has no need of.
func marked(r store.ArchiveRow, digests map[string][]byte) (store.ArchiveRow, bool) {
	digest, ok := digests[r.Value("upload")]
	if !ok {
		return r, true
	}
	name := hex.EncodeToString(digest)
	if r.Table == "element" {
		return r.With("size", sizeMark(name)), true
	}
	return r.With("data", `\x`+dataMark(name)), r.Value("n") == "0"
}
