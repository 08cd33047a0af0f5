package app

import (
	"slices"
	"strings"
	"testing"
)

const bHandover = sak + "/config/handover.json"

func TestLoad_TellsWhatIsWrongWithTakingBackAndCorrecting(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, old, new, severity, want string }{
		{"unknown word", aHandover, `{
  "handovers"`, `{ "withdraw": {"untill": "2027-01-01"},
  "handovers"`, "error", `unknown key "untill"`},
		{"a reason to correct", aHandover, `{
  "handovers"`, `{ "correct": {"reason": true},
  "handovers"`, "error", `unknown key "reason"`},
		{"a field that is not there", aHandover, `{
  "handovers"`, `{ "correct": {"until": ["dataModel", "tiltak.dag"]},
  "handovers"`, "error", "tiltak.dag is not in the model"},
		{"no rule", aHandover, `{
  "handovers"`, `{ "correct": {},
  "handovers"`, "warning", "no rule of the policy lets anyone correct"},
		{"both", bHandover, `{
  "handovers"`, `{ "onWithdrawn": {"action": "confirm", "endEvent": "EndEvent_1"},
  "handovers"`, "error", "either action or endEvent"},
		{"neither", bHandover, `{
  "handovers"`, `{ "onWithdrawn": {},
  "handovers"`, "error", "either action or endEvent"},
		{"no such action", bHandover, `{
  "handovers"`, `{ "onWithdrawn": {"action": "trekk"},
  "handovers"`, "error", `no task of the process has the action "trekk"`},
		{"no such end", bHandover, `{
  "handovers"`, `{ "onWithdrawn": {"endEvent": "EndEvent_9"},
  "handovers"`, "error", `no end event "EndEvent_9"`},
		{"a target that hands nothing over", bHandover, `{
  "handovers"`, `{ "withdraw": {}, "correct": {},
  "handovers"`, "error", "nobody would be told"},
		{"what the organisation makes", bHandover, `{
  "handovers"`, `{ "correct": {},
  "handovers"`, "error", "only what people start themselves"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := files(t)
			replace(t, fsys, tt.file, tt.old, tt.new)
			_, found := LoadAll(fsys)
			if !slices.ContainsFunc(found, func(f Finding) bool {
				return strings.Contains(f.Message, tt.want) && string(f.Severity) == tt.severity &&
					f.File == tt.file && f.Line > 0 && f.Do() != ""
			}) {
				t.Errorf("got %s\nwant %s", join(found), tt.want)
			}
		})
	}
	t.Logf("checked %d mistakes", len(tests))
}

func TestCheck_TellsWhatAWithdrawalAndACorrectionMeet(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	replace(t, fsys, aHandover, `{
  "handovers"`, `{ "withdraw": {}, "correct": {},
  "handovers"`)
	defs, found := LoadAll(fsys)
	if HasErrors(found) {
		t.Fatal(join(found))
	}
	all := join(Check(defs))
	for _, want := range []string{
		"does not say onWithdrawn", "soknad-pdf of lindvik/tilskuddssak takes one file",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("got %s\nwant %s", all, want)
		}
	}
}
