package process

import (
	"fmt"
	"testing"
)

// roundabout is a process in which more is asked for on a way round.
const roundabout = `<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:altinn="http://altinn.no/process">
<bpmn:process id="p">
<bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
%s
<bpmn:exclusiveGateway id="gw"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing></bpmn:exclusiveGateway>
<bpmn:endEvent id="end"><bpmn:incoming>f7</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="assess"/>
<bpmn:sequenceFlow id="f2" sourceRef="assess" targetRef="gw"/>
<bpmn:sequenceFlow id="f3" sourceRef="gw" targetRef="ask"><bpmn:conditionExpression>["equals", ["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f4" sourceRef="gw" targetRef="decide"><bpmn:conditionExpression>["notEquals", ["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f5" sourceRef="ask" targetRef="wait"/>
<bpmn:sequenceFlow id="f6" sourceRef="wait" targetRef="assess"/>
<bpmn:sequenceFlow id="f7" sourceRef="decide" targetRef="end"/>
</bpmn:process></bpmn:definitions>`

func TestStraight_LeavesWaysRoundOut(t *testing.T) {
	t.Parallel()
	tasks := ""
	for _, id := range []string{"assess", "ask", "wait", "decide"} {
		tasks += fmt.Sprintf(`<bpmn:task id="%s"><bpmn:extensionElements><altinn:taskExtension>`+
			`<altinn:taskType>data</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:task>`, id)
	}
	d, err := Parse(fmt.Appendf(nil, roundabout, tasks))
	if err != nil {
		t.Fatal(err)
	}
	var straight []string
	for _, task := range d.Straight() {
		straight = append(straight, task.ID)
	}
	if got := fmt.Sprint(straight); got != "[assess decide]" {
		t.Errorf("the straight way is %s, want assess and decide", got)
	}
	for task, want := range map[string]string{
		"assess": "assess", "ask": "assess", "wait": "assess", "decide": "decide", "unknown": "unknown",
	} {
		if got := d.Home(task); got != want {
			t.Errorf("%s belongs to %s, want %s", task, got, want)
		}
	}
}
