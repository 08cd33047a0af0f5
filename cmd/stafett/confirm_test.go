package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// confirmed is a process in which people fill in, confirm or go back, and the service owner's
// system answers.
const confirmed = `<bpmn:definitions xmlns:altinn="http://altinn.no/process"
 xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p">
<bpmn:startEvent id="S"/>
<bpmn:task id="Task_1"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>data</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:task>
<bpmn:task id="Task_2"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>confirmation</altinn:taskType><altinn:actions><altinn:action>reject</altinn:action>
 </altinn:actions></altinn:taskExtension></bpmn:extensionElements></bpmn:task>
<bpmn:exclusiveGateway id="G" default="f3"/>
<bpmn:task id="Task_3"><bpmn:extensionElements><altinn:taskExtension>
 <altinn:taskType>feedback</altinn:taskType></altinn:taskExtension></bpmn:extensionElements></bpmn:task>
<bpmn:endEvent id="E"/>
<bpmn:sequenceFlow id="f0" sourceRef="S" targetRef="Task_1"/>
<bpmn:sequenceFlow id="f1" sourceRef="Task_1" targetRef="Task_2"/>
<bpmn:sequenceFlow id="f2" sourceRef="Task_2" targetRef="G"/>
<bpmn:sequenceFlow id="f3" sourceRef="G" targetRef="Task_3"><bpmn:conditionExpression>
["notEquals", ["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f4" sourceRef="G" targetRef="Task_1"><bpmn:conditionExpression>
["equals", ["gatewayAction"], "reject"]</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f5" sourceRef="Task_3" targetRef="E"/>
</bpmn:process></bpmn:definitions>`

// allOf is a policy's match of one more action.
func allOf(action string) string {
	const designator = `<xacml:AttributeDesignator AttributeId="urn:oasis:names:tc:xacml:1.0:action:action-id" ` +
		`Category="urn:oasis:names:tc:xacml:3.0:attribute-category:action" ` +
		`DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false" />`
	return `XMLSchema#string">read</xacml:AttributeValue>` + designator + `</xacml:Match></xacml:AllOf>
<xacml:AllOf><xacml:Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal">
<xacml:AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">` + action + `<`
}

// confirms gives the app in a folder that process, and whoever may read the right to what is in it.
func confirms(t *testing.T, folder string) {
	t.Helper()
	process := filepath.Join(folder, "config", "process", "process.bpmn")
	if err := os.WriteFile(process, []byte(confirmed), 0o600); err != nil {
		t.Fatal(err)
	}
	policy := filepath.Join(folder, "config", "authorization", "policy.xml")
	rewrite(t, policy, `XMLSchema#string">read<`, allOf("confirm"))
	rewrite(t, policy, `XMLSchema#string">read<`, allOf("reject"))
}

// confirming starts the program with the example in that process; layout is that of the
// confirmation, "" for none.
func confirming(t *testing.T, layout string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	app := filepath.Join(folder, appA)
	write := func(name, text string) {
		file := filepath.Join(app, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	confirms(t, app)
	if err := os.Remove(filepath.Join(app, "config", "handover.json")); err != nil {
		t.Fatal(err)
	}
	if layout != "" {
		rewrite(t, filepath.Join(app, "ui", "layout-sets.json"), `"sets": [`,
			`"sets": [{"id": "bekreft", "dataType": "soknad", "tasks": ["Task_2"]},`)
		write("ui/bekreft/Settings.json", `{"pages": {"order": ["bekreft"]}}`)
		write("ui/bekreft/layouts/bekreft.json", `{"data": {"layout": [`+layout+`]}}`)
	}
	address, _ := runningWith(t, t.TempDir(), map[string]string{"apps": folder})
	return address
}

// filled fills in the application and presses its last button.
func filled(t *testing.T, b *driver.Browser) *driver.Page {
	t.Helper()
	p, err := b.Start(t.Context(), appA)
	if err == nil {
		p, err = b.FillIn(t.Context(), p, driver.EventSupport("Lysfest"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, b, p, nil, "go", "submit")
}

func pressTo(t *testing.T, b *driver.Browser, p *driver.Page, ending string) *driver.Page {
	t.Helper()
	f := p.FormTo(ending)
	if f == nil {
		t.Fatalf("%s (%d) has no button to %s: %s", p.URL, p.Status, ending, p.Main())
	}
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func shows(t *testing.T, p *driver.Page, ending string, words ...string) {
	t.Helper()
	if p.Status != 200 || !strings.HasSuffix(p.URL, ending) {
		t.Fatalf("at %s (%d), want %s: %s", p.URL, p.Status, ending, p.Main())
	}
	for _, w := range words {
		if !strings.Contains(p.Main(), w) {
			t.Errorf("%s does not show %q: %s", p.URL, w, p.Main())
		}
	}
}

// A person looks over what will be sent, goes back and changes it, confirms, and is told whom
// they wait for: without scripting.
func TestConfirmation_IsAPageThatConfirmsOrGoesBack(t *testing.T) {
	t.Parallel()
	address := confirming(t, "")
	b := signedIn(t, address, kari)
	p := filled(t, b)
	shows(t, p, "/confirm", "Se over og bekreft", "Nordvik kommune", "Lysfest", "Bekreft og send inn",
		"Gå tilbake og endre")
	at := strings.TrimSuffix(p.URL, "/confirm")

	// It is not sent yet: it is a draft, and every way to it leads here.
	shows(t, look(t, b, at), "/confirm")
	shows(t, look(t, b, at+"/status"), "/my", "Lysfest")
	if other := look(t, signedIn(t, address, ola), at+"/confirm"); other.Status != 403 {
		t.Errorf("somebody else gets %d", other.Status)
	}
	stale := p
	p = pressTo(t, b, p, "/action/reject")
	shows(t, p, "/Task_1/soker")
	answer(t, b, look(t, b, at+"/Task_1/arrangement"), map[string]string{
		"arrangement.navn": "Sommerfest"}, "go", "stay")
	shows(t, look(t, b, at+"/confirm"), "/Task_1/soker")
	if gone := pressTo(t, b, stale, "/action/next"); gone.Status != 409 {
		t.Errorf("a page from before the change: got %d", gone.Status)
	}
	p = look(t, b, at+"/Task_1/se-over")
	p = answer(t, b, p, nil, "go", "submit")
	shows(t, p, "/confirm", "Sommerfest")

	p = pressTo(t, b, p, "/action/next")
	shows(t, p, "/receipt", "Sommerfest")
	p = look(t, b, at)
	shows(t, p, "/status", "Vi venter på dem", "Sommerfest")
	shows(t, look(t, b, at+"/confirm"), "/status")
	if sent := look(t, b, "/my/sent"); !strings.Contains(sent.Main(), "Sommerfest") {
		t.Errorf("it is not among what was sent: %s", sent.Main())
	}
	if drafts := look(t, b, "/my/drafts"); strings.Contains(drafts.Main(), "Sommerfest") {
		t.Errorf("it is still among the drafts: %s", drafts.Main())
	}
}

// An app's own layout of the confirmation is used: with our buttons under it where it has none.
func TestConfirmation_IsDrawnByTheAppsOwnLayout(t *testing.T) {
	t.Parallel()
	const words = `{"id": "les", "type": "Paragraph", "textResourceBindings": {"title": "Les dette nøye."}},
		{"id": "navn", "type": "Input", "textResourceBindings": {"title": "Arrangementet"},
			"dataModelBindings": {"simpleBinding": "arrangement.navn"}}`
	t.Run("without buttons", func(t *testing.T) {
		t.Parallel()
		b := signedIn(t, confirming(t, words), kari)
		p := filled(t, b)
		shows(t, p, "/confirm", "Les dette nøye.", "ArrangementetLysfest")
		shows(t, pressTo(t, b, p, "/action/next"), "/receipt")
	})
	t.Run("with buttons", func(t *testing.T) {
		t.Parallel()
		b := signedIn(t, confirming(t, words+`,
			{"id": "bekreft-knapp", "type": "ActionButton", "action": "confirm",
				"textResourceBindings": {"title": "Ja"}}`), kari)
		p := filled(t, b)
		shows(t, p, "/Task_2/bekreft", "Les dette nøye.", "ArrangementetLysfest")
		shows(t, answer(t, b, p, nil, "go", "action:confirm"), "/receipt")
	})
}
