package handover_test

import (
	"encoding/json"
	"io/fs"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/core"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// everything is a handover.json that says what the example does not.
const everything = `{"handovers": [
  {"id": "looked-up", "on": {"taskEnd": "Task_1"}, "to": {"org": "nordvik", "app": "stottesak"},
   "instanceOwner": {"organisationNumber": ["optionLabel", "kommune", ["dataModel", "arrangement.bydel"]]},
   "prefill": {"sak.tittel": "Til naboen"},
   "unit": ["concat", "bydel-", ["dataModel", "arrangement.bydel"]],
   "language": "en", "due": ["dataModel", "arrangement.dato"]},
  {"id": "person", "on": {"processEnd": true}, "to": {"org": "nordvik", "app": "ettersending"},
   "instanceOwner": {"personNumber": "03859138887"},
   "rows": {}, "prefill": {"sak.tittel": ["dataModel", "arrangement.navn"]}},
  {"id": "whole", "on": {"taskEnd": "Task_1"}, "to": {"org": "nordvik", "app": "arrangementsstotte"},
   "instanceOwner": {"source": true}, "data": {"soknad": "soknad"},
   "prefill": {"arrangement.navn": "Et annet navn"}},
  {"id": "one-row", "on": {"taskEnd": "Task_1"}, "to": {"org": "nordvik", "app": "stottesak"},
   "instanceOwner": {"organisationNumber": "310246816"},
   "rows": {"svar": {"from": "", "fields": {"tekst": "arrangement.navn"}}}},
  {"id": "unwanted", "on": {"taskEnd": "Task_1"}, "when": ["equals", 1, 2],
   "to": {"org": "nordvik", "app": "stottesak"}, "instanceOwner": {"organisationNumber": "310246816"}},
  {"id": "nowhere", "on": {"taskEnd": "Task_1"}, "to": {"org": "nordvik", "app": "stottesak"}, "into": "source"}
]}`

func sayingEverything(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(apps.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(apps.FS, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const app = "nordvik/arrangementsstotte/"
	out[app+"config/handover.json"].Data = []byte(everything)
	out[app+"options/kommune.json"] = &fstest.MapFile{
		Data: []byte(`[{"value": "sentrum", "label": "311357921"}]`),
	}
	return out
}

func TestPlan_SaysEverythingThatHandoverJSONCan(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, sayingEverything(t))
	kari := s.Person(solutiontest.Kari)
	v := s.Submitted(t, kari, "Lysfest")
	deliveries, frozen := map[string]core.Delivery{}, map[string]core.Frozen{}
	s.Tx(t, func(tx *store.Tx) error {
		list, err := tx.DeliveriesOf(t.Context(), v.Instance.ID)
		for _, d := range list {
			deliveries[d.Handover] = d
			if _, frozen[d.Handover], err = tx.DeliveryPayload(t.Context(), d.ID); err != nil {
				return err
			}
		}
		return err
	})
	if len(deliveries) != 4 {
		t.Fatalf("got %v, want looked-up, person, whole and one-row", deliveries)
	}
	owners := map[string]core.PartyID{
		"looked-up": solutiontest.Sorvik, "person": solutiontest.Ola, "whole": solutiontest.Kari,
		"one-row": solutiontest.Nordvik,
	}
	documents := map[string]string{
		"looked-up": `{"sak":{"tittel":"Til naboen"}}`, "person": `{"sak":{"tittel":"Lysfest"}}`,
		"one-row": `{"svar":[{"tekst":"Lysfest"}]}`,
	}
	for id, want := range owners {
		d, f := deliveries[id], frozen[id]
		if d.Owner != want || d.Round != v.Instance.Version || f.Thread.ID != v.Instance.ID ||
			f.Thread.Owner != solutiontest.Kari {
			t.Errorf("%s: %+v of the thread %v, want the owner %d", id, d, f.Thread, want)
		}
		got, err := json.Marshal(f.Document)
		if err != nil || documents[id] != "" && string(got) != documents[id] {
			t.Errorf("%s carries %s (%v), want %s", id, got, err, documents[id])
		}
	}
	up := frozen["looked-up"]
	if up.Unit != "bydel-sentrum" || up.Language != "en" || up.Due == nil ||
		up.Due.UTC().Format("2006-01-02 15:04:05") != "2027-06-12 21:59:59" {
		t.Errorf("unit %q, language %q, due %v", up.Unit, up.Language, up.Due)
	}
	whole := frozen["whole"].Document
	event, _ := whole["arrangement"].(map[string]any)
	if event["navn"] != "Et annet navn" || event["sted"] != "Nordvikparken" || whole["budsjett"] == nil {
		t.Errorf("the whole document is %v", whole)
	}
}
