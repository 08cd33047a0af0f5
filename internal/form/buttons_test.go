package form

import (
	"testing"
)

const buttonPage = `{"data": {"layout": [
	{"id": "rad", "type": "ButtonGroup", "children": ["lagre", "til", "neste", "forrige", "lukk", "ny", "avvis", "kode"]},
	{"id": "lagre", "type": "Button", "mode": "save"},
	{"id": "til", "type": "CustomButton", "buttonStyle": "primary", "actions": [
		{"type": "ClientAction", "id": "navigateToPage", "metadata": {"page": "budsjett"}}]},
	{"id": "neste", "type": "CustomButton", "actions": [{"type": "ClientAction", "id": "nextPage"}]},
	{"id": "forrige", "type": "CustomButton", "actions": [{"type": "ClientAction", "id": "previousPage"}]},
	{"id": "lukk", "type": "CustomButton", "actions": [{"type": "ClientAction", "id": "closeSubform"}]},
	{"id": "ny", "type": "InstantiationButton"},
	{"id": "avvis", "type": "ActionButton", "action": "reject", "textResourceBindings": {"title": "Avslå"}},
	{"id": "kode", "type": "CustomButton", "textResourceBindings": {"title": "Hent"},
		"actions": [{"type": "ServerAction", "id": "random"}]},
	{"id": "papir", "type": "PrintButton"},
	{"id": "sider", "type": "NavigationBar"}
]}}`

func TestButtons_SayWhatTheyPost(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, buttonPage)
	in := input(t, whole1)
	in.Rights = map[string]bool{"reject": true}
	p := Build(d, set, "stor", in)
	tests := []struct{ id, title, posts, url, variant string }{
		{"lagre", "Lagre", "stay", "", "secondary"},
		{"til", "Budsjett", "page:budsjett", "", ""},
		{"neste", "Neste", "next", "", "secondary"},
		{"forrige", "Forrige", "back", "", "secondary"},
		{"lukk", "Lukk", "close", "", "secondary"},
		{"ny", "Start et nytt skjema", "", "/lindvik/tilskudd", "secondary"},
		{"avvis", "Avslå", "action:reject", "", "secondary"},
		{"papir", "Skriv ut", "", "", "secondary"},
	}
	for _, test := range tests {
		n := node(t, p, test.id)
		if n.Kind != KindButton || n.Title != test.title || n.Button.Go != test.posts ||
			n.Button.URL != test.url || n.Button.Variant != test.variant {
			t.Errorf("%s: got %q %+v", test.id, n.Title, n.Button)
		}
	}
	t.Logf("checked %d buttons", len(tests))
	if n := node(t, p, "kode"); n.Kind != KindStandIn {
		t.Errorf("a server action: got %s", n.Kind)
	}
	if n := node(t, p, "rad"); n.Kind != KindButtons || len(n.Children) != 8 {
		t.Errorf("got %s with %d children", n.Kind, len(n.Children))
	}
	if p.Review {
		t.Error("none of them sends the form in")
	}
}

func TestActionButton_IsOnlyForThoseWhoMay(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, buttonPage)
	p := Build(d, set, "stor", input(t, whole1))
	if _, ok := find(p.Nodes, "avvis"); ok {
		t.Error("shown to one who may not")
	}
	in := input(t, whole1)
	// Who confirms or signs may seldom write.
	in.Rights, in.ReadOnly = map[string]bool{"reject": true}, true
	if _, ok := find(Build(d, set, "stor", in).Nodes, "avvis"); !ok {
		t.Error("left out for one who may")
	}
	in.Instance.Process.Task = ""
	if _, ok := find(Build(d, set, "stor", in).Nodes, "avvis"); ok {
		t.Error("shown when the process has ended")
	}
}

func TestNavigationBar_HasThePagesThatAreShown(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, buttonPage)
	n := node(t, Build(d, set, "stor", input(t, whole1)), "sider")
	if n.Kind != KindPages || n.Title != "Sidene i skjemaet" || len(n.Pages) != 5 {
		t.Fatalf("got %+v", n)
	}
	for _, p := range n.Pages {
		if p.Current != (p.ID == "stor") || p.Title == "" {
			t.Errorf("got %+v", p)
		}
	}
	hidden := changed(t, input(t, whole1), map[string]any{"soker.navn": "Ingen"})
	if n := node(t, Build(d, set, "stor", hidden), "sider"); len(n.Pages) != 4 {
		t.Errorf("with a hidden page: got %+v", n.Pages)
	}
}
