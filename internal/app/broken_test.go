package app

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// broken is a change to one file of a test app, and what is then to be found.
type broken struct {
	name, file, old, new string
	// at is a text on the line that the finding must name; empty is the whole file.
	at       string
	severity Severity
	want     string
	// in is the file that the finding names, where that is another.
	in string
}

const (
	aMeta     = soknad + "/App/config/applicationmetadata.json"
	aSoker    = soknad + "/App/ui/skjema/layouts/soker.json"
	aTiltak   = soknad + "/App/ui/skjema/layouts/tiltak.json"
	aBudsjett = soknad + "/App/ui/skjema/layouts/budsjett.json"
	aReview   = soknad + "/App/ui/skjema/layouts/oppsummering.json"
	aSettings = soknad + "/App/ui/skjema/Settings.json"
	aSets     = soknad + "/App/ui/layout-sets.json"
	aModel    = soknad + "/App/models/soknad.schema.json"
	aRules    = soknad + "/App/models/soknad.validation.json"
	aCalc     = soknad + "/App/models/soknad.calculation.json"
	aPrefill  = soknad + "/App/models/soknad.prefill.json"
	aOptions  = soknad + "/App/options/omrader.json"
	aTexts    = soknad + "/App/config/texts/resource.nb.json"
	aPolicy   = soknad + "/App/config/authorization/policy.xml"
	aProcess  = soknad + "/App/config/process/process.bpmn"
	aHandover = soknad + "/App/config/handover.json"
	bRoles    = sak + "/config/roles.json"
	bCasework = sak + "/config/casework.json"
	bProcess  = sak + "/config/process/process.bpmn"
)

var brokenFiles = []broken{
	// The files themselves.
	{"bad JSON", aMeta, `"org": "lindvik",`, `"org": lindvik,`, "", "error", "not valid JSON", ""},
	{"a key twice", aMeta, `"org": "lindvik",`, `"org": "lindvik", "id": "x/y",`, `"id": "x/y"`, "error", `the key "id" stands twice`, ""},
	{"two values", aSettings, "", "{} ", "{}", "error", "more after the JSON value", ""},
	{"bad schema", aModel, `"$ref": "#/$defs/Soknad"`, `"$ref": "#/$defs/Ukjent"`, "", "error", "", ""},
	{"bad texts", aTexts, `"language": "nb"`, `"lang": "nb"`, "{", "error", "names no language", ""},

	// Metadata.
	{"no id", aMeta, `"id": "lindvik/tilskudd"`, `"i": "lindvik/tilskudd"`, "{", "error", "id is missing", ""},
	{"odd id", aMeta, `"id": "lindvik/tilskudd"`, `"id": "tilskudd"`, `"id"`, "error", `must be "org/app"`, ""},
	{"reserved organisation", aMeta, `"id": "lindvik/tilskudd"`, `"id": "inbox/tilskudd"`, `"id"`, "error", "address of our own pages", ""},
	{"other organisation", aMeta, `"org": "lindvik"`, `"org": "annen"`, `"org"`, "error", `org is "annen"`, ""},
	{"no model", aMeta, `"id": "soknad"`, `"id": "annen"`, "{\n      \"id\": \"annen\"", "error", "models/annen.schema.json is missing", ""},
	{"wrong kind", aMeta, `"maxCount": 3`, `"maxCount": "3"`, `"maxCount": "3"`, "error", "must be a number", ""},
	{"content type", aMeta, `"image/png"`, `"bilde"`, `"bilde"`, "error", `"bilde" is no content type`, ""},
	{"presentation field", aMeta, `"tiltak.navn"`, `"tiltak.tittel"`, `"tiltak.tittel"`, "error", "tiltak.tittel is not in the model", ""},
	{"a data type twice", aMeta, `"id": "vedlegg"`, `"id": "soknad"`, "", "error", "stands twice", ""},
	{"hidden in no task", aMeta, `"presentationFields"`, `"messageBoxConfig": {"hideSettings": {"hideOnTask": ["Task_8"]}}, "presentationFields"`, `"messageBoxConfig"`, "error", `no task "Task_8"`, ""},
	{"hidden in no list", aMeta, `"presentationFields"`, `"messageBoxConfig": {"hideSettings": {"hideOnTask": "Task_1"}}, "presentationFields"`, `"messageBoxConfig"`, "error", "hideOnTask must be", ""},
	{"gone although handed over", aMeta, `"autoDeleteOnProcessEnd": false`, `"autoDeleteOnProcessEnd": true`, `"autoDeleteOnProcessEnd"`, "warning", "is kept, with all that is in it", ""},
	{"type gone although handed over", aMeta, `"autoCreate": true,`, `"autoCreate": true, "autoDeleteOnProcessEnd": true,`, `"autoCreate"`, "warning", "is kept, with all that is in it", ""},

	// Process and policy.
	{"process that is no XML", aProcess, "<bpmn:process ", "<bpmn:process<", "", "error", "cannot run", ""},
	{"policy with a condition", aPolicy, "    </xacml:Target>\n  </xacml:Rule>", "    </xacml:Target>\n    <xacml:Condition/>\n  </xacml:Rule>", "<xacml:Condition", "error", "cannot be evaluated", ""},
	{"placeholder in a policy", aPolicy, ">lindvik<", ">[ORG]<", "<xacml:Rule", "warning", "placeholder", ""},
	{"action without a rule", bProcess, ">reject<", ">send-tilbake<", "", "warning", "action send-tilbake of task Task_2", sak + "/config/authorization/policy.xml"},
	{"policy about no field", bPolicy, `"urn:altinn:app"`, `"urn:stafett:datafield:bydel"`, "<xacml:Rule", "error", "there is no bydel among dataFields", ""},
	{"policy about a field that is not kept", bPolicy, `"urn:altinn:app"`, `"urn:stafett:datafield:sak.tittel"`, "<xacml:Rule", "error", "sak.tittel is a field of sak, but not", ""},
	{"role that nobody explains", bRoles, `"lindvik-tilskudd"`, `"lindvik-annet"`, "{", "error", "asks for the role lindvik-tilskudd", ""},
	{"role without a purpose", bRoles, `"en": "Handling of grant applications"`, `"en": ""`, "{\n      \"code\"", "error", "no purpose in en", ""},
	{"misspelt key", bRoles, `"purpose"`, `"purpos"`, `"purpos"`, "error", `unknown key "purpos"`, ""},

	// Layout sets and pages.
	{"set without a task", aSets, `"Task_1"`, `"Task_9"`, "", "error", `no task "Task_9"`, ""},
	{"set without a model", aSets, `"soknad"`, `"annen"`, "", "error", `no form data type "annen"`, ""},
	{"missing page", aSettings, `"budsjett"`, `"okonomi"`, `"okonomi"`, "error", "no page okonomi", ""},
	{"page never shown", aSettings, `"budsjett",`, ``, "", "warning", "never shown", aBudsjett},
	{"page twice", aSettings, `"budsjett"`, `"tiltak"`, "", "error", "the page tiltak stands twice", ""},

	// Components.
	{"missing field", aSoker, `"soker.navn"`, `"soker.etternavn"`, `"soker.etternavn"`, "error", "soker.etternavn is not in the model soknad", ""},
	{"no binding", aSoker, `"simpleBinding": "soker.navn"`, `"annen": "soker.navn"`, "", "error", "needs the binding simpleBinding", ""},
	{"binding to a group", aSoker, `"soker.navn"`, `"soker"`, `"soker"`, "error", "is no single field", ""},
	{"field in rows, outside of them", aSoker, `"soker.navn"`, `"budsjett.poster.tekst"`, `"budsjett.poster.tekst"`, "error", "is in the list budsjett.poster", ""},
	{"group that is no list", aBudsjett, `"group": "budsjett.poster"`, `"group": "budsjett"`, `"group": "budsjett"`, "error", "is no list", ""},
	{"unknown function", aTiltak, `"commaContains"`, `"kommaHar"`, `"hidden": [`, "error", "kommaHar", ""},
	{"expression on a missing field", aTiltak, `"dataModel",
              "tiltak.malgruppe"`, `"dataModel",
              "tiltak.antall"`, `"hidden": [`, "error", "tiltak.antall is not in the model", ""},
	{"expression on a missing component", aSoker, `"component",
            "soker-type"`, `"component",
            "soker-kjonn"`, `"hidden": [`, "error", "no component soker-kjonn", ""},
	{"missing options", aTiltak, `"optionsId": "omrader"`, `"optionsId": "steder"`, `"steder"`, "error", "no options/steder.json", ""},
	{"id twice", aSoker, `"id": "soker-epost"`, `"id": "soker-navn"`, "", "error", "stands twice", ""},
	{"id on two pages", aSoker, `"id": "soker-epost"`, `"id": "tiltak-navn"`, "", "error", "one of a kind", aTiltak},
	{"missing child", aTiltak, `"tiltak-start",`, `"tiltak-begynner",`, `"tiltak-begynner"`, "error", "no component tiltak-begynner", ""},
	{"child of two", aBudsjett, `"kilde-navn"
        ]`, `"post-tekst"
        ]`, "", "error", "is in both", ""},
	{"missing column", aBudsjett, `"post-belop"
        ],
        "hiddenRow"`, `"post-navn"
        ],
        "hiddenRow"`, "", "error", "no component post-navn in the group", ""},
	{"upload without a data type", aBudsjett, `"id": "vedlegg"`, `"id": "bilag"`, "", "error", "no data type bilag", ""},
	{"summary of nothing", aReview, `"type": "layoutSet"`, `"type": "page", "id": "side9"`, "", "error", "no page side9", ""},
	{"type that is not there yet", aSoker, `"type": "Paragraph"`, `"type": "Likert"`, "", "warning", "type Likert are not supported yet", ""},
	{"missing text", aSoker, `"soker.innledning"`, `"soker.innleiing"`, `"soker.innleiing"`, "warning", "no text soker.innleiing", ""},
	{"literal text", aSoker, `"soker.innledning"`, `"Les dette f.eks. nå"`, "", "", "", ""},
	{"part that no option has", aTiltak, `"optionsId": "omrader"`, `"optionsId": "omrader", "optionFilter": ["notEquals", ["value", "lable"], "x"]`, `"optionsId"`, "warning", "an option has no lable: every option is shown: did you mean label?", ""},

	// Texts, options, rules, calculations, prefill.
	{"text in one language", aTexts, `"id": "nei"`, `"id": "neida"`, "{", "warning", "nei is missing here", ""},
	{"option twice", aOptions, `"nord"`, `"sentrum"`, "", "warning", `"sentrum" stands twice`, ""},
	{"rule for a missing field", aRules, `"budsjett.sum"`, `"budsjett.total"`, "", "error", "budsjett.total is not in the model", ""},
	{"missing definition", aRules, `"stor"`, `"storr"`, `"storr"`, "error", `no definition "storr"`, ""},
	{"odd severity", aRules, `"warning"`, `"farlig"`, `"farlig"`, "error", "severity must be", ""},
	{"rule without a condition", aRules, `"condition": [
          "lessThan"`, `"betingelse": [
          "lessThan"`, "{\n        \"message\": \"regel.sum\"", "error", "needs a message and a condition", ""},
	{"calculation of a missing field", aCalc, `"budsjett.sum": {`, `"budsjett.total": {`, "", "error", "budsjett.total is not in the model", ""},
	{"calculation of a list", aCalc, `"budsjett.sum": {`, `"budsjett.poster": {`, "", "error", "cannot be calculated", ""},
	{"prefill to a missing field", aPrefill, `"soker.epost"`, `"soker.telefon"`, `"soker.telefon"`, "error", "soker.telefon is not in the model", ""},
	{"prefill from an unknown fact", aPrefill, `"Email"`, `"Epost"`, `"Epost"`, "error", `no field "Epost"`, ""},
	{"prefill into rows", aPrefill, `"soker.epost"`, `"budsjett.poster.tekst"`, `"budsjett.poster.tekst"`, "error", "is not a single field", ""},
	{"prefill of a group", aPrefill, `"soker.epost"`, `"soker"`, `"Email"`, "error", "is not a single field", ""},
	{"prefill of a number with a text", aPrefill, `"soker.epost"`, `"tiltak.deltakere"`, `"Email"`, "error", "Email of UserProfile is a text, and the field takes integer", ""},
	{"prefill that nobody knows", aPrefill, `"Name": "soker.navn"`, `"AddressCity": "soker.navn"`, `"AddressCity"`, "info", "does not know AddressCity of DSF", ""},
	{"parameter of no field", aPrefill, `"omrade": "tiltak.omrade"`, `"by": "soker.by"`, `"by"`, "error", "soker.by is not in the model", ""},
	{"parameter that is personal", aPrefill, `"omrade": "tiltak.omrade"`, `"fnr": "soker.navn"`, `"fnr"`, "warning", "must not stand in an address: fnr", ""},
	{"parameter of mailings", aPrefill, `"omrade": "tiltak.omrade"`, `"utm_source": "soker.navn"`, `"utm_source"`, "error", "utm_source is a name that mailings", ""},
	{"parameter of a later form", aMeta, `"autoCreate": true`, `"autoCreate": false`, `"QueryParameters"`, "warning", "fill in nothing", aPrefill},

	// How the work on cases is helped.
	{"checklist of no task", bCasework, `"Task_1"`, `"Task_9"`, "{\n      \"task\": \"Task_9\"", "error", `no task "Task_9"`, ""},
	{"two checklists of a task", bCasework, `"Task_2"`, `"Task_1"`, "{\n      \"task\": \"Task_1\",\n      \"open\"", "error", "two checklists", ""},
	{"checklist before no step", bCasework, `["next"]`, `["send"]`, `["send"]`, "error", `no step "send"`, ""},
	{"checklist that does nothing", bCasework, `"warn"`, `"ask"`, "", "error", "open must be warn or stop", ""},
	{"item twice", bCasework, `"budsjett"`, `"habilitet"`, `{ "id": "habilitet", "text": { "nb": "Bud`, "error", "id of its own", ""},
	{"item in one language", bCasework, `"en": "I am impartial"`, `"en": ""`, `"habilitet"`, "error", "no text in en", ""},
	{"empty checklist", bCasework, `{ "id": "brev", "text": { "nb": "Brevet er lest", "nn": "Brevet er lese", "en": "The letter is read" } }`, "", "", "error", "from 1 to 30 items", ""},
	{"template with an unknown variable", bCasework, `Hei, {applicant}`, `Hei, {name}`, "", "error", "{name} is no variable", ""},
	{"template with a lone brace", bCasework, `Hei, {applicant}`, `Hei, {applicant`, "", "error", "{ is no variable", ""},
	{"template with an odd id", bCasework, `"mottatt"`, `"Mottatt!"`, "{\n      \"id\": \"Mottatt!\"", "error", "id of its own", ""},
	{"misspelt casework key", bCasework, `"templates"`, `"template"`, "", "error", `unknown key "template"`, ""},
	{"casework of a form", bMeta, `"disallowUserInstantiation": true`, `"disallowUserInstantiation": false`, "{", "warning", "this is for cases", bCasework},

	// Handover, as far as one app can tell.
	{"misspelt handover key", aHandover, `"dueInDays"`, `"dueDays"`, `"dueDays"`, "error", `unknown key "dueDays"`, ""},
	{"handover at no task", aHandover, `"Task_1"`, `"Task_7"`, `"Task_7"`, "error", `no task "Task_7"`, ""},
	{"handover at no time", aHandover, `"taskEnd": "Task_1"`, `"processEnd": false`, "{\n      \"id\": \"sak\"", "error", "either taskEnd or processEnd or action", ""},
	{"handover by no action", aHandover, `"taskEnd": "Task_1"`, `"action": "klag"`, "", "error", `no task of the process has the action "klag"`, ""},
	{"handover into nothing", aHandover, `"dueInDays"`, `"into": "den", "dueInDays"`, "", "error", "into must be source", ""},
	{"handover into what has an owner", aHandover, `"dueInDays"`, `"into": "source", "dueInDays"`, "", "error", "has its owner already", ""},
	{"reminders of what no case asks", aHandover, `"dueInDays"`, `"remindBefore": [3], "dueInDays"`, "", "error", "for what a case asks", ""},
	{"reminder after the day", aHandover, `"dueInDays"`, `"remindBefore": [-1], "dueInDays"`, "-1", "error", "from 0 to 90", ""},
	{"reminder twice", aHandover, `"dueInDays"`, `"remindBefore": [3, 3], "dueInDays"`, "", "error", "has 3 twice", ""},
	{"too many reminders", aHandover, `"dueInDays"`, `"remindBefore": [6, 5, 4, 3, 2, 1], "dueInDays"`, "", "error", "more than 5 times", ""},
	{"date of no field", aHandover, `"dueInDays"`, `"due": ["dataModel", "ukjent.dato"], "dueInDays"`, "", "error", "ukjent.dato is not in the model", ""},
	{"owner number", aHandover, `"310246816"`, `"310246817"`, `"310246817"`, "error", "no organisation number", ""},
	{"no owner", aHandover, `"organisationNumber": "310246816"`, `"source": false`, "{\n      \"id\": \"sak\"", "error", "exactly one of", ""},
	{"missing source field", aHandover, `"dataModel",
          "soker.navn"`, `"dataModel",
          "soker.fulltnavn"`, "", "error", "soker.fulltnavn is not in the model", ""},
	{"rows from no list", aHandover, `"from": "budsjett.poster"`, `"from": "budsjett.sum"`, "", "error", "budsjett.sum is no list", ""},
	{"row field that is not there", aHandover, `"beskrivelse": "tekst"`, `"beskrivelse": "navn"`, "", "error", "budsjett.poster.navn is not in the model", ""},
	{"files of no type", aHandover, `"vedlegg": "vedlegg"`, `"vedlegg": "bilag"`, `"bilag"`, "error", "no data type bilag", ""},
}

func TestLoad_TellsWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for _, tt := range brokenFiles {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := files(t)
			replace(t, fsys, tt.file, tt.old, tt.new)
			checkFinding(t, fsys, tt)
		})
	}
	t.Logf("checked %d broken files", len(brokenFiles))
}

func checkFinding(t *testing.T, fsys fstest.MapFS, tt broken) {
	t.Helper()
	defs, found := LoadAll(fsys)
	if tt.severity == "" {
		if len(found) > 0 {
			t.Errorf("got %v, want nothing", found)
		}
		return
	}
	in := tt.file
	if tt.in != "" {
		in = tt.in
	}
	wantLine := 0
	if tt.at != "" {
		wantLine = lineOfText(t, fsys, in, tt.at)
	}
	ok := slices.ContainsFunc(found, func(f Finding) bool {
		return f.File == in && f.Severity == tt.severity && strings.Contains(f.Message, tt.want) &&
			(tt.at == "" || f.Line == wantLine)
	})
	if !ok {
		t.Errorf("got %s\nwant %s:%s: %s: … %s …", join(found), in, strconv.Itoa(wantLine), tt.severity, tt.want)
	}
	wantApps := 2
	if tt.severity == SeverityError {
		wantApps = 1
	}
	if len(defs) != wantApps {
		t.Errorf("got %d apps, want %d", len(defs), wantApps)
	}
}

func join(found []Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

func TestLoad_MissingFilesAreFindings(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		aMeta:    "there is no such file",
		aPolicy:  "there is no policy",
		aProcess: "there is no process",
		aModel:   "has no model",
		aSoker:   "there is no page soker",
		aOptions: "there is no options/omrader.json",
	} {
		fsys := files(t)
		delete(fsys, file)
		d, found := Load(sub(t, fsys, soknad))
		if d != nil || !strings.Contains(join(found), want) {
			t.Errorf("without %s: got %s, want %q", file, join(found), want)
		}
	}
}
