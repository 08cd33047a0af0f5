package app_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
)

// typo misspells a word: a letter is left out, doubled, or swapped with its neighbour. What it
// gives is none of the other words in the file.
func typo(rng *rand.Rand, old string, others []string) string {
	letters := []rune(old)
	for range 50 {
		out := slices.Clone(letters)
		i := rng.IntN(len(out))
		switch rng.IntN(3) {
		case 0:
			out = slices.Delete(out, i, i+1)
		case 1:
			out = slices.Insert(out, i, out[i])
		default:
			j := (i + 1) % len(out)
			out[i], out[j] = out[j], out[i]
		}
		if s := string(out); s != old && s != "" && !slices.Contains(others, s) {
			return s
		}
	}
	return old
}

// to always writes the same.
func to(words string) func(*rand.Rand, string, []string) string {
	return func(*rand.Rand, string, []string) string { return words }
}

// another writes what stands at another place of the same file.
func another(rng *rand.Rand, old string, others []string) string {
	return others[rng.IntN(len(others))]
}

var (
	layouts     = regexp.MustCompile(`/layouts/.*\.json$`)
	settings    = regexp.MustCompile(`Settings\.json$`)
	sets        = regexp.MustCompile(`layout-sets\.json$`)
	metadata    = regexp.MustCompile(`applicationmetadata\.json$`)
	texts       = regexp.MustCompile(`resource\.(nb|nn|en)\.json$`)
	schemas     = regexp.MustCompile(`\.schema\.json$`)
	validations = regexp.MustCompile(`\.validation\.json$`)
	calcs       = regexp.MustCompile(`\.calculation\.json$`)
	prefills    = regexp.MustCompile(`\.prefill\.json$`)
	handovers   = regexp.MustCompile(`handover\.json$`)
	processes   = regexp.MustCompile(`\.bpmn$`)
	policies    = regexp.MustCompile(`policy\.xml$`)
	roles       = regexp.MustCompile(`roles\.json$`)
	optionLists = regexp.MustCompile(`options/.*\.json$`)
	anyJSON     = regexp.MustCompile(`\.json$`)
	anyXML      = regexp.MustCompile(`\.(xml|bpmn)$`)

	re = regexp.MustCompile
	// oneComponent is the rest of a component, whatever order its properties are in.
	oneComponent = `(?:[^{}]|\{[^{}]*\})*?`
)

var kinds = []kind{
	// Files that are not what they should be.
	{"JSON with a comma or a bracket missing", anyJSON, re(`([,{}\]])\n`), to(""), nil},
	{"XML with an end tag misspelt", anyXML, re(`</(\w+:\w+)>`), typo, nil},

	// Layouts.
	{"binding misspelt", layouts, re(`"(?:simpleBinding|group)": "([^"]+)"`), typo, nil},
	{"binding name misspelt", layouts, re(`"(simpleBinding|group)": "`), typo, nil},
	{"text key misspelt", layouts, re(`"(?:title|description|help|body|shortName)": "([\w-]+\.[\w.-]+)"`), typo, nil},
	{"component type misspelt", layouts, re(`"type": "([A-Z]\w+)"`), typo, nil},
	{"component id twice", layouts, re(`"id": "([^"]+)",\s*"type"`), another, nil},
	{"options id misspelt", layouts, re(`"optionsId": "([^"]+)"`), typo, nil},
	{"date bound to a number", layouts, re(`"type": "(Input)"` + oneComponent + `"formatting"`), to("Datepicker"), nil},
	{"long text bound to a number", layouts, re(`"type": "(Input)"` + oneComponent + `"formatting"`), to("TextArea"), nil},
	{"repeating group bound to no list", layouts, re(`"group": "([^"]+)"`), to("soker.navn"), nil},
	{"number field with options that are words", layouts, re(`("type": "Input",)` + oneComponent + `"formatting"`),
		to(`"type": "RadioButtons", "options": [{"value": "ja", "label": "Ja"}, {"value": "nei", "label": "Nei"}],`), nil},
	{"property misspelt", layouts, re(`"(required|readOnly|hidden|optionsId|textResourceBindings|dataModelBindings|tableHeaders|showBackButton)":`), typo, nil},
	{"property of the wrong kind", layouts, re(`"(?:readOnly|showBackButton)": (true|false)`), to(`["yes"]`), nil},
	{"child misspelt", layouts, re(`"children": \[\s*"([^"]+)"`), typo, nil},
	{"column misspelt", layouts, re(`"tableHeaders": \[\s*"([^"]+)"`), typo, nil},
	{"upload without data type", layouts, re(`"id": "([^"]+)",\s*"type": "FileUpload"`), typo, nil},
	{"summary of a page that is not there", layouts, re(`"type": "page", "id": "([^"]+)"`), typo, nil},
	{"summary of a task that is not there", layouts, re(`"taskId": "([^"]+)"`), typo, nil},

	// Expressions.
	{"function misspelt", layouts, re(`\["(equals|notEquals|not|and|or|if|greaterThan|dataModel)",`), typo, nil},
	{"field in an expression misspelt", layouts, re(`\["dataModel", "([^"]+)"`), typo, nil},
	{"comparison with no option", layouts, re(`\["(?:equals|notEquals)", \["dataModel", "[^"]+"\], "([^"]+)"\]`), typo, nil},
	{"too few arguments", layouts, re(`\["(?:equals|notEquals)", \["dataModel", "[^"]+"\](, [^\[\]]+)\]`), to(""), nil},
	{"condition that always holds", layouts, re(`"hidden": (\["\w+", \[[^\]]*\], [^\[\]]+\])`), to(`["equals", "a", "a"]`), nil},
	{"condition that never holds", layouts, re(`"hidden": (\["\w+", \["dataModel", "[^"]+"\], "[^"]+"\])`), to(`["and", ["equals", ["dataModel", "soker.navn"], "a"], ["equals", ["dataModel", "soker.navn"], "b"]]`), nil},

	// Settings, sets, metadata.
	{"condition that is a text", layouts, re(`"(?:hidden|required|readOnly)": (\[[^\n]*\])`), to(`["concat", "a", "b"]`), nil},
	{"condition that is a number", layouts, re(`"(?:hidden|required|readOnly)": (\[[^\n]*\])`), to(`["plus", 1, 2]`), nil},
	{"number compared with a word", layouts, re(`\["(?:greaterThan|lessThan)(?:Eq)?", \["dataModel", "[^"]+"\], (\d+)\]`), to(`"mange"`), nil},
	{"page that is never shown", layouts, re(`"data": \{(\s*)"layout"`), to(` "hidden": true, `), nil},
	{"page hidden by what always holds", layouts, re(`"data": \{(\s*)"layout"`), to(` "hidden": ["equals", 1, 1], `), nil},
	{"page in the order misspelt", settings, re(`"order": \[[^\]]*?"([^"]+)"\]`), typo, nil},
	{"page left out of the order", settings, re(`"order": \[("[^"]+",)`), to(""), layouts},
	{"task of a set misspelt", sets, re(`"tasks": \["([^"]+)"`), typo, nil},
	{"data type of a set misspelt", sets, re(`"dataType": "([^"]+)"`), typo, nil},
	{"task of a data type misspelt", metadata, re(`"taskId": "([^"]+)"`), typo, nil},
	{"data type misspelt", metadata, re(`"id": "([^"/]+)",\s*"allowedContentTypes"[^}]*"appLogic"`), typo, nil},
	{"content type that is none", metadata, re(`"(application/pdf|image/png)"`), to("pdf"), nil},
	{"other organisation", metadata, re(`"org": "([^"]+)"`), typo, nil},
	{"presentation field misspelt", metadata, re(`"path": "([^"]+)"`), typo, nil},
	{"title in a language missing", metadata, re(`"title": \{[^}]*?("nn": "[^"]*",)`), to(""), nil},
	{"metadata property misspelt", metadata, re(`"(autoCreate|classRef|appLogic|partyTypesAllowed|allowedContentTypes|disallowUserInstantiation)"`), typo, handovers},

	// Texts, options, roles.
	{"text missing in one language", texts, re(`(\{ ?"id": "[^"]+", "value": "[^"]*" ?\},)`), to(""), layouts},
	{"text's variable misspelt", texts, re(`"key": "([^"]+)"`), typo, nil},
	{"option's label misspelt", optionLists, re(`"label": "([\w-]+\.[\w.-]+)"`), typo, nil},
	{"option's value twice", optionLists, re(`"value": "?([^",]+)"?,`), another, nil},
	{"role code misspelt", roles, re(`"code": "([^"]+)"`), typo, nil},
	{"role without a text", roles, re(`"(?:nb|nn|en)": "([^"]+)"`), to(""), nil},
	{"role key misspelt", roles, re(`"(purpose|description|name|code)":`), typo, nil},

	// Models, rules, prefill.
	{"reference in the model misspelt", schemas, re(`"\$ref": "#/\$defs/([^"]+)"`), typo, nil},
	{"type in the model misspelt", schemas, re(`"type": "(string|number|integer|boolean|object|array)"`), typo, nil},
	{"rule of a field that is not there", validations, re(`\n    "([^"$]+)": \[`), typo, nil},
	{"rule that is not defined", validations, re(`": \["([^"]+)"\]`), typo, nil},
	{"field in a rule misspelt", validations, re(`\["dataModel", "([^"]+)"`), typo, nil},
	{"text of a rule misspelt", validations, re(`"message": "([^"]+)"`), typo, nil},
	{"severity misspelt", validations, re(`"severity": "([^"]+)"`), typo, nil},
	{"calculation of a field that is not there", calcs, re(`\n    "([^"$]+)": \{`), typo, nil},
	{"field in a calculation misspelt", calcs, re(`\["dataModel", "([^"]+)"`), typo, nil},
	{"prefill source misspelt", prefills, re(`"(\w+)": "\w+\.`), typo, nil},
	{"prefill target misspelt", prefills, re(`"\w+": "(\w+\.\w+)"`), typo, nil},

	// Handovers.
	{"handover to a field that is not there", handovers, re(`"([\w]+\.[\w.]+)": \[`), typo, nil},
	{"handover from a field that is not there", handovers, re(`\["dataModel", "([^"]+)"`), typo, nil},
	{"handover of the wrong type", handovers, re(`"[\w]+\.(?:navn|tittel|dato|deltakere|apent|belop\w*|soknadsbelop)": (\["dataModel", "[^"]+"\])`), to(`["list", 1, 2]`), nil},
	{"handover of files that are not there", handovers, re(`"data": \{[^}]*"[\w-]+": "([^"]+)"`), typo, nil},
	{"handover to files that are not there", handovers, re(`"data": \{\s*"([\w-]+)": "`), typo, nil},
	{"handover at a task that is not there", handovers, re(`"task(?:End|Start)": "([^"]+)"`), typo, nil},
	{"handover to an app that is not there", handovers, re(`"app": "([^"]+)"`), typo, nil},
	{"handover to no organisation", handovers, re(`"organisationNumber": "([^"]+)"`), to("310246817"), nil},
	{"handover key misspelt", handovers, re(`"(prefill|instanceOwner|rows|data|when|dueInDays)":`), typo, nil},

	// Process and policy.
	{"flow to nowhere", processes, re(`targetRef="([^"]+)"`), typo, nil},
	{"flow that is not there", processes, re(`<bpmn:outgoing>([^<]+)<`), typo, nil},
	{"task type misspelt", processes, re(`<altinn:taskType>([^<]+)<`), typo, nil},
	{"gateway that compares with no action", processes, re(`\["gatewayAction"\], "([^"]+)"\]`), typo, nil},
	{"gateway with two ways that are always open", processes, re(`(<bpmn:conditionExpression[^>]*>[^<]*</bpmn:conditionExpression>)`), to(""), nil},
	{"gateway with a way that is never open", processes, re(`<bpmn:conditionExpression[^>]*>([^<]*)<`), to("false"), nil},
	{"gateway reads a field that is not there", processes, re(`<bpmn:conditionExpression[^>]*>([^<]*)<`), to(`["equals", ["dataModel", "ikke.der"], "ja"]`), nil},
	{"gateway's function misspelt", processes, re(`>\["(equals|notEquals)",`), typo, nil},
	{"action that no rule permits", processes, re(`<altinn:action>([^<]+)<`), typo, policies},
	{"task that nothing leads to", processes, re(`sourceRef="StartEvent_1" targetRef="([^"]+)"`), to("EndEvent_1"), nil},
	{"role in the policy misspelt", policies, re(`string">([\w-]+)</xacml:AttributeValue>\s*<xacml:AttributeDesignator AttributeId="urn:altinn:rolecode"`), typo, roles},
	{"task in the policy misspelt", policies, re(`string">([\w-]+)</xacml:AttributeValue>\s*<xacml:AttributeDesignator AttributeId="urn:altinn:task"`), typo, nil},
	{"action in the policy misspelt", policies, re(`string">([\w-]+)</xacml:AttributeValue>\s*<xacml:AttributeDesignator AttributeId="urn:oasis:names:tc:xacml:1.0:action:action-id"`), typo, nil},
	{"policy for another app", policies, re(`string">([\w-]+)</xacml:AttributeValue>\s*<xacml:AttributeDesignator AttributeId="urn:altinn:app"`), typo, nil},
	{"policy with a function that is none", policies, re(`MatchId="urn:oasis:names:tc:xacml:\d\.0:function:([^"]+)"`), typo, nil},
	{"policy with an attribute that is none", policies, re(`Category="urn:oasis:names:tc:xacml:\d\.0:([^"]+)"`), typo, nil},
	{"organisation may not add to a case", policies, re(`urn:altinn:org" Category="[^"]*access-subject"(?s:.*?)string">(write)<`), to("read"), re(`(handover\.json|\.bpmn)$`)},
	{"end users may make a case", policies, re(`string">(nordvik)</xacml:AttributeValue>\s*<xacml:AttributeDesignator AttributeId="urn:altinn:org" Category="[^"]*access-subject"`), to("sorvik"), handovers},
}
