package app

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	bMeta   = sak + "/config/applicationmetadata.json"
	bModel  = sak + "/models/sak.schema.json"
	bPolicy = sak + "/config/authorization/policy.xml"
)

func TestCheck_TellsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, old, new, at, want string }{
		{"no such target", aHandover, `"app": "tilskuddssak"`, `"app": "annen"`, "{\n      \"id\": \"sak\"", "not among the apps here"},
		{"no such field", bModel, `"kanal": {`, `"vei": {`, `"sak.kanal"`, "sak.kanal is not in the model of"},
		{"other type", bModel, `"tittel": {
          "type": "string"`, `"tittel": {
          "type": "integer"`, `"sak.tittel"`, "takes integer, but the value is string"},
		{"number into integer", bModel, `"sum": {
          "type": "number"`, `"sum": {
          "type": "integer"`, `"sak.sum"`, "takes integer, but the value is number"},
		{"a group", aHandover, `"sak.tittel"`, `"sak"`, `"sak": [`, "is not a single field"},
		{"no such list", aHandover, `"poster": {`, `"utgifter": {`, `"utgifter": {`, "utgifter is no list"},
		{"no such row field", aHandover, `"beskrivelse": "tekst"`, `"om": "tekst"`, `"om"`, "poster.om is not in the model"},
		{"other row type", aHandover, `"belop": "belop"`, `"belop": "tekst"`, `"belop": "tekst"`, "takes number, but budsjett.poster.tekst is string"},
		{"no such list in rows", aHandover, `"kilder": {`, `"bidrag": {`, `"bidrag"`, "poster.bidrag is no list"},
		{"no such files", aHandover, `"soknad-pdf"`, `"pdf"`, `"pdf"`, "no data type pdf for files"},
		{"a tag that no file gets", aHandover, `"vedlegg": "vedlegg"`, `"vedlegg": {"from": "vedlegg", "tag": "regnskap"}`, `"vedlegg": {"from"`, "can be marked with the tag \"regnskap\""},
		{"content type", aMeta, `"image/png"`, `"image/gif"`, `"vedlegg": "vedlegg"`, "takes image/gif, but vedlegg of"},
		{"too few files", bMeta, `"maxCount": 0`, `"maxCount": 2`, `"vedlegg": "vedlegg"`, "at most 2 files"},
		{"too small files", bMeta, `"maxCount": 0`, `"maxCount": 0, "maxSize": 5`, `"vedlegg": "vedlegg"`, "up to 5 MB"},
		{"PDF", bMeta, `"application/pdf"
      ],
      "maxCount": 1`, `"image/png"
      ],
      "maxCount": 1`, `"soknad-pdf"`, "takes application/pdf, but soknad-pdf of"},
		{"the app's own files", bMeta, `"maxCount": 0`, `"maxCount": 0, "allowedContributers": ["app:owned"]`, `"vedlegg": "vedlegg"`, "by the app itself only"},
		{"organisation may not", bPolicy, ">instantiate<", ">start<", "{\n      \"id\": \"sak\"", "does not let lindvik make an instance"},
		{"end users may", bPolicy, ">confirm<", ">instantiate<", "{\n      \"id\": \"sak\"", "lets end users make an instance"},
		{"open to end users", bMeta, `"disallowUserInstantiation": true`, `"disallowUserInstantiation": false`, "{\n      \"id\": \"sak\"", "must set disallowUserInstantiation"},
		{"kind of owner", bMeta, `"organisation": true`, `"person": true`, "{\n      \"id\": \"sak\"", "cannot be owned by a party of kind organisation"},
		{"required and not given", bModel, `"sak": {
      "type": "object",
      "properties": {`, `"sak": {
      "type": "object", "required": ["frist"],
      "properties": { "frist": {"type": "string"},`, "{\n      \"id\": \"sak\"", "sak.frist of lindvik/tilskuddssak must be there"},
		{"ring", sak + "/config/handover.json", `"handovers": []`,
			`"handovers": [{"id": "tilbake", "on": {"processEnd": true}, "to": {"org": "lindvik", "app": "tilskudd"}, "instanceOwner": {"source": true}}]`,
			"", "go in a ring"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := files(t)
			replace(t, fsys, tt.file, tt.old, tt.new)
			defs, found := LoadAll(fsys)
			if HasErrors(found) {
				t.Fatalf("the apps do not load: %s", join(found))
			}
			line := 0
			if tt.at != "" {
				line = lineOfText(t, fsys, aHandover, tt.at)
			}
			got := Check(defs)
			ok := slices.ContainsFunc(got, func(f Finding) bool {
				return strings.Contains(f.Message, tt.want) && (line == 0 || f.File == aHandover && f.Line == line)
			})
			if !ok {
				t.Errorf("got %s\nwant line %d: %s", join(got), line, tt.want)
			}
		})
	}
	t.Logf("checked %d handovers that do not fit", len(tests))
}

func TestCheck_WhatGoesIntoAnInstanceMustBeLetIn(t *testing.T) {
	t.Parallel()
	// The organisation's own rule stands last; its end is about the app, here also about a task.
	const own, app, task = `RuleId="rule:1"`, `AttributeId="urn:altinn:app" Category="`, `AttributeId="urn:altinn:task" Category="`
	inTask := func(policy string) string {
		before, rule, _ := strings.Cut(policy, own)
		const end = "</xacml:Match>"
		from := strings.LastIndex(rule[:strings.Index(rule, app)], "<xacml:Match ")
		to := from + strings.Index(rule[from:], end) + len(end)
		match := strings.NewReplacer(app, task, ">tilskuddssak<", ">Task_1<").Replace(rule[from:to])
		return before + own + rule[:to] + match + rule[to:]
	}
	tests := []struct {
		name         string
		change       func(fsys fstest.MapFS)
		severity     Severity
		code, saying string
	}{
		{"the organisation may write", func(fstest.MapFS) {}, "", "", ""},
		{"it may not", func(fsys fstest.MapFS) {
			fsys[bPolicy].Data = []byte(strings.ReplaceAll(string(fsys[bPolicy].Data), ">write<", ">read<"))
		}, SeverityError, "", "does not let lindvik write in any task"},
		{"it may in one task", func(fsys fstest.MapFS) {
			fsys[bPolicy].Data = []byte(inTask(string(fsys[bPolicy].Data)))
		}, SeverityWarning, "handover-shut", "does not let lindvik write in Task_2"},
	}
	for _, tt := range tests {
		fsys := files(t)
		replace(t, fsys, aHandover, `"instanceOwner": {
        "organisationNumber": "310246816"
      }`, `"into": "thread"`)
		tt.change(fsys)
		defs, found := LoadAll(fsys)
		if HasErrors(found) {
			t.Fatalf("%s: the apps do not load: %s", tt.name, join(found))
		}
		got := Check(defs)
		ok := slices.ContainsFunc(got, func(f Finding) bool {
			return f.Severity == tt.severity && strings.Contains(f.Message, tt.saying) && f.File == aHandover &&
				(tt.code == "" || f.Code == tt.code)
		})
		if tt.saying == "" && len(got) > 0 || tt.saying != "" && !ok {
			t.Errorf("%s: got %s", tt.name, join(got))
		}
	}
}

// TestMayMark_ByTheOptionsOfTheUpload: only an upload of that data type with that option can.
func TestMayMark_ByTheOptionsOfTheUpload(t *testing.T) {
	t.Parallel()
	marked := &FileUploadProps{Tags: &ChoiceProps{Options: []Option{{Value: "regnskap"}}}}
	d := &Definition{Sets: []*LayoutSet{{Pages: []*Page{{Components: []*Component{
		{ID: "vedlegg", Type: TypeFileUploadWithTag, Props: marked},
		{ID: "bilde", Type: TypeFileUpload, Props: &FileUploadProps{}},
		{ID: "fra-rader", Type: TypeFileUploadWithTag,
			Props: &FileUploadProps{Tags: &ChoiceProps{Source: &OptionSource{}}}},
	}}}}}}
	for m, want := range map[DataMapping]bool{
		{Source: "vedlegg", Tag: "regnskap"}: true, {Source: "vedlegg", Tag: "budsjett"}: false,
		{Source: "bilde", Tag: "regnskap"}: false, {Source: "fra-rader", Tag: "hva som helst"}: true,
	} {
		if got := mayMark(d, m); got != want {
			t.Errorf("%s with %s: got %v", m.Source, m.Tag, got)
		}
	}
}
