package app

import (
	"slices"
	"testing"

	"stafett/internal/text"
)

const (
	fuzzProcess  = soknad + "/App/config/process/process.bpmn"
	fuzzPolicy   = soknad + "/App/config/authorization/policy.xml"
	fuzzSettings = soknad + "/App/ui/skjema/Settings.json"
	gatewayFile  = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" ` +
		`xmlns:a="http://altinn.no/process"><process id="p"><startEvent id="S"/><task id="Task_1">` +
		`<extensionElements><a:taskExtension><a:taskType>data</a:taskType></a:taskExtension>` +
		`</extensionElements></task><exclusiveGateway id="G"/><endEvent id="E"/><endEvent id="F"/>` +
		`<sequenceFlow id="1" sourceRef="S" targetRef="Task_1"/>` +
		`<sequenceFlow id="2" sourceRef="Task_1" targetRef="G"/>` +
		`<sequenceFlow id="3" sourceRef="G" targetRef="E"><conditionExpression>["and",["equals",` +
		`["dataModel","soker.type"],"lag"],["not",["greaterThan",["dataModel","soker.navn"],1]]]` +
		`</conditionExpression></sequenceFlow>` +
		`<sequenceFlow id="4" sourceRef="G" targetRef="F"/></process></definitions>`
)

func FuzzLoadProcess(f *testing.F) {
	f.Add([]byte(gatewayFile))
	fuzzFile(f, fuzzProcess, func(r *reader, d *Definition) {
		d.Process = nil
		r.readProcess(d, &source{})
		r.checkFlow(d, &source{})
	})
}

func FuzzLoadPolicy(f *testing.F) {
	fuzzFile(f, fuzzPolicy, func(r *reader, d *Definition) {
		d.Policy = nil
		r.readPolicy(d)
		r.checkPolicy(d)
		r.checkRoleUse(d)
	})
}

func FuzzLoadSchema(f *testing.F) {
	fuzzFile(f, aModel, func(r *reader, d *Definition) {
		r.readModels(d, &source{
			classes: map[string]string{"soknad": "Soknad"},
			dataTypes: map[string]*value{
				"soknad": {file: "App/models/soknad.schema.json", line: 1},
			},
		})
		for _, m := range d.Models {
			m.index()
			fieldPaths(m.Schema)
		}
	})
}

func FuzzLoadPrefill(f *testing.F) {
	fuzzFile(f, aPrefill, func(r *reader, d *Definition) {
		r.readPrefill("soknad", &Model{Schema: d.Models["soknad"].Schema})
	})
}

func FuzzLoadCalculations(f *testing.F) {
	fuzzFile(f, aCalc, func(r *reader, d *Definition) {
		m := &Model{Schema: d.Models["soknad"].Schema}
		r.readCalculations(d, "soknad", m)
		d.Models = map[string]*Model{"soknad": m}
		r.checkTrees()
		r.checkRings(d)
	})
}

func FuzzLoadRoles(f *testing.F) {
	f.Add([]byte(`{"roles":[{"code":"x-y","name":{"nb":"a"}},{"code":1}]}`))
	d := load(f, files(f), sak)
	fsys := files(f)
	f.Add(fsys[bRoles].Data)
	f.Fuzz(func(t *testing.T, raw []byte) {
		fresh := *d
		fresh.Roles = nil
		r := inOne("config/roles.json", raw)
		r.readRoles(&fresh)
		placed(t, r, "config/roles.json")
	})
}

func FuzzLoadCasework(f *testing.F) {
	f.Add([]byte(`{"checklists":[{"task":"Task_1","open":"x","items":[1]}],"templates":[{"text":{"nb":"{"}}]}`))
	d := load(f, files(f), sak)
	f.Add(files(f)[bCasework].Data)
	f.Fuzz(func(t *testing.T, raw []byte) {
		fresh := *d
		fresh.Checklists, fresh.Templates = nil, nil
		r := inOne("config/casework.json", raw)
		r.readCasework(&fresh)
		placed(t, r, "config/casework.json")
	})
}

func FuzzLoadOptions(f *testing.F) {
	fuzzFile(f, aOptions, func(r *reader, d *Definition) { r.readOptions(d) })
}

func FuzzLoadTexts(f *testing.F) {
	f.Add([]byte(`{"language":"nb","resources":[{"id":"a","value":"{0} {9}","variables":[{"key":"x"}]}]}`))
	fuzzFile(f, aTexts, func(r *reader, d *Definition) {
		r.readTexts(d)
		r.checkVariables(d)
		for _, lang := range text.Languages {
			for _, key := range d.Texts.Keys() {
				d.Texts.Resolve(lang, key, nil)
			}
		}
	})
}

func FuzzLoadSets(f *testing.F) {
	fuzzFile(f, aSets, func(r *reader, d *Definition) {
		d.Sets = nil
		r.readSets(d)
	})
}

func FuzzLoadSettings(f *testing.F) {
	fuzzFile(f, fuzzSettings, func(r *reader, d *Definition) {
		s := &setSource{set: &LayoutSet{ID: "skjema"}, folder: "ui/skjema"}
		r.readPages(d, s)
	})
}

// Conditions are judged by trying answers: whatever is written, that ends, and a condition that
// is said always to come out the same does.
func FuzzTruth(f *testing.F) {
	for _, s := range []string{
		`["and",["equals",["dataModel","a"],"x"],["notEquals",["dataModel","a"],"x"]]`,
		`["or",["lessThanEq",["dataModel","a"],1],["greaterThan",["dataModel","a"],1]]`,
		`["equals",1,"1"]`, `["not",["equals",["dataModel","a"],["dataModel","b"]]]`, `["not"]`,
		`["equals",["concat","a"],["concat","a"]]`, `[["equals"]]`, `["if",true,1,"else",2]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := parseJSON("x.json", raw)
		if err != nil || v.kind != kindArray {
			return
		}
		var judge truth
		yes, no := judge.outcomes(v)
		if !yes && !no {
			t.Errorf("%s has no outcome", raw)
		}
	})
}

// inOne gives a reader of a folder with one file.
func inOne(name string, raw []byte) *reader {
	return &reader{fsys: oneFile(name, raw)}
}

func placed(t *testing.T, r *reader, name string) {
	t.Helper()
	if i := slices.IndexFunc(r.list, func(f Finding) bool { return f.File != name }); i >= 0 {
		t.Errorf("got %s", r.list[i])
	}
}
