package apps

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"stafett/internal/core"
)

const (
	application = "nordvik/arrangementsstotte"
	grantCase   = "nordvik/stottesak"
	letter      = "nordvik/vedtak"
	more        = "nordvik/ettersending"
	appeal      = "nordvik/klage"
	parking     = "nordvik/parkering"
	parkingCase = "nordvik/parkeringssak"
	doctor      = "nordvik/legevurdering"
)

var (
	apps      = []string{application, grantCase, letter, more, appeal, parking, parkingCase, doctor}
	languages = []string{"nb", "nn", "en"}
)

// files gives every file under a folder of FS.
func files(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(FS, folder, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(read(t, name), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestFS_EveryFileParses(t *testing.T) {
	t.Parallel()
	parsed := map[string]int{}
	for _, name := range files(t, ".") {
		var err error
		switch ext := path.Ext(name); ext {
		case ".json":
			err = json.Unmarshal(read(t, name), new(any))
			parsed[ext]++
		case ".xml", ".bpmn", ".svg":
			err = wellFormed(read(t, name))
			parsed[ext]++
		default:
			t.Errorf("%s is of no kind that an app has", name)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Logf("parsed %v", parsed)
	if parsed[".json"] == 0 || parsed[".xml"] != len(apps) || parsed[".bpmn"] != len(apps) ||
		parsed[".svg"] == 0 {
		t.Errorf("files are missing from what is built in: %v", parsed)
	}
}

func wellFormed(raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// layout is what the tests read of a layout file.
type layout struct {
	Data struct {
		Layout []struct {
			ID, Type string
			ReadOnly bool
			Bindings map[string]string `json:"dataModelBindings"`
			Texts    map[string]any    `json:"textResourceBindings"`
		}
	}
}

// pages are those of the application that a citizen fills in and a caseworker reads.
var pages = []string{"soker", "arrangement", "budsjett"}

func TestHandover_FillsEveryQuestionThatTheCaseShows(t *testing.T) {
	t.Parallel()
	var file struct {
		Handovers []struct {
			Prefill map[string]any
			Rows    map[string]struct{ Fields map[string]string }
			Data    map[string]string
		}
	}
	decode(t, application+"/config/handover.json", &file)
	filled := map[string]bool{}
	for _, h := range file.Handovers {
		for target := range h.Prefill {
			filled[target] = true
		}
		for list, rows := range h.Rows {
			filled[list] = true
			for field := range rows.Fields {
				filled[list+"."+field] = true
			}
		}
		for dataType := range h.Data {
			filled[dataType] = true
		}
	}
	checked := 0
	for _, page := range pages {
		var l layout
		decode(t, grantCase+"/ui/soknad/layouts/"+page+".json", &l)
		for _, c := range l.Data.Layout {
			wanted := slices.Collect(maps.Values(c.Bindings))
			if c.Type == "FileUpload" {
				wanted = append(wanted, c.ID)
			}
			for _, field := range wanted {
				checked++
				if !filled[field] {
					t.Errorf("the case shows %s, which is not handed over", field)
				}
			}
		}
	}
	t.Logf("checked %d fields", checked)
	if checked == 0 {
		t.Fatal("no fields were checked")
	}
}

func TestRegister_NumbersAreRightAndEveryPersonIsExplained(t *testing.T) {
	t.Parallel()
	var register struct {
		Parties []struct {
			ID                         core.PartyID
			Kind                       core.PartyKind
			Name, Number, Email, Phone string
			Note                       map[string]string
		}
	}
	decode(t, "register.json", &register)
	for _, p := range register.Parties {
		valid := core.ValidOrganisationNumber(p.Number)
		if p.Kind == core.PartyPerson {
			valid = core.ValidPersonNumber(p.Number)
			for _, lang := range languages {
				if p.Note[lang] == "" {
					t.Errorf("%s has no note in %s", p.Name, lang)
				}
			}
		}
		if !valid {
			t.Errorf("the number of %s is wrong", p.Name)
		}
		if !strings.HasSuffix(p.Email, ".example") || len(p.Phone) != 8 {
			t.Errorf("%s has an address or a number that may be somebody's", p.Name)
		}
	}
	t.Logf("checked %d parties", len(register.Parties))
	if len(register.Parties) == 0 {
		t.Fatal("there are no parties")
	}
}
