package process

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParse_EveryShapeOfFile(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"v7-tasktype-attribute.bpmn": {"Task_1 data", "Task_2 confirmation", "EndEvent_1"},
		"v8-signing-wrong-source.bpmn": {"Task_1 data", "Task_2 signing", "Task_3 signing",
			"EndEvent_1"},
		"v9-service-tasks-gateways.bpmn": {"Task_1 data", "Task_Service scenario (service)",
			"Task_ServiceLayout scenario (service)", "Task_2 data", "EndEvent_1"},
	}
	files, err := filepath.Glob("testdata/*.bpmn")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d files, %v, want %d", len(files), err, len(want))
	}
	for _, file := range files {
		name := filepath.Base(file)
		d := load(t, name)
		var got []string
		for _, task := range d.Tasks() {
			line := task.ID + " " + task.Type
			if task.Service {
				line += " (service)"
			}
			got = append(got, line)
		}
		got = append(got, d.EndEvents()...)
		if !reflect.DeepEqual(got, want[name]) {
			t.Errorf("%s: got %q, want %q", name, got, want[name])
		}
	}
	t.Logf("%d files", len(files))
}

func TestTask(t *testing.T) {
	t.Parallel()
	d := load(t, "v8-signing-wrong-source.bpmn")
	got, ok := d.Task("Task_2")
	want := Task{ID: "Task_2", Name: "Confirm1", Type: "signing", Line: 26,
		Actions: []Action{{ID: "reject"}, {ID: "sign"}}}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, id := range []string{"", "Gateway_0", "StartEvent_1", "Task_9"} {
		if task, ok := d.Task(id); ok {
			t.Errorf("%q: got %+v", id, task)
		}
	}
}

func TestTasks_InFlowOrder(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<endEvent id="E"/><startEvent id="S"/><userTask id="U"/>` +
		task("Never", "data") + task("Third", "feedback") + task("First", "data") +
		task("Second", "confirm") + edge("Third", "E") + edge("First", "Second") +
		edge("S", "First") + edge("Second", "Third") + edge("U", "E"))))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, task := range d.Tasks() {
		got = append(got, task.ID+" "+task.Type)
	}
	want := []string{"First data", "Second confirmation", "Third feedback", "Never data"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParse_RefusesWithLine(t *testing.T) {
	t.Parallel()
	start, end := `<startEvent id="S"/>`, `<endEvent id="E"/>`
	good := start + "\n" + task("T", "data") + end + edge("S", "T") + edge("T", "E")
	deep := strings.Repeat("<x>", 64) + strings.Repeat("</x>", 64)
	tests := []struct {
		name, file, want string
	}{
		{"nothing", "", "no process"},
		{"no process", `<definitions xmlns="` + bpmn + `"/>`, "no process"},
		{"other namespace", strings.ReplaceAll(file(good), bpmn, "urn:x"), "no process"},
		{"not XML", "{}", "no process"},
		{"broken XML", file("\n<startEvent id="), "line 3: "},
		{"unclosed", "<definitions>\n<process>", "line 2: "},
		{"doctype", "<?xml version=\"1.0\"?>\n<!DOCTYPE x>\n" + file(good), "line 2: a DOCTYPE"},
		{"entity", file("&x;" + good), "line 2: "},
		{"encoding", `<?xml version="1.0" encoding="utf-16"?>` + file(good), "line 1: "},
		{"too deep", file(good + deep), "nested more than 64"},
		{"too large", file(good) + strings.Repeat(" ", maxSize), "larger than"},
		{"two processes", file(good + `</process><process>`), "more than one process"},
		{"no start", file(end), "no start event"},
		{"two starts", file(good + "\n" + `<startEvent id="S2"/>`), "line 7: more than one start"},
		{"no id", file(good + "\n<task/>"), "line 7: an element without id"},
		{"same id", file(good + "\n" + task("T", "data")),
			`line 7: the id "T" is used on line 3 too`},
		{"same flow id", file(good + "\n" + edge("S", "T")), "line 7: a flow's id"},
		{"unknown flow", file(good + "\n\n<task id='U'><outgoing> no </outgoing></task>"),
			`line 8: U goes out by flow "no"`},
		{"unknown target", file(start + end + edge("S", "X")), `line 2: flow "S-X" leads to "X"`},
		{"back to start", file(start + task("T", "data") + edge("S", "T") + edge("T", "S")),
			`leads to "S"`},
		{"unknown element",
			file(start + "<subProcess id='X'>" + end + "</subProcess>" + edge("S", "X")),
			`leads to "X"`},
		{"dead end", file(start + task("T", "data") + edge("S", "T")), `nothing goes out of "T"`},
		{"start leads nowhere", file(start), `nothing goes out of "S"`},
		{"choice without gateway", file(good + edge("T", "S")), `2 flows go out of "T"`},
		{"no type", file(start + "<task id='T'/>" + end + edge("S", "T") + edge("T", "E")),
			`task "T" has no task type`},
		{"unknown default", gatewayFile(`default="toB"`, ""), `the default flow "toB"`},
		{"broken condition", gatewayFile("", `["nope"]`), `Function "nope" not implemented`},
		{"condition that is no JSON", gatewayFile("", `x == 1`), `condition of flow "toA"`},
	}
	for _, tt := range tests {
		_, err := Parse([]byte(tt.file))
		var told *Error
		if err == nil || !errors.As(err, &told) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := Parse([]byte("\ufeff" + file(good+"<x xmlns='urn:y'><task/></x>"))); err != nil {
		t.Errorf("a sound file: %v", err)
	}
}

// The seeds are small: the engine would spend its time on making the real files smaller.
func FuzzParse(f *testing.F) {
	f.Add([]byte(gatewayFile(`default="toB"`, "true", "false", `["gatewayAction"]`)))
	f.Add([]byte("<!DOCTYPE x>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Parse(raw)
		if err != nil {
			return
		}
		states := []State{}
		for _, task := range d.Tasks() {
			states = append(states, State{Task: task.ID})
		}
		for _, s := range states {
			next, err := d.Next(s, "reject", answering(nil, nil))
			if err == nil && (next.Task == "") == (next.EndEvent == "") {
				t.Errorf("%+v is not one place", next)
			}
		}
	})
}
