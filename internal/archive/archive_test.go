package archive

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/store"
)

var (
	dayOne = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	now    = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
)

const (
	form, caseID = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	file         = "33333333-3333-4333-8333-333333333333"
)

// row is a row of a matter, of columns and their values.
func row(table string, fields ...string) store.ArchiveRow {
	r := store.ArchiveRow{Table: table}
	for i := 0; i < len(fields); i += 2 {
		r.Columns = append(r.Columns, fields[i])
		r.Values = append(r.Values, nil)
		if fields[i+1] != "" {
			r.Values[i/2] = &fields[i+1]
		}
	}
	return r
}

// sample is a matter of two instances, a file and four lines of the log, of which one repeats another
// and one is a system's look.
func sample(t *testing.T) *pattern {
	t.Helper()
	digest := strings.Repeat("ab", 32)
	read := row("audit_event", "instance", caseID, "actor", "50004", "actor_kind", "person", "act", "read",
		"at", "2026-11-02 08:00:40+00")
	rows := []store.ArchiveRow{
		row("instance", "id", form, "owner", "50001", "ready", "false", "title", "Lysfest",
			"reference", "NK-7F3K-92QD", "created", "2026-11-02 08:00:00+00",
			"ended", "2026-11-02 08:00:10+00"),
		row("instance", "id", caseID, "owner", "51001", "ready", "true", "applicant", "Kari Solbakken",
			"source_id", form, "source_owner", "50001", "created", "2026-11-02 08:00:20+00",
			"ended", "", "due", "2026-12-14 22:59:00+00"),
		row("upload_chunk", "upload", file, "n", "0", "data", `\x255044`),
		row("upload_chunk", "upload", file, "n", "1", "data", `\x255044`),
		row("element", "upload", file, "instance", caseID, "size", "6", "sha256", `\x`+digest),
		row("element", "upload", "", "instance", form, "size", "150001", "body", `{"dato":"2027-06-12",`+
			`"sendt":"2026-11-02T08:00:05.5Z","epost":"kari@solbakken.example"}`),
		row("audit_event", "instance", caseID, "actor", "50001", "actor_kind", "person",
			"act", "submit", "at", "2026-11-02 08:00:30.25+00"),
		read, read.With("at", "2026-11-02 08:00:39+00"), read.With("actor_kind", "org"),
	}
	p, err := newPattern(
		core.Instance{
			InstanceRef: core.InstanceRef{Owner: 50001, ID: uuid.MustParse(form)}, Title: "Lysfest",
			Reference: "NK-7F3K-92QD", Created: dayOne,
		},
		core.Party{ID: 50001, Name: "Kari Solbakken", PersonNumber: "14827941388", Email: "kari@solbakken.example"},
		rows)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dressed gives the lines of a copy, table by table, and its instances.
func dressed(d *dresser, p *pattern) (string, []uuid.UUID) {
	l := &load{lines: map[string]*bytes.Buffer{}}
	d.dress(p, l)
	return fmt.Sprint(l.lines), l.instances
}

func newDresser(seed uint64) *dresser {
	d := &dresser{rnd: rand.New(rand.NewPCG(seed, 1)), now: now}
	for i := range 30 {
		person := madeUp(d.rnd)
		person.ID = core.PartyID(60001 + i)
		d.people = append(d.people, person)
	}
	return d
}

func TestDress_GivesACopyItsOwnAndTheSameSeedTheSame(t *testing.T) {
	t.Parallel()
	p := sample(t)
	if p.cases != 1 || p.closed || !p.to.Equal(dayOne.Add(40*time.Second)) {
		t.Errorf("the pattern has %d cases, closed %v, until %v", p.cases, p.closed, p.to)
	}
	for seed := range uint64(50) {
		all, instances := dressed(newDresser(seed), p)
		again, _ := dressed(newDresser(seed), p)
		other, _ := dressed(newDresser(seed+1000), p)
		if all != again || all == other {
			t.Fatalf("seed %d: the copies are not the seed's own", seed)
		}
		for _, old := range []string{
			form, caseID, file, "\t50001\t", "Kari", "kari@", "Lysfest\t", "7F3K-92QD", "@size", "@data",
			"abababab", "T08:00:05", "2026-11-02 08:00", "\torg\t",
		} {
			if strings.Contains(all, old) {
				t.Fatalf("seed %d: %q is left in %s", seed, old, all)
			}
		}
		if strings.Count(all, "\n") != 7 || strings.Count(all, "\tread\t") != 1 || len(instances) != 2 ||
			strings.Count(all, instances[0].String()) != 3 ||
			strings.Count(all, instances[1].String()) != 4 || !strings.Contains(all, "\t150001\t") {
			t.Fatalf("seed %d: %v in %s", seed, instances, all)
		}
	}
}

func TestMoment_DrawsOutWhatHappenedAndKeepsWhatIsToCome(t *testing.T) {
	t.Parallel()
	at := regexp.MustCompile(`\tread\t(.+)\n`)
	due := regexp.MustCompile(`\t([^\t]+)\t\\N\t([^\t]+)\n`)
	p := sample(t)
	for seed := range uint64(200) {
		all, _ := dressed(newDresser(seed), p)
		last, err := time.Parse(inColumn, at.FindStringSubmatch(all)[1])
		if err != nil {
			t.Fatal(err)
		}
		found := due.FindStringSubmatch(all)
		made, err := time.Parse(inColumn, found[1])
		if err != nil {
			t.Fatal(err)
		}
		answer, err := time.Parse(inColumn, found[2])
		if err != nil {
			t.Fatal(err)
		}
		if last.After(now) || !last.After(made) || now.Sub(made) > 71*24*time.Hour {
			t.Errorf("seed %d: made %v, last %v", seed, made, last)
		}
		if !strings.HasSuffix(answer.In(text.Oslo()).Format(time.TimeOnly), "23:59:00") {
			t.Errorf("seed %d: due %v", seed, answer)
		}
		if wait := answer.Sub(made); wait < 0 || wait > 44*24*time.Hour {
			t.Errorf("seed %d: made %v, due %v", seed, made, answer)
		}
	}
}

func TestMadeUp_IsNobody(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		p := madeUp(rnd)
		if n := p.PersonNumber.Reveal(); !core.ValidPersonNumber(n) || n[2] < '8' {
			t.Errorf("%s has the number %s", p.Name, n)
		}
	}
	if got := reference(rnd, "NK-7F3K-92QD"); !regexp.MustCompile(`^NK-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}
