package archive

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/text"
)

// dresser gives copies of matters their own people and times.
type dresser struct {
	rnd    *rand.Rand
	now    time.Time
	people []core.Party
	// made is how many ids it has given.
	made int64
}

// times tells when a copy begins, and by how much its course is drawn out.
func (d *dresser) times(p *pattern) (begins time.Time, stretch float64) {
	const day = 24 * time.Hour
	age := day + time.Duration(d.rnd.Int64N(int64(70*day)))
	lasts := time.Duration(float64(age) * (0.1 + 0.85*d.rnd.Float64()))
	if p.closed {
		lasts = 4*day + time.Duration(d.rnd.Int64N(int64(56*day)))
		age = lasts + time.Duration(d.rnd.Int64N(int64(3*365*day)))
	}
	return d.now.Add(-age), float64(lasts) / float64(max(p.to.Sub(p.from), time.Second))
}

// dress writes the rows of a copy into a load.
func (d *dresser) dress(p *pattern, l *load) {
	owner := pick(d.rnd, d.people)
	title := pick(d.rnd, happenings) + " " + pick(d.rnd, places)
	c := copied{pattern: p, dresser: d, ids: map[string]uuid.UUID{}, words: map[string]string{}}
	c.begins, c.stretch = d.times(p)
	for old, own := range map[string]string{
		p.owner.Name: owner.Name, p.owner.PersonNumber.Reveal(): owner.PersonNumber.Reveal(),
		p.owner.Email: owner.Email, p.owner.Phone: owner.Phone, p.began.Title: title,
		p.number():        strconv.FormatInt(int64(owner.ID), 10),
		p.began.Reference: reference(d.rnd, p.began.Reference),
	} {
		c.words[old] = own
	}
	for _, digest := range p.files {
		c.addFile(digest, title+", "+owner.Name)
	}
	for _, row := range p.lines {
		into := l.table(row.table)
		for _, piece := range row.pieces {
			into.WriteString(c.text(piece))
		}
	}
	for _, id := range p.instances {
		l.instances = append(l.instances, c.ids[id])
	}
	l.cases += p.cases
}

// copied is one copy of a pattern.
type copied struct {
	*pattern
	*dresser
	begins  time.Time
	stretch float64
	ids     map[string]uuid.UUID
	// words are what stands instead of what is replaced as it is written.
	words map[string]string
}

// addFile makes the small file that a copy has instead of its pattern's.
func (c *copied) addFile(old []byte, about string) {
	content := smallPDF(fmt.Sprintf("%s (%x)", about, old[:4]))
	digest := sha256.Sum256(content)
	name := hex.EncodeToString(old)
	c.words[name] = hex.EncodeToString(digest[:])
	c.words[base64.StdEncoding.EncodeToString(old)] = base64.StdEncoding.EncodeToString(digest[:])
	c.words[sizeMark(name)] = strconv.Itoa(len(content))
	c.words[dataMark(name)] = hex.EncodeToString(content)
}

// text is what stands in the copy where the piece stands in the pattern.
func (c *copied) text(p piece) string {
	switch p.kind {
	case pieceID:
		if _, known := c.ids[p.text]; !known {
			c.ids[p.text] = c.newID()
		}
		return c.ids[p.text].String()
	case pieceMoment:
		return c.moment(p.at).Format(p.text)
	case pieceDay:
		return p.at.AddDate(0, 0, c.days()).Format(`"` + time.DateOnly + `"`)
	case pieceWord:
		return c.words[p.text]
	}
	return p.text
}

// moment draws out what happened; what is still to come keeps its distance in days, and its time of
// the day.
func (c *copied) moment(t time.Time) time.Time {
	moved := c.begins.Add(time.Duration(float64(t.Sub(c.from)) * c.stretch))
	if t.After(c.to) {
		moved = t.In(text.Oslo()).AddDate(0, 0, c.days())
	}
	return moved.UTC()
}

// days is by how many days the copy is moved.
func (c *copied) days() int { return int(c.begins.Sub(c.from) / (24 * time.Hour)) }

// newID is of version 7, as the program's are, and of the time of the fill: ids follow each other, so
// that rows that are written together lie together in every index.
func (d *dresser) newID() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(d.now.UnixMilli()+d.made>>12)<<16|uint64(d.made&0xfff))
	binary.BigEndian.PutUint64(id[8:], d.rnd.Uint64())
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	d.made++
	return id
}

// smallPDF is a page with a line on it, of which it takes the letters of Latin 1.
func smallPDF(words string) []byte {
	var latin []byte
	for _, r := range words {
		if r < 256 && !strings.ContainsRune(`()\`, r) {
			latin = append(latin, byte(r))
		}
	}
	stream := "BT /F1 12 Tf 60 760 Td (" + string(latin) + ") Tj ET"
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(stream), stream),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return []byte(b.String())
}
