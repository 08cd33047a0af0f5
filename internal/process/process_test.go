package process

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"stafett/internal/expr"
)

// form answers a condition from form data, as the service does.
type form struct {
	expr.Base
	data   map[string]any
	action string
}

func (f form) DataModel(path, _ string) (any, error) { return f.data[path], nil }

func (f form) GatewayAction() string { return f.action }

// answering gives a Cond over form data; types gathers the data types that it was asked for.
func answering(data map[string]any, types *[]string) Cond {
	return func(condition *expr.Expr, dataType, action string) (bool, error) {
		if types != nil {
			*types = append(*types, dataType)
		}
		return condition.Bool(form{data: data, action: action}, false)
	}
}

func load(t *testing.T, name string) *Definition {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse(raw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

func TestStartAndNext(t *testing.T) {
	t.Parallel()
	const v9 = "v9-service-tasks-gateways.bpmn"
	const v8 = "v8-signing-wrong-source.bpmn"
	data := func(path, view string) map[string]any {
		return map[string]any{"path": path, "serviceView": view}
	}
	tests := []struct {
		file, task, action string
		data               map[string]any
		want               State
	}{
		{v8, "Task_1", "", nil, State{Task: "Task_2", TaskType: "signing"}},
		{v8, "Task_2", "reject", nil, State{Task: "Task_1", TaskType: "data"}},
		{v8, "Task_2", "sign", nil, State{Task: "Task_3", TaskType: "signing"}},
		{v8, "Task_3", "sign", nil, State{EndEvent: "EndEvent_1"}},
		{v9, "Task_1", "", data("x", ""), State{Task: "Task_2", TaskType: "data"}},
		{v9, "Task_1", "", nil, State{Task: "Task_2", TaskType: "data"}},
		{v9, "Task_1", "", data("postCommit", ""),
			State{Task: "Task_Service", TaskType: "scenario"}},
		{v9, "Task_1", "", data("postCommit", "layout"),
			State{Task: "Task_ServiceLayout", TaskType: "scenario"}},
		{v9, "Task_Service", "", nil, State{Task: "Task_2", TaskType: "data"}},
		{v9, "Task_ServiceLayout", "reject", nil, State{Task: "Task_1", TaskType: "data"}},
		{v9, "Task_2", "reject", nil, State{Task: "Task_1", TaskType: "data"}},
		{v9, "Task_2", "", nil, State{EndEvent: "EndEvent_1"}},
	}
	for _, tt := range tests {
		d := load(t, tt.file)
		start, err := d.Start(nil)
		if want := (State{Task: "Task_1", TaskType: "data"}); err != nil || start != want {
			t.Errorf("%s: starts at %+v, %v", tt.file, start, err)
		}
		got, err := d.Next(State{Task: tt.task}, tt.action, answering(tt.data, nil))
		if err != nil || got != tt.want {
			t.Errorf("%s %s %q: got %+v, %v, want %+v",
				tt.file, tt.task, tt.action, got, err, tt.want)
		}
	}
	t.Logf("%d steps", len(tests))
}

func TestNext_TellsTheGatewaysDataType(t *testing.T) {
	t.Parallel()
	d := load(t, "v9-service-tasks-gateways.bpmn")
	var types []string
	for _, task := range []string{"Task_1", "Task_2"} {
		if _, err := d.Next(State{Task: task}, "", answering(nil, &types)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"TransitionControl", "TransitionControl", "TransitionControl", "", ""}
	if !reflect.DeepEqual(types, want) {
		t.Errorf("got %q, want %q", types, want)
	}
}

// gatewayFile has one task, and a gateway with the given attributes and ways to A, B and the end.
func gatewayFile(attributes string, conditions ...string) string {
	flows, outgoing := "", ""
	for i, condition := range conditions {
		target := []string{"A", "B", "End"}[i]
		outgoing += fmt.Sprintf("<outgoing>to%s</outgoing>", target)
		if condition != "" {
			condition = "<conditionExpression>" + condition + "</conditionExpression>"
		}
		flows += fmt.Sprintf(
			`<sequenceFlow id="to%[1]s" sourceRef="G" targetRef="%[1]s">%[2]s</sequenceFlow>`,
			target, condition)
	}
	return file(`<startEvent id="Start"/><endEvent id="End"/>` +
		task("T", "data") + task("A", "data") + task("B", "data") +
		`<exclusiveGateway id="G" ` + attributes + `>` + outgoing + `</exclusiveGateway>` +
		edge("Start", "T") + edge("T", "G") + edge("A", "End") + edge("B", "End") + flows)
}

func file(process string) string {
	return `<definitions xmlns="` + bpmn + `" xmlns:altinn="http://altinn.no/process" ` +
		`xmlns:old="http://altinn.no"><process id="P">` + "\n" + process +
		`</process></definitions>`
}

func task(id, taskType string) string {
	return fmt.Sprintf(`<task id="%s" old:tasktype="%s"/>`, id, taskType) + "\n"
}

func edge(from, to string) string {
	return fmt.Sprintf(`<sequenceFlow id="%[1]s-%[2]s" sourceRef="%[1]s" targetRef="%[2]s"/>`,
		from, to) + "\n"
}

func TestGateway_ExactlyOneWay(t *testing.T) {
	t.Parallel()
	const yes, no, bad = `["equals", 1, 1]`, `["equals", 1, 2]`, `["not", "maybe"]`
	tests := []struct {
		attributes string
		conditions []string
		want       string
	}{
		{"", []string{yes, no}, "A"},
		{"", []string{no, yes}, "B"},
		{"", []string{no, no, yes}, "End"},
		{"", []string{""}, "A"}, {"", []string{yes}, "A"}, {"", []string{no, ""}, "B"},
		{"", []string{yes, ""}, "error"}, {`default="toB"`, []string{yes, ""}, "B"},
		{`default="toB"`, []string{no, no}, "error"},
		{`default="toA"`, []string{no, yes, yes}, "error"},
		{`default="toA"`, []string{no, yes}, "B"}, {`default="toB"`, []string{"", ""}, "B"},
		{"", []string{"", ""}, "error"},
		{"", []string{no}, "error"},
		{"", []string{yes, bad}, "error"},
		{"", []string{"\n <![CDATA[" + yes + "]]>\n", no}, "A"},
		{"", []string{"true", "false"}, "A"},
	}
	for _, tt := range tests {
		d, err := Parse([]byte(gatewayFile(tt.attributes, tt.conditions...)))
		if err != nil {
			t.Errorf("%q: %v", tt.conditions, err)
			continue
		}
		s, err := d.Next(State{Task: "T"}, "", answering(nil, nil))
		got := s.Task + s.EndEvent
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("%s %q: got %s, %v, want %s", tt.attributes, tt.conditions, got, err, tt.want)
		}
	}
}

func TestNext_FromNowhereIsAnError(t *testing.T) {
	t.Parallel()
	d := load(t, "v9-service-tasks-gateways.bpmn")
	for _, s := range []State{{}, {Task: "Task_9"}, {Task: "Gateway_1"}, {EndEvent: "EndEvent_1"},
		{Task: "Task_1", EndEvent: "EndEvent_1"}} {
		if got, err := d.Next(s, "", answering(nil, nil)); err == nil {
			t.Errorf("%+v: got %+v", s, got)
		}
	}
}

func TestNext_LoopOfGatewaysEnds(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<startEvent id="S"/>` +
		`<exclusiveGateway id="G"/><exclusiveGateway id="H"/>` +
		edge("S", "G") + edge("G", "H") + edge("H", "G"))))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := d.Start(nil); err == nil || !strings.Contains(err.Error(), "100 gateways") {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestPolicyActionsAndAbandons(t *testing.T) {
	t.Parallel()
	d := &Definition{}
	declared := []Action{{ID: "reject"}, {ID: "confirm"}, {ID: "random", Server: true}}
	tests := []struct {
		task     Task
		action   string
		want     []string
		abandons bool
	}{
		{Task{Type: "data"}, "", []string{"write"}, false},
		{Task{Type: "data"}, "write", []string{"write"}, false},
		{Task{Type: "data"}, "confirm", nil, false},
		{Task{Type: "data"}, "reject", nil, false},
		{Task{Type: "data", Actions: declared}, "reject", []string{"reject"}, true},
		{Task{Type: "data", Actions: declared}, "confirm", []string{"confirm"}, false},
		{Task{Type: "data", Actions: declared}, "random", nil, false},
		{Task{Type: "data", Actions: declared}, "", []string{"write"}, false},
		{Task{Type: "feedback"}, "", []string{"write"}, false},
		{Task{Type: "confirmation"}, "", []string{"confirm"}, false},
		{Task{Type: "confirmation"}, "confirm", []string{"confirm"}, false},
		{Task{Type: "signing"}, "", []string{"sign", "write"}, false},
		{Task{Type: "signing"}, "sign", []string{"sign"}, false},
		{Task{Type: "payment"}, "", []string{"pay", "write"}, false},
		{Task{Type: "pdf", Service: true}, "", []string{"write"}, false},
		{Task{Type: "subformPdf", Service: true}, "", []string{"write"}, false},
		{Task{Type: "eFormidling", Service: true}, "", []string{"write"}, false},
		{Task{Type: "fiksArkiv", Service: true}, "", []string{"write"}, false},
		{Task{Type: "scenario", Service: true}, "", []string{"scenario"}, false},
		{Task{Type: "vurdering"}, "", []string{"vurdering"}, false},
		{Task{Type: "data", Actions: []Action{{"reject", true}}}, "reject", nil, false},
	}
	for _, tt := range tests {
		if got := d.PolicyActions(tt.task, tt.action); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%+v %q: got %q, want %q", tt.task, tt.action, got, tt.want)
		}
		if got := d.Abandons(tt.task, tt.action); got != tt.abandons {
			t.Errorf("%+v %q: abandons %v, want %v", tt.task, tt.action, got, tt.abandons)
		}
	}
}

func TestGateway_OfVersion7GoesByTheKindOfItsFlows(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<startEvent id="S"/>` + task("A", "data") + task("B", "confirmation") +
		`<exclusiveGateway id="G"/><endEvent id="E"/>` + edge("S", "A") + edge("A", "B") + edge("B", "G") +
		`<sequenceFlow id="on" sourceRef="G" targetRef="E" old:flowtype="CompleteCurrentMoveToNext"/>
		<sequenceFlow id="back" sourceRef="G" targetRef="A" old:flowtype="AbandonCurrentReturnToNext"/>`)))
	if err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]State{
		"": {EndEvent: "E"}, "confirm": {EndEvent: "E"}, "reject": {Task: "A", TaskType: "data"},
	} {
		if got, err := d.Next(State{Task: "B"}, action, nil); err != nil || got != want {
			t.Errorf("%q: got %+v, %v, want %+v", action, got, err, want)
		}
	}
}
