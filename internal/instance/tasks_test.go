package instance_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

const (
	appFolder   = "nordvik/arrangementsstotte/"
	processFile = appFolder + "config/process/process.bpmn"
	policyFile  = appFolder + "config/authorization/policy.xml"
	metaFile    = appFolder + "config/applicationmetadata.json"
)

// long is a process with every kind of step: a form, a PDF that is made by itself, a service
// that is not here, and a confirmation which can be rejected, back to the form.
const long = `<bpmn:definitions xmlns:altinn="http://altinn.no/process"
 xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p">
<bpmn:startEvent id="S"/>
<bpmn:task id="Task_1"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>data</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:task>
<bpmn:serviceTask id="Task_pdf"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>pdf</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:serviceTask id="Task_send"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>eFormidling</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:task id="Task_2"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>confirmation</altinn:taskType><altinn:actions><altinn:action>reject</altinn:action>
 </altinn:actions></altinn:taskExtension></bpmn:extensionElements></bpmn:task>
<bpmn:exclusiveGateway id="G" default="f6"/>
<bpmn:endEvent id="E"/>
<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="Task_1"/>
<bpmn:sequenceFlow id="f2" sourceRef="Task_1" targetRef="Task_pdf"/>
<bpmn:sequenceFlow id="f3" sourceRef="Task_pdf" targetRef="Task_send"/>
<bpmn:sequenceFlow id="f4" sourceRef="Task_send" targetRef="Task_2"/>
<bpmn:sequenceFlow id="f5" sourceRef="Task_2" targetRef="G"/>
<bpmn:sequenceFlow id="f6" sourceRef="G" targetRef="E"/>
<bpmn:sequenceFlow id="f7" sourceRef="G" targetRef="Task_1"><bpmn:conditionExpression>
["equals", ["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>
</bpmn:process></bpmn:definitions>`

// longProcess is the example with the long process, a data field, and a type of files that goes
// at the end.
func longProcess(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := solutionFiles(t)
	fsys[processFile].Data = []byte(strings.Replace(long, `id="f6" sourceRef="G" targetRef="E"/>`,
		`id="f6" sourceRef="G" targetRef="E"><bpmn:conditionExpression>["notEquals", `+
			`["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>`, 1))
	swap(t, fsys, policyFile, `XMLSchema#string">read<`, `XMLSchema#string">read</xacml:AttributeValue>
<xacml:AttributeDesignator AttributeId="urn:oasis:names:tc:xacml:1.0:action:action-id" `+
		`Category="urn:oasis:names:tc:xacml:3.0:attribute-category:action" `+
		`DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false" /></xacml:Match>
</xacml:AllOf><xacml:AllOf><xacml:Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal">
<xacml:AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">confirm</xacml:AttributeValue>
<xacml:AttributeDesignator AttributeId="urn:oasis:names:tc:xacml:1.0:action:action-id" `+
		`Category="urn:oasis:names:tc:xacml:3.0:attribute-category:action" `+
		`DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false" /></xacml:Match>
</xacml:AllOf><xacml:AllOf><xacml:Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal">
<xacml:AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">reject<`)
	swap(t, fsys, metaFile, `"presentationFields"`, `"dataFields": [
    { "id": "kategori", "path": "soker.kategori", "dataTypeId": "soknad" }
  ],
  "presentationFields"`)
	swap(t, fsys, metaFile, `"maxSize": 20`, `"maxSize": 20, "appLogic": { "autoDeleteOnProcessEnd": true }`)
	swap(t, fsys, metaFile, `"id": "vedlegg",
      "allowedContentTypes": ["application/pdf", "image/jpeg", "image/png"],
      "taskId": "Task_1",`, `"id": "vedlegg",
      "allowedContentTypes": ["application/pdf", "image/jpeg", "image/png"],`)
	return fsys
}

func swap(t *testing.T, fsys fstest.MapFS, file, old, new string) {
	t.Helper()
	text := string(fsys[file].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	fsys[file].Data = []byte(strings.Replace(text, old, new, 1))
}

// next moves an instance on and fails the test when it does not.
func next(t *testing.T, s *solutiontest.Solution, a core.Actor, v instance.View, action string) instance.View {
	t.Helper()
	step := solutiontest.Step(s.Open(t, a, v.Instance.InstanceRef))
	step.Action = action
	_, done, err := s.Instances.Next(t.Context(), a, step)
	if err != nil || !done {
		t.Fatalf("%s in %s: %v %v", action, step.Task, done, err)
	}
	return s.Open(t, a, v.Instance.InstanceRef)
}

func element(v instance.View, dataType string) (core.DataElement, bool) {
	for _, e := range v.DataElements() {
		if e.Type == dataType {
			return e, true
		}
	}
	return core.DataElement{}, false
}

func TestNext_ServiceTasksRunByThemselvesAndARejectedFormCanBeChanged(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, longProcess(t))
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	s.Upload(t, kari, v.Instance.InstanceRef, "budsjett.pdf")

	v = next(t, s, kari, v, "")
	if v.Instance.Process.Task != "Task_2" || v.Instance.Reference == "" {
		t.Fatalf("after the form it stands in %q", v.Instance.Process.Task)
	}
	pdf, ok := element(v, app.PDFDataType)
	if !ok || pdf.Size < 1000 || pdf.Filename != v.Instance.Reference+".pdf" {
		t.Errorf("the PDF is %+v", pdf)
	}
	if v.Instance.DataValues["kategori"] == "" {
		t.Error("the data field is not copied")
	}
	form, _ := element(v, "soknad")
	if !form.Locked {
		t.Error("the form is not locked when its task has ended")
	}
	_, err := s.Instances.Save(t.Context(), kari, instance.SaveRequest{
		Ref: v.Instance.InstanceRef, Task: "Task_1", Page: "soker", Version: form.Version,
	})
	is(t, "a write outside its task", err, fault.Forbidden, "fault.forbidden")

	v = next(t, s, kari, v, "reject")
	if form, _ = element(v, "soknad"); v.Instance.Process.Task != "Task_1" || form.Locked {
		t.Fatalf("rejected, it stands in %q with the form locked: %v", v.Instance.Process.Task, form.Locked)
	}
	s.Save(t, kari, v.Instance.InstanceRef, "soker", map[string]string{"soker.kategori": "privat"}, "")
	if v = s.Open(t, kari, v.Instance.InstanceRef); v.Instance.DataValues["kategori"] != "privat" {
		t.Errorf("the form that came back cannot be changed: %v", v.Instance.DataValues)
	}
}
