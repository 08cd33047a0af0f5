package instance_test

import (
	"maps"
	"net/url"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

// group gives an object of the application's document.
func group(v instance.View, name string) map[string]any {
	g, _ := v.Input.Data["soknad"][name].(map[string]any)
	return g
}

// saving is a save of the page by somebody who saw the newest version.
func saving(v instance.View, page string, posted url.Values) instance.SaveRequest {
	return instance.SaveRequest{
		Ref: v.Instance.InstanceRef, Task: solutiontest.FirstTask, Page: page,
		Version: v.DocumentVersion(), Posted: posted, Language: "nb",
	}
}

func TestSave_StoresTheAnswersAndWhatListsShow(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest i Nordvik")
	if v.Instance.Title != "Lysfest i Nordvik" || v.Instance.Applicant != "Kari Solbakken" {
		t.Errorf("lists show %q by %q", v.Instance.Title, v.Instance.Applicant)
	}
	budget := group(v, "budsjett")
	if sum := budget["sumUtgifter"]; sum == nil || sum.(interface{ String() string }).String() != "72000" {
		t.Errorf("the sum of 42 000 and 30000 is %v", sum)
	}
	if n := s.Count(t, "audit_event", "act = 'write' AND instance = $1", v.Instance.ID); n != 5 {
		t.Errorf("%d audit lines of 5 saves", n)
	}
	// Pressing the button again without a change writes nothing.
	again := s.Save(t, kari, v.Instance.InstanceRef, "soker",
		map[string]string{"soker.telefon": "400 00 101"}, "")
	if again.View.Instance.Version != v.Instance.Version {
		t.Error("a save without a change made a new version")
	}
}

func TestSave_AStalePageIsAConflictAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	old := s.Open(t, kari, s.Start(t, kari))
	s.Save(t, kari, old.Instance.InstanceRef, "soker",
		map[string]string{"soker.telefon": "40000102"}, "")
	before := s.Open(t, kari, old.Instance.InstanceRef)

	_, err := s.Instances.Save(t.Context(), kari,
		saving(old, "soker", url.Values{"soker.telefon": {"40000103"}}))
	is(t, "stale page", err, fault.Conflict, "fault.changed")
	ahead := saving(before, "soker", url.Values{"soker.telefon": {"40000103"}})
	ahead.Version++
	_, err = s.Instances.Save(t.Context(), kari, ahead)
	is(t, "a version that is not there yet", err, fault.Conflict, "fault.changed")
	other := saving(before, "soker", url.Values{"soker.telefon": {"40000103"}})
	other.Task = "Task_2"
	_, err = s.Instances.Save(t.Context(), kari, other)
	is(t, "another task", err, fault.Conflict, "fault.changed")

	after := s.Open(t, kari, old.Instance.InstanceRef)
	if got := group(after, "soker")["telefon"]; got != group(before, "soker")["telefon"] ||
		after.Instance.Version != before.Instance.Version {
		t.Errorf("a refused save changed the draft: telefon %v", got)
	}
}

func TestSave_RefusesWhatNoPageOfOursPosts(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Open(t, kari, s.Start(t, kari))
	cases := map[string]struct {
		change func(*instance.SaveRequest)
		kind   fault.Kind
	}{
		"unknown field": {func(r *instance.SaveRequest) { r.Posted.Set("soker.admin", "ja") },
			fault.Invalid},
		"unknown page": {func(r *instance.SaveRequest) { r.Page = "finnes-ikke" }, fault.NotFound},
		"field twice": {func(r *instance.SaveRequest) {
			r.Posted["soker.telefon"] = []string{"40000102", "40000103"}
		}, fault.Invalid},
		"NUL": {func(r *instance.SaveRequest) { r.Posted.Set("soker.telefon", "4\x00") },
			fault.Invalid},
		"row verb": {func(r *instance.SaveRequest) { r.Row = "drop:budsjett.poster" },
			fault.Malformed},
		"row word":        {func(r *instance.SaveRequest) { r.Row = "add" }, fault.Malformed},
		"unknown group":   {func(r *instance.SaveRequest) { r.Row = "add:soker" }, fault.Invalid},
		"gone row":        {func(r *instance.SaveRequest) { r.Row = "delete:gone" }, fault.Conflict},
		"gone row, saved": {func(r *instance.SaveRequest) { r.Row = "save:gone" }, fault.Conflict},
	}
	for name, c := range cases {
		r := saving(v, "soker", url.Values{"soker.telefon": {"40000102"}})
		c.change(&r)
		if _, err := s.Instances.Save(t.Context(), kari, r); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	t.Logf("checked %d posts", len(cases))
	after := s.Open(t, kari, v.Instance.InstanceRef)
	if after.Instance.Version != v.Instance.Version || group(after,
		"soker")["telefon"] != "40000101" {
		t.Error("a refused post changed the draft")
	}
}

func TestSave_DoesNotStoreHiddenAndReadOnlyFields(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Open(t, kari, s.Start(t, kari))
	_, err := s.Instances.Save(t.Context(), kari, saving(v, "soker", url.Values{
		"soker.navn": {"Kongen"}, "soker.organisasjonsnummer": {"312468034"},
		"soker.kategori": {"privat"}, "soker.gruppenavn": {"Skjult"},
		"budsjett.sumUtgifter": {"1"}, "soker.telefon": {"40000199"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	v = s.Open(t, kari, v.Instance.InstanceRef)
	got := maps.Clone(group(v, "soker"))
	maps.Copy(got, group(v, "budsjett"))
	for field, want := range map[string]any{
		"navn": "Kari Solbakken", "organisasjonsnummer": nil, "gruppenavn": nil,
		"telefon": "40000199", "kategori": "privat",
	} {
		if got[field] != want {
			t.Errorf("%s is %v, want %v", field, got[field], want)
		}
	}
	if sum, ok := got["sumUtgifter"].(interface{ String() string }); ok && sum.String() == "1" {
		t.Error("a posted sum was stored")
	}
}

func TestSave_KeepsWhatIsRightWhenSomethingIsWrong(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Open(t, kari, s.Start(t, kari))
	r := saving(v, "arrangement", url.Values{
		"arrangement.navn": {"Lysfest"}, "arrangement.deltakere": {"mange"},
	})
	r.Check = true
	saved, err := s.Instances.Save(t.Context(), kari, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(saved.Issues) < 2 || saved.Posted["arrangement.deltakere"] != "mange" {
		t.Errorf("%d issues, posted %v: want the wrong and the missing", len(saved.Issues), saved.Posted)
	}
	seen := map[string]bool{}
	for _, i := range saved.Issues {
		if seen[i.Path] {
			t.Errorf("two issues for %s", i.Path)
		}
		seen[i.Path] = true
	}
	after := group(s.Open(t, kari, v.Instance.InstanceRef), "arrangement")
	if after["navn"] != "Lysfest" || after["deltakere"] != nil {
		t.Errorf("stored %v", after)
	}
}

func TestSave_RowsAreAddedCheckedAndDeleted(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	had := len(solutiontest.RowIDs(s.Open(t, kari, ref)))
	added := s.Save(t, kari, ref, "budsjett", nil, "add:budsjett.poster")
	ids := solutiontest.RowIDs(s.Open(t, kari, ref))
	if len(ids) != had+1 || added.OpenRow != ids[len(ids)-1] {
		t.Fatalf("rows %v, open %q", ids, added.OpenRow)
	}
	v := s.Open(t, kari, ref)
	r := saving(v, "budsjett", url.Values{})
	r.Row = "save:" + added.OpenRow
	saved, err := s.Instances.Save(t.Context(), kari, r)
	if err != nil || len(saved.Issues) == 0 || saved.OpenRow != added.OpenRow {
		t.Errorf("an empty row was let go: %d issues, open %q, %v", len(saved.Issues), saved.OpenRow,
			err)
	}
	r = saving(s.Open(t, kari, ref), "budsjett", url.Values{})
	r.Row = "delete:" + added.OpenRow
	if _, err := s.Instances.Save(t.Context(), kari, r); err != nil {
		t.Fatal(err)
	}
	if left := solutiontest.RowIDs(s.Open(t, kari, ref)); len(left) != had {
		t.Errorf("%d rows are left, want %d", len(left), had)
	}
}

func TestSave_OfASubmissionIsRefused(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Submitted(t, kari, "Lysfest")
	before := s.Open(t, kari, v.Instance.InstanceRef)
	r := saving(before, "soker", url.Values{"soker.telefon": {"99999999"}})
	r.Version = before.Versions["soknad"]
	_, err := s.Instances.Save(t.Context(), kari, r)
	if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden) {
		t.Errorf("save after submit: %v", err)
	}
	file := before.Input.Elements[0].ID
	err = s.Instances.Remove(t.Context(), kari, v.Instance.InstanceRef, solutiontest.FirstTask, file)
	if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden) {
		t.Errorf("remove after submit: %v", err)
	}
	after := s.Open(t, kari, v.Instance.InstanceRef)
	if after.Instance.Status != core.StatusArchived || len(after.Input.Elements) != 1 ||
		after.Instance.Version != before.Instance.Version {
		t.Errorf("the submission changed: %+v", after.Instance)
	}
	for _, e := range after.DataElements() {
		if !e.Locked {
			t.Errorf("%s is not locked", e.Type)
		}
	}
}

// drawn is a post of a page as a browser has it that was drawn from the view, with the changes.
func drawn(v instance.View, page string, changes map[string]string) instance.SaveRequest {
	p := v.Page(page)
	posted := url.Values{form.DrawnName: {p.Base.String()}}
	for _, n := range p.Nodes {
		if n.Name != "" && n.Kind == form.KindText {
			posted.Set(n.Name, n.Value)
		}
	}
	for name, value := range changes {
		posted.Set(name, value)
	}
	return saving(v, page, posted)
}

// TestSave_TwoTabsMergeAndCollide saves from two pages that were drawn at the same time.
func TestSave_TwoTabsMergeAndCollide(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	save := func(changes map[string]string) instance.Saved {
		t.Helper()
		saved, err := s.Instances.Save(t.Context(), kari, drawn(v, "soker", changes))
		if err != nil {
			t.Fatal(err)
		}
		return saved
	}
	stored := func(field string) any {
		return group(s.Open(t, kari, v.Instance.InstanceRef), "soker")[field]
	}
	first := save(map[string]string{"soker.telefon": "40000102"})
	second := save(map[string]string{"soker.kontaktperson": "Ole Brumm"})
	if first.Behind || !second.Behind || len(second.Clashes) > 0 ||
		stored("telefon") != "40000102" || stored("kontaktperson") != "Ole Brumm" {
		t.Errorf("got %v %v, stored %v and %v", first.Behind, second.Clashes, stored("telefon"),
			stored("kontaktperson"))
	}
	third := save(map[string]string{"soker.telefon": "40000103", "soker.epost": "ny@example.no"})
	if len(third.Clashes) != 1 || third.Clashes[0].Name != "soker.telefon" ||
		third.Clashes[0].Mine[0] != "40000103" || third.Clashes[0].Theirs[0] != "40000102" ||
		third.Other.ActorName != "Kari Solbakken" {
		t.Errorf("got %+v by %+v", third.Clashes, third.Other)
	}
	if stored("telefon") != "40000102" || stored("epost") != "ny@example.no" {
		t.Errorf("stored %v and %v", stored("telefon"), stored("epost"))
	}
	// The page stays on the screen: its next save collides again, and no more than that.
	again := drawn(v, "soker", map[string]string{"soker.telefon": "40000103", "soker.epost": "ny@example.no"})
	again.Posted.Set(form.DrawnName, third.Drawn.String())
	saved, err := s.Instances.Save(t.Context(), kari, again)
	if err != nil || len(saved.Clashes) != 1 || stored("telefon") != "40000102" {
		t.Errorf("again: %v, %v", saved.Clashes, err)
	}
}
