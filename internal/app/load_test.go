package app

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/core"
)

func TestLoadAll_TheTestAppsHaveNoFindings(t *testing.T) {
	t.Parallel()
	defs, found := LoadAll(files(t))
	for _, f := range append(found, Check(defs)...) {
		t.Error(f)
	}
	if len(defs) != 2 || defs[0].Ref.String() != soknad || defs[1].Ref.String() != sak {
		t.Fatalf("got %d apps", len(defs))
	}
}

func TestLoad_ReadsTheMetadata(t *testing.T) {
	t.Parallel()
	d := load(t, files(t), soknad)
	if d.Ref != (core.AppRef{Org: "lindvik", App: "tilskudd"}) || d.Title("nn") != "Søk om tilskot" {
		t.Errorf("got %v %q", d.Ref, d.Title("nn"))
	}
	form, ok := d.DataType("soknad")
	if !ok || !form.Form || !form.AutoCreate || form.Task != "Task_1" || form.MinCount != 1 {
		t.Errorf("soknad: got %+v", form)
	}
	vedlegg, _ := d.DataType("vedlegg")
	if vedlegg.Form || vedlegg.MaxSize != 10<<20 || vedlegg.MaxCount != 3 || vedlegg.MinCount != 0 ||
		strings.Join(vedlegg.Ext, " ") != ".pdf .jpg .jpeg .png" {
		t.Errorf("vedlegg: got %+v", vedlegg)
	}
	if !d.Meta.Owners.Allows(core.PartyPerson) || !load(t, files(t), sak).Meta.DisallowUserInstantiation {
		t.Error("owners or disallowUserInstantiation are not as the files say")
	}
}

func TestLoad_ReadsTheForm(t *testing.T) {
	t.Parallel()
	d := load(t, files(t), soknad)
	set := d.SetFor("Task_1")
	var pages []string
	for _, p := range set.Pages {
		pages = append(pages, p.ID)
	}
	if got := strings.Join(pages, " "); got != "soker tiltak budsjett oppsummering" {
		t.Errorf("pages: got %s", got)
	}
	if d.SetFor("Task_2") != nil || d.Component("skjema", "nobody") != nil {
		t.Error("got a set or component that is not there")
	}
	belop := d.Component("skjema", "post-belop")
	if belop.Group.ID != "poster" || belop.Parent.ID != "poster" || belop.Page.ID != "budsjett" ||
		belop.Field.Type != "number" || belop.Source.DataType != "soknad" || len(belop.Steps) != 3 {
		t.Errorf("post-belop: got %+v", belop)
	}
	start := d.Component("skjema", "tiltak-start")
	if start.Parent.ID != "tiltak-tid" || start.Group != nil {
		t.Errorf("tiltak-start is in %v", start.Parent)
	}
	if got := d.Component("skjema", "soker-epost").Type; got != TypeInput {
		t.Errorf("a type in small letters: got %s", got)
	}
	group := d.Component("skjema", "poster").Props.(*RepeatingGroupProps)
	var columns []string
	for _, c := range group.Columns {
		columns = append(columns, c.ID)
	}
	if got := strings.Join(columns, " "); got != "post-tekst post-kategori post-belop" {
		t.Errorf("columns: got %s", got)
	}
}

// Controls is what makes a page be drawn anew when an answer changes.
func TestLoad_KnowsWhichAnswersOthersDependOn(t *testing.T) {
	t.Parallel()
	set := load(t, files(t), soknad).SetFor("Task_1")
	want := map[string]string{
		"soker-type":       "an expression reads the component",
		"tiltak-navn":      "a text is filled in with it",
		"tiltak-deltakere": "an expression reads the field",
		"tiltak-malgruppe": "an expression reads the field",
		"post-kategori":    "an expression reads the field in the row",
		"post-tekst":       "hiddenRow reads it",
		"post-belop":       "a sum on the page is calculated from it",
		"budsjett-belop":   "the upload is required by it",
	}
	checked := 0
	for _, p := range set.Pages {
		for c := range p.All {
			checked++
			if why := want[c.ID]; c.Controls != (why != "") {
				t.Errorf("%s: got %v (%s)", c.ID, c.Controls, why)
			}
		}
	}
	t.Logf("checked %d components", checked)
	if checked == 0 {
		t.Fatal("no components were checked")
	}
}

func TestLoad_PreparesTexts(t *testing.T) {
	t.Parallel()
	d := load(t, files(t), soknad)
	c := d.Component("skjema", "soker-epost")
	if p, ok := c.Static("nb", "help"); !ok || p.HTML != "Bruk en adresse du leser <em>ofte</em>." ||
		p.Plain != "Bruk en adresse du leser ofte." {
		t.Errorf("help: got %+v %v", p, ok)
	}
	if p, ok := c.Static("nn", "title"); !ok || p.Plain != "E-postadresse" {
		t.Errorf("title: got %+v %v", p, ok)
	}
	if _, ok := d.Component("skjema", "tiltak-varsel").Static("nb", "body"); ok {
		t.Error("a text with a variable must be worked out for each page")
	}
	if _, ok := d.Component("skjema", "tiltak-overskrift").Static("nb", "title"); ok {
		t.Error("an expression must be worked out for each page")
	}
	if got := d.SetFor("Task_1").Pages[0].Title("en"); got != "About you" {
		t.Errorf("page title: got %q", got)
	}
	list, ok := d.Component("skjema", "tiltak-omrade").Props.(*ChoiceProps).Static("nn")
	if !ok || len(list) != 3 || list[2].Label != "Ein annan stad" {
		t.Errorf("options: got %+v", list)
	}
}

func TestLoad_CallsAPageWithoutATextByItsID(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	fsys[soknad+"/App/ui/skjema/layouts/om_dem-selv.json"] = fsys[aSoker]
	delete(fsys, aSoker)
	replace(t, fsys, aSettings, `"soker"`, `"om_dem-selv"`)
	if got := load(t, fsys, soknad).SetFor("Task_1").Pages[0].Title("nb"); got != "Om dem selv" {
		t.Errorf("got %q", got)
	}
}

func TestLoad_TellsTheHandover(t *testing.T) {
	t.Parallel()
	d := load(t, files(t), soknad)
	if len(d.Handovers) != 1 {
		t.Fatalf("got %d handovers", len(d.Handovers))
	}
	h := d.Handovers[0]
	if h.ID != "sak" || h.On.TaskEnd != "Task_1" || h.To.String() != sak || h.DueInDays != 42 ||
		h.Owner.OrganisationNumber == nil || h.When == nil || len(h.Prefill) != 5 || len(h.Data) != 2 {
		t.Errorf("got %+v", h)
	}
	if h.Prefill[0].Target != "sak.tittel" || h.Prefill[4].Target != "sak.kanal" {
		t.Error("the mappings are not in the order of the file")
	}
	rows := h.Rows[0]
	if rows.Target != "poster" || rows.From != "budsjett.poster" || len(rows.Fields) != 2 ||
		rows.Rows[0].Fields[0] != (FieldMapping{Target: "navn", Source: "navn", line: rows.Rows[0].Fields[0].line}) {
		t.Errorf("rows: got %+v", rows)
	}
	b := load(t, files(t), sak)
	if len(b.Reports) != 1 || b.Reports[0].On.TaskStart != "Task_2" || b.Roles[0].Code != "lindvik-tilskudd" {
		t.Errorf("got reports %+v, roles %+v", b.Reports, b.Roles)
	}
	first, last := b.Checklist("Task_1"), b.Checklist("Task_2")
	if first.Stops || !last.Stops || !first.Holds("") || first.Holds("reject") || !last.Holds("confirm") ||
		!first.Has("budsjett") || first.Has("brev") || b.Checklist("Task_3") != nil {
		t.Errorf("got checklists %+v", b.Checklists)
	}
	got, _ := b.Template("mottatt")
	if filled := got.Fill("en", map[string]string{"applicant": "Kari {reference}", "reference": "NK-1"}); filled !=
		"Hello, Kari {reference}. We have received NK-1." {
		t.Errorf("filled in: %q", filled)
	}
}

func TestLoad_NamesTasksActionsAndStatuses(t *testing.T) {
	t.Parallel()
	d := load(t, files(t), sak)
	for got, want := range map[string]string{
		d.TaskText("nn", "Task_1"):              "Vurder søknaden",
		d.TaskText("nb", "Task_2"):              "Vedtak",
		d.StatusText("nb", "Task_2"):            "Vedtak blir skrevet",
		d.StatusText("nb", "EndEvent_1"):        "EndEvent_1",
		d.ActionText("nn", "Task_2", "confirm"): "Stadfest",
		d.ActionText("nb", "Task_1", ""):        "Send videre",
		d.ActionText("nb", "Task_1", "egen"):    "egen",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLoad_HashFollowsTheFiles(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	first, again := load(t, fsys, soknad), load(t, files(t), soknad)
	if len(first.Hash) != 64 || first.Hash != again.Hash {
		t.Errorf("the same files gave %s and %s", first.Hash, again.Hash)
	}
	replace(t, fsys, soknad+"/App/config/texts/resource.nb.json", "Et lag", "Et annet lag")
	if changed := load(t, fsys, soknad); changed.Hash == first.Hash {
		t.Error("another text gave the same hash")
	}
}

func TestLoadAll_ABrokenAppIsLeftOut(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	fsys[soknad+"/App/ui/skjema/layouts/tiltak.json"] = &fstest.MapFile{Data: []byte("{\n\"data\": {\n")}
	defs, found := LoadAll(fsys)
	if len(defs) != 1 || defs[0].Ref.String() != sak {
		t.Fatalf("got %d apps", len(defs))
	}
	want := soknad + "/App/ui/skjema/layouts/tiltak.json:3: error: not valid JSON: the file ends too early"
	if !slices.ContainsFunc(found, func(f Finding) bool {
		return f.String() == want && f.App.String() == soknad
	}) {
		t.Errorf("got %v, want %s", found, want)
	}
}

func TestLoadAll_AnAppInTheWrongFolderIsLeftOut(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	fsys = moved(fsys, soknad+"/", "lindvik/annen/")
	defs, found := LoadAll(fsys)
	want := "lindvik/annen/App/config/applicationmetadata.json:1: error: id is lindvik/tilskudd, but the folder is lindvik/annen"
	if len(defs) != 1 || len(found) != 1 || found[0].String() != want {
		t.Errorf("got %d apps and %v", len(defs), found)
	}
}
