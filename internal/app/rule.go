package app

import "strings"

// Rule is one thing that the checks look for. Its code does not change once it is given:
// pipelines filter by it.
type Rule struct {
	Code string
	// About says what is found, and Do what to do about it: one sentence each.
	About, Do string
	// formats are the messages that older checks give for it, as they are written there.
	formats []string
}

// CodeInvalidValue is the rule of findings that have no rule of their own: something in a file
// is not of the kind, or not among the words, that the file's format has.
const CodeInvalidValue = "invalid-value"

// CodeScenario is the rule of scenarios that do not go as they are written.
const CodeScenario = "scenario-failed"

// CodeUnits is the rule of the file with the parts of organisations that cases are given to.
const CodeUnits = "units"

// CodeTheme is the rule of the files with an organisation's colours and logo.
const CodeTheme = "theme"

// Rules gives every rule, in the order of the files that they are about.
func Rules() []Rule {
	out := make([]Rule, 0, len(ruleList))
	return append(out, ruleList...)
}

// Do says what to do about a finding.
func (f Finding) Do() string { return rulesByCode[f.Code].Do }

var rulesByCode, codesByFormat = indexRules()

func indexRules() (byCode map[string]Rule, byFormat map[string]string) {
	byCode, byFormat = map[string]Rule{}, map[string]string{}
	for _, r := range ruleList {
		byCode[r.Code] = r
		for _, f := range r.formats {
			byFormat[f] = r.Code
		}
	}
	return byCode, byFormat
}

// codeOf gives the code of a finding by the message's format; a component's id may stand first.
func codeOf(format string) string {
	if code := codesByFormat[format]; code != "" {
		return code
	}
	if code := codesByFormat[strings.TrimPrefix(format, "%s: ")]; code != "" {
		return code
	}
	return CodeInvalidValue
}
