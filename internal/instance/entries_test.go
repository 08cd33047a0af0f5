package instance_test

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/pdf"
	"stafett/internal/solutiontest"
)

// harbour is a person with a draft of the application for berths.
type harbour struct {
	*solutiontest.Solution
	t    *testing.T
	kari core.Actor
	ref  core.InstanceRef
}

func newHarbour(t *testing.T) *harbour {
	t.Helper()
	s := solutiontest.New(t)
	s.Put(t, solutiontest.SubformApps())
	h := &harbour{Solution: s, t: t, kari: s.Person(solutiontest.Kari)}
	inst, err := s.Instances.Start(t.Context(), h.kari, instance.Beginning{
		App: solutiontest.Berths, Owner: h.kari.Party, Language: "nb",
	})
	if err != nil {
		t.Fatal(err)
	}
	h.ref = inst.InstanceRef
	return h
}

func (h *harbour) view() instance.View {
	h.t.Helper()
	return h.Open(h.t, h.kari, h.ref)
}

// try saves a page, of an entry where one is named.
func (h *harbour) try(
	entry form.EntryRef, page string, posted url.Values, change func(*instance.SaveRequest),
) (instance.Saved, error) {
	h.t.Helper()
	v := h.view()
	if entry.ID != "" {
		var err error
		if v, err = v.Enter(entry); err != nil {
			h.t.Fatal(err)
		}
	}
	r := saving(v, page, posted)
	r.Entry = entry
	if change != nil {
		change(&r)
	}
	return h.Instances.Save(h.t.Context(), h.kari, r)
}

func (h *harbour) save(
	entry form.EntryRef, page string, posted url.Values, change func(*instance.SaveRequest),
) instance.Saved {
	h.t.Helper()
	saved, err := h.try(entry, page, posted, change)
	if err != nil {
		h.t.Fatalf("save %s: %v", page, err)
	}
	return saved
}

// add adds a boat, with a name and a length where they are given.
func (h *harbour) add(name, length string) form.EntryRef {
	h.t.Helper()
	saved := h.save(form.EntryRef{}, "bater", nil, do("add:bater"))
	if saved.Added.ID == "" || len(saved.Issues) > 0 {
		h.t.Fatalf("no boat was added: %v", saved.Issues)
	}
	if name != "" {
		h.save(saved.Added, "bat", url.Values{"navn": {name}, "lengde": {length}}, nil)
	}
	return saved.Added
}

func (h *harbour) boats() []form.Entry { return h.view().Input.Entries["bat"] }

func do(command string) func(*instance.SaveRequest) {
	return func(r *instance.SaveRequest) { r.Do = command }
}

func checked(r *instance.SaveRequest) { r.Check = true }

func told(issues []form.Issue) string {
	var out []string
	for _, i := range issues {
		out = append(out, i.Message)
	}
	return strings.Join(out, "\n")
}

// owner answers the first page.
func (h *harbour) owner() {
	h.t.Helper()
	h.save(form.EntryRef{}, "eier", url.Values{"eier": {"Kari"}, "harBat": {"true"}}, nil)
}

func TestEntries_AreAddedFilledInAndSent(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	h.owner()
	if _, _, err := h.Instances.Next(t.Context(), h.kari, solutiontest.Step(h.view())); !strings.Contains(
		told(issuesOf(t, err)), "minst én oppføring under «Båter som trenger plass»") {
		t.Errorf("sent without a boat: %v", err)
	}

	first := h.add("", "")
	saved := h.save(first, "bat", url.Values{"navn": {"Måka"}, "lengde": {"16"}}, checked)
	if got := told(saved.Issues); got != "Havna har ikke plass til båter over 15 meter." {
		t.Errorf("a boat that is too long: %q", got)
	}
	second := h.add("Terna", "6,5")
	if rent := h.boats()[1].Document["leie"]; rent == nil {
		t.Error("the rent of the second boat was not calculated")
	}
	if h.boats()[0].Document["navn"] != "Måka" {
		t.Error("the first boat was changed with the second")
	}

	list := issuesOf(t, h.send())
	if len(list) != 1 || list[0].Message != "Måka: Havna har ikke plass til båter over 15 meter." ||
		list[0].Page != "bater" || list[0].Entry == nil || list[0].Entry.Path() != first.Path() ||
		list[0].Entry.SubPage != "bat" {
		t.Errorf("sent with a boat that is too long: %+v", list)
	}
	h.save(first, "bat", url.Values{"navn": {"Måka"}, "lengde": {"12"}}, checked)

	saved = h.save(form.EntryRef{}, "bater", nil, do("add:bater"))
	if got := told(saved.Issues); !strings.Contains(got, "høyst 2 oppføringer") || len(h.boats()) != 2 {
		t.Errorf("a third boat: %q, %d boats", got, len(h.boats()))
	}

	if err := h.send(); err != nil {
		t.Fatalf("send: %v", err)
	}
	v := h.view()
	elements := v.DataElements()
	if len(elements) != 3 || !elements[1].Locked || !elements[2].Locked {
		t.Errorf("elements after sending: %+v", elements)
	}
	if n := h.Count(t, "audit_event", "instance = $1 AND act = 'write' AND detail->>'element' = $2",
		h.ref.ID, second.ID); n != 1 {
		t.Errorf("%d audit lines of the second boat, want 1", n)
	}
	h.read(v)
}

// read checks that everything about the boats is read afterwards.
func (h *harbour) read(v instance.View) {
	h.t.Helper()
	var titles []string
	for _, s := range form.Summarise(v.App, v.Sets()[0], v.Input, form.SummaryOptions{HideEmpty: true}) {
		titles = append(titles, s.Title)
		for _, a := range s.Answers {
			titles = append(titles, a.Question+" "+strings.Join(a.Lines, "/"))
		}
	}
	want := []string{
		"Eieren", "Hvem eier båtene? Kari", "Har du kjøpt båt ennå? Ja",
		"Båter som trenger plass: Måka – Båten", "Hva heter båten? Måka", "Lengde i meter 12",
		"Båter som trenger plass: Terna – Båten", "Hva heter båten? Terna", "Lengde i meter 6,5",
	}
	if !slices.Equal(titles, want) {
		h.t.Errorf("the summary is\n%q, want\n%q", titles, want)
	}
	if _, err := pdf.Submission(v.App, v.Input, "Nordvik kommune"); err != nil {
		h.t.Error(err)
	}
	system := solutiontest.System()
	data, found, err := h.Instances.Document(h.t.Context(), system, h.ref, v.DataElements()[2].ID)
	if raw, _ := data.XML(); err != nil || !found || !strings.Contains(string(raw), "<navn>Terna</navn>") {
		h.t.Errorf("the second boat for a system: %s, %v, %v", raw, found, err)
	}
}

// send sends the form in.
func (h *harbour) send() error {
	h.t.Helper()
	_, _, err := h.Instances.Next(h.t.Context(), h.kari, solutiontest.Step(h.view()))
	return err
}

func issuesOf(t *testing.T, err error) []form.Issue {
	t.Helper()
	issues, ok := err.(*instance.Issues)
	if !ok {
		t.Fatalf("got %v, want issues", err)
	}
	return issues.List
}

func TestEntries_ARemovedOneTakesItsFilesAlong(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	first, second := h.add("Måka", "12"), h.add("Terna", "6")
	var files []uuid.UUID
	for _, boat := range []form.EntryRef{first, second} {
		h.save(boat, "bat", url.Values{"forsikret": {"true"}}, nil)
		files = append(files, uploadOf(t, h.Solution, h.kari, h.ref, "bevis"))
		h.save(boat, "forsikring", nil, func(r *instance.SaveRequest) {
			r.Attached = map[string][]uuid.UUID{"bevis": {files[len(files)-1]}}
		})
	}
	before := h.boats()[0].Element
	stale := "remove:bater:" + first.ID + ":" + "1"
	if _, err := h.try(form.EntryRef{}, "bater", nil, do(stale)); !fault.Is(err, fault.Conflict) {
		t.Errorf("a boat that has changed since was removed: %v", err)
	}
	remove := "remove:bater:" + first.ID + ":" + strconv.Itoa(before.Version)
	for range 2 { // the second press finds the work done
		h.save(form.EntryRef{}, "bater", nil, do(remove))
	}
	v := h.view()
	if boats := v.Input.Entries["bat"]; len(boats) != 1 || boats[0].Document["navn"] != "Terna" {
		t.Errorf("left are %+v", boats)
	}
	if len(v.Input.Elements) != 1 || v.Input.Elements[0].ID != files[1] {
		t.Errorf("left are the files %+v", v.Input.Elements)
	}
	if err := h.Instances.Remove(t.Context(), h.kari, h.ref, solutiontest.FirstTask, files[1]); err != nil {
		t.Fatal(err)
	}
	if kept := h.boats()[0].Document["bevis"]; kept != nil {
		t.Errorf("the boat keeps %v of a file that is gone", kept)
	}
	if _, err := h.try(form.EntryRef{}, "bater", nil, do("add:eier")); !fault.Is(err, fault.Invalid) {
		t.Errorf("an entry of no subform: %v", err)
	}
}

func TestEntries_AStalePageOfOneChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	boat := h.add("Måka", "12")
	_, err := h.try(boat, "bat", url.Values{"navn": {"Skarven"}}, func(r *instance.SaveRequest) { r.Version-- })
	if !fault.Is(err, fault.Conflict) || h.boats()[0].Document["navn"] != "Måka" {
		t.Errorf("a stale page was stored: %v", err)
	}
	gone := boat
	gone.ID = uuid.NewString()
	_, err = h.try(form.EntryRef{}, "bat", nil, func(r *instance.SaveRequest) { r.Entry = gone })
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("a page of an entry that is gone: %v", err)
	}
	ola := h.Person(solutiontest.Ola)
	r := saving(h.view(), "bat", url.Values{})
	r.Entry = boat
	if _, err = h.Instances.Save(t.Context(), ola, r); !fault.Is(err, fault.Forbidden) {
		t.Errorf("somebody else saved the boat: %v", err)
	}
}

func TestEntries_AnEmptyOneThatIsLeftIsGone(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	leave := func(r *instance.SaveRequest) { r.Leave = true }
	h.save(h.add("", ""), "bat", url.Values{"navn": {""}}, leave)
	if n := len(h.boats()); n != 0 {
		t.Errorf("%d boats after leaving an empty one", n)
	}
	saved := h.save(h.add("", ""), "bat", url.Values{"lengde": {"lang"}}, leave)
	if len(saved.Issues) != 1 || len(h.boats()) != 1 {
		t.Errorf("what could not be stored: %v, %d boats", saved.Issues, len(h.boats()))
	}
	h.save(form.EntryRef{Page: "bater", Component: "bater", ID: h.boats()[0].Element.ID.String()}, "bat",
		url.Values{"navn": {"Måka"}}, leave)
	if n := len(h.boats()); n != 1 {
		t.Errorf("%d boats after leaving a half-filled one", n)
	}
}

func TestEntries_OfAHiddenSubformGoWhenTheTaskEnds(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	h.owner()
	h.add("", "") // nothing is answered in it, and nobody asks for that any more
	h.save(form.EntryRef{}, "eier", url.Values{"eier": {"Kari"}, "harBat": {"false"}}, nil)
	if err := h.send(); err != nil {
		t.Fatal(err)
	}
	if boats := h.boats(); len(boats) != 0 {
		t.Errorf("left are %+v", boats)
	}
}

func TestEntries_SystemsChangeAndRemoveThem(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	h.add("Måka", "12")
	h.add("Terna", "6")
	list := h.boats()
	add := func(sent string) error {
		_, _, err := h.Instances.AddEntry(t.Context(), h.kari, h.ref, "bat",
			instance.Body{ContentType: "application/json", Raw: []byte(sent)})
		return err
	}
	if err := add(`{"navn": "Teist"}`); !fault.Is(err, fault.Malformed) {
		t.Errorf("a third boat: %v", err)
	}
	_, data, changed, err := h.Instances.PutDocument(t.Context(), h.kari, h.ref, list[0].Element.ID,
		instance.Body{ContentType: "application/json", Raw: []byte(`{"navn": "Skarven", "lengde": 10}`)})
	if want := map[string]any{"leie": data.Document["leie"]}; err != nil || want["leie"] == nil || !reflect.DeepEqual(changed, want) {
		t.Fatalf("put: %v, %v, %v", data.Document, changed, err)
	}
	if err := h.Instances.RemoveElement(t.Context(), h.kari, h.ref, list[1].Element.ID); err != nil {
		t.Fatal(err)
	}
	if err := add(`{"navn": "Teist", "lengde": 5}`); err != nil {
		t.Fatal(err)
	}
	if err := add(`{"mast": 1}`); !fault.Is(err, fault.Malformed) {
		t.Errorf("a field that boats do not have: %v", err)
	}
	boats := h.boats()
	if len(boats) != 2 || boats[0].Document["navn"] != "Skarven" || boats[1].Document["leie"] == nil {
		t.Errorf("left are %+v", boats)
	}
}
