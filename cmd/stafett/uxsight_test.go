package main

import (
	"fmt"
	"strings"
	"testing"

	"stafett/internal/browsertest"
	"stafett/internal/driver"
	"stafett/internal/text"
)

// sight is a citizen's pages before a browser.
type sight struct {
	*stage
	// paths are the pages of somebody who has a draft, with and without a row, and has sent a form.
	paths []string
	// task is where the pages of an empty draft stand.
	task string
}

// TestUX_Sight shows a citizen's pages on a telephone, and measures what a document does not tell.
func TestUX_Sight(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	s := &sight{stage: &stage{browser: browsertest.Start(t), shown: map[string]bool{}, address: address}}
	s.fill(t)
	p := s.phone(t)
	s.measure(t, p)
	t.Run("UX4: the first Tab leads past the header", func(t *testing.T) { s.skips(t, p) })
	t.Run("UX38: what is wrong and its label come into view", func(t *testing.T) { s.mends(t, p) })
	t.Run("UX29: focus after a row", func(t *testing.T) { s.rows(t, p) })
	t.Run("UX8: a form by the keys alone", func(t *testing.T) { s.keys(t, p) })
}

// fill makes the draft and the submission.
func (s *sight) fill(t *testing.T) {
	t.Helper()
	b := signedIn(t, s.address, kari)
	empty, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	s.task = strings.TrimSuffix(empty.URL, "/soker")
	first, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport("Lysfest i Nordvikparken")
	a.Files = oneFile("vedlegg", "situasjonskart.pdf")
	review, err := b.FillIn(t.Context(), first, a)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.Send(t.Context(), review)
	if err != nil {
		t.Fatal(err)
	}
	one := strings.TrimSuffix(receipt.URL, "/receipt")
	copied := press(t.Context(), t, b, get(t.Context(), t, b, one+"/status"), "/copy")
	full := strings.TrimSuffix(copied.URL[:strings.IndexByte(copied.URL, '?')], "/soker")
	budget := get(t.Context(), t, b, full+"/budsjett")
	open := answer(t, b, budget, nil, "row", rowButton(t, budget, "edit:"))
	s.paths = []string{
		"/", "/about/help", "/" + appA, "/my", "/my/messages", "/party", full + "/soker", full + "/arrangement",
		full + "/budsjett", open.URL, full + "/se-over", s.task + "/budsjett", strings.TrimSuffix(s.task, "/Task_1") + "/delete",
		one + "/receipt", one + "/status", one + "/withdraw", "/my/finnes-ikke", "/inbox/" + nordvik,
	}
}

// phone is Kari's telephone.
func (s *sight) phone(t *testing.T) *walker {
	t.Helper()
	p := &walker{
		Tab: s.browser.Tab(t, browsertest.Options{JS: true, Width: 360, Height: 740}), t: t, s: s.stage, js: true,
	}
	p.open("/login?return=/my")
	p.ClickCSS(fmt.Sprintf("button[name=pid][value=%q]", kari))
	p.at("/my")
	return p
}

// measured is what the script of the page's measure found.
type measured struct {
	Texts, Targets, Marks, Moving int
	Cut, Small, Faint, Moves      []string
}

// findings are what is wrong, by the point of UX.md that it breaks, and how much was looked at.
type findings struct {
	wrong  map[string][]string
	looked map[string]int
}

func (f *findings) add(point, where string, looked int, wrong []string) {
	f.looked[point] += looked
	for _, one := range wrong {
		f.wrong[point] = append(f.wrong[point], where+": "+one)
	}
}

// measure shows each page in each language, and holds it against points 10, 11, 12, 14 and 78. The pages
// are fetched without the browser, which takes them in with the style that it has.
func (s *sight) measure(t *testing.T, p *walker) {
	b := signedIn(t, s.address, kari)
	f := &findings{map[string][]string{}, map[string]int{}}
	ask := func(script string) measured { return browsertest.Evaluate[measured](p.Tab, "("+script+")()") }
	for _, path := range s.paths {
		for _, lang := range text.Languages {
			b.Language = lang
			page, err := b.Get(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			p.Show(string(page.Body))
			where, m := lang+" "+path, ask(measureScript)
			f.add("UX78", where, m.Texts, m.Cut)
			f.add("UX11", where, m.Targets, m.Small)
			if n := p.SidewaysScroll(); n > 0 {
				f.add("UX78", where, 0, []string{fmt.Sprintf("%d pixels of sideways scroll", n)})
			}
		}
		m := ask(motionScript)
		f.add("UX14", path, m.Moving, m.Moves)
		for _, dark := range []bool{false, true} {
			p.Dress(dark, 360)
			m := ask(contrastScript)
			f.add("UX12", fmt.Sprint(path, ", dark ", dark), m.Marks, m.Faint)
		}
		p.Dress(false, 360)
		browsertest.Evaluate[bool](p.Tab, spacingScript+" ?? true")
		m = ask(measureScript)
		f.add("UX10", path, m.Texts, m.Cut)
		browsertest.Evaluate[bool](p.Tab, "(document.adoptedStyleSheets = []).length === 0")
	}
	t.Run("UX78: no text leaves its place", func(t *testing.T) { f.hold(t, "UX78") })
	t.Run("UX10: nor with wide spacing", func(t *testing.T) { f.hold(t, "UX10") })
	t.Run("UX11: what is pressed is large enough", func(t *testing.T) { f.hold(t, "UX11") })
	t.Run("UX12: borders and marks are seen", func(t *testing.T) { f.hold(t, "UX12") })
	t.Run("UX14: nothing moves", func(t *testing.T) { f.hold(t, "UX14") })
}

// hold fails with what is wrong for a point.
func (f *findings) hold(t *testing.T, point string) {
	if t.Logf("%d looked at", f.looked[point]); f.looked[point] < 100 {
		t.Error("too few were looked at")
	}
	for _, one := range f.wrong[point] {
		t.Error(one)
	}
}
