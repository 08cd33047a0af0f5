package app

import (
	"slices"
	"strings"
	"testing"
)

func TestLoad_TellsWhatIsWrongWithASecondPerson(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, rule, want string }{
		{"unknown word", `{"task": "Task_1", "preparedIn": ["Task_2"], "if": true}`, `unknown key "if"`},
		{"no task", `{"preparedIn": ["Task_2"]}`, "must name its task"},
		{"prepared nowhere", `{"task": "Task_1"}`, "must name its task"},
		{"no such task", `{"task": "Task_9", "preparedIn": ["Task_1"]}`, `no task "Task_9"`},
		{"prepared in no task", `{"task": "Task_1", "preparedIn": ["Task_9"]}`, `no task "Task_9"`},
		{"prepared where it is completed", `{"task": "Task_1", "preparedIn": ["Task_1"]}`, "could then not complete it"},
		{"a field that is not there", `{"task": "Task_1", "preparedIn": ["Task_9"],
			"when": ["greaterThan", ["dataModel", "tiltak.sum"], 1]}`, "tiltak.sum is not in the model"},
		{"twice", `{"task": "Task_1", "preparedIn": ["Task_9"]}, {"task": "Task_1", "preparedIn": ["Task_9"]}`,
			"stands twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := files(t)
			replace(t, fsys, aHandover, `{
  "handovers"`, `{ "secondPerson": [`+tt.rule+`],
  "handovers"`)
			_, found := LoadAll(fsys)
			if !slices.ContainsFunc(found, func(f Finding) bool {
				return strings.Contains(f.Message, tt.want) && f.File == aHandover && f.Line > 0 && f.Do() != ""
			}) {
				t.Errorf("got %s\nwant %s", join(found), tt.want)
			}
		})
	}
	t.Logf("checked %d mistakes", len(tests))
}
