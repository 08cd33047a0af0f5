package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

const (
	// withSubform are the example's apps, and one with a list of boats that are forms of their own.
	withSubform = "../../apps,../../internal/solutiontest/testdata/subform"
	berths      = "nordvik/batplass"
)

// buttonOf gives the value of the first button "go" that begins with the words.
func buttonOf(t *testing.T, p *driver.Page, begins string) string {
	t.Helper()
	n := p.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.Button && strings.HasPrefix(driver.Attr(n, "value"), begins)
	})
	if n == nil {
		t.Fatalf("%s (%d) has no button %s: %s", p.URL, p.Status, begins, p.Main())
	}
	return driver.Attr(n, "value")
}

// pressing answers a page and presses a button, and checks where that leads.
func pressing(
	t *testing.T, b *driver.Browser, p *driver.Page, fields map[string]string, button, to string,
) *driver.Page {
	t.Helper()
	next := answer(t, b, p, fields, "go", buttonOf(t, p, button))
	if next.Status != 200 || !strings.Contains(next.URL, to) {
		t.Fatalf("%s from %s: got %s (%d), want %s: %s", button, p.URL, next.URL, next.Status, to,
			next.Main())
	}
	return next
}

// TestSubform_ByItsPages adds, mends, changes and removes entries as a browser without scripting
// does, and sends them.
func TestSubform_ByItsPages(t *testing.T) {
	t.Parallel()
	address, _ := runningWith(t, t.TempDir(), map[string]string{"apps": withSubform})
	b := signedIn(t, address, kari)
	p, err := b.Start(t.Context(), berths)
	if err != nil {
		t.Fatal(err)
	}
	p = goOn(t, b, p, map[string]string{"eier": "Kari", "harBat": "true"}, "/bater")
	if got := answer(t, b, p, nil, "go", "next"); mended(t, got) != 1 ||
		!strings.Contains(got.Main(), "minst én oppføring") {
		t.Errorf("on without a boat: %s", got.Main())
	}

	p = pressing(t, b, p, nil, "entry:add:bater", "/bater/bater/")
	boat := p.URL
	if p.Heading() != "Båten" || !strings.Contains(p.Main(), "Båter som trenger plass: Oppføring 1") ||
		!strings.HasSuffix(boat, "/bat") {
		t.Errorf("the boat's page is %s: %s", boat, p.Main())
	}
	if f := p.Form("go", "next"); f.Has("eier") || p.Form("go", "submit") != nil {
		t.Error("the boat's page asks for more than the boat")
	}
	p = answer(t, b, p, map[string]string{"navn": "", "lengde": "seks"}, "go", "next")
	if mended(t, p) != 2 || typed(t, p, "lengde") != "seks" {
		t.Errorf("the boat with errors: %s", p.Main())
	}
	p = goOn(t, b, p, map[string]string{"navn": "Måka", "lengde": "6,5", "forsikret": "true"}, "/forsikring")
	if !strings.Contains(p.Main(), "Båter som trenger plass: Måka") {
		t.Errorf("the boat is not called by its name: %s", p.Main())
	}
	p = attached(t, b, p)
	p = pressing(t, b, p, map[string]string{"selskap": "Havtrygd"}, "next", "/Task_1/bater")
	for _, cell := range []string{"Måka", "6,5", "650 kr"} {
		if !strings.Contains(p.Main(), cell) {
			t.Errorf("the list has no %s: %s", cell, p.Main())
		}
	}
	sentWithTwo(t, b, p)
}

// attached uploads the proof of insurance of a boat.
func attached(t *testing.T, b *driver.Browser, p *driver.Page) *driver.Page {
	t.Helper()
	f := p.Form("go", "stay")
	if f == nil {
		f = p.Form("go", "next")
	}
	file := driver.File{Name: "bevis.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\n%%EOF\n")}
	if err := f.Attach("file:bevis@bevis", file); err != nil {
		t.Fatal(err)
	}
	if err := f.Fill(map[string]string{"selskap": ""}); err != nil {
		t.Fatal(err)
	}
	next, err := b.Submit(t.Context(), p, f, "go", "next")
	if err != nil {
		t.Fatal(err)
	}
	// The file is stored although the company is missing.
	if mended(t, next) != 1 || !strings.Contains(next.Main(), "bevis.pdf") {
		t.Errorf("the page after the upload: %s", next.Main())
	}
	return next
}

// sentWithTwo adds a second boat with a fault, is told of it where the form is sent, mends it,
// removes the first and sends the form.
func sentWithTwo(t *testing.T, b *driver.Browser, p *driver.Page) {
	t.Helper()
	first := strings.TrimPrefix(buttonOf(t, p, "entry:remove:"), "entry:remove:")
	p = pressing(t, b, p, nil, "entry:add:bater", "/bat")
	p = pressing(t, b, p, map[string]string{"navn": "Terna", "lengde": "16"}, "close", "/Task_1/bater")
	if strings.Contains(p.Main(), "Legg til båt") {
		t.Error("a third boat can be added")
	}
	review := strings.Replace(p.URL, "/bater", "/se-over", 1)
	review, _, _ = strings.Cut(review, "#")
	p, err := b.Get(t.Context(), review)
	if err != nil {
		t.Fatal(err)
	}
	p = answer(t, b, p, nil, "go", "submit")
	link := p.Link("Terna: Havna har ikke plass")
	if p.Status != 422 || !strings.Contains(link, "/bater/bater/") || !strings.HasSuffix(link, "/bat#q-lengde") {
		t.Fatalf("sent with a boat that is too long: %d, link %q: %s", p.Status, link, p.Main())
	}
	link, _, _ = strings.Cut(link, "#")
	if p, err = b.Get(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	p = goOn(t, b, p, map[string]string{"lengde": "12"}, "/forsikring")
	p = pressing(t, b, p, nil, "next", "/Task_1/bater")
	p = pressing(t, b, p, nil, "entry:remove:"+first, "/Task_1/bater")
	if strings.Contains(p.Main(), "Måka") || !strings.Contains(p.Main(), "Terna") {
		t.Errorf("after removing the first: %s", p.Main())
	}
	p = goOn(t, b, p, nil, "/se-over")
	p = answer(t, b, p, nil, "go", "submit")
	if !strings.HasSuffix(p.URL, "/receipt") || !strings.Contains(p.Main(), "Terna") {
		t.Errorf("sent: %d %s: %s", p.Status, p.URL, p.Main())
	}
}

// TestSubform_InACase adds an entry from the form of a case, which stands beside the application,
// and comes back to it.
func TestSubform_InACase(t *testing.T) {
	t.Parallel()
	w, _ := newWorldWith(t, map[string]string{"apps": casesWithBoats(t)})
	r := w.do(t, "POST", makeB, strings.NewReader(ownB), "Content-Type", jsonKind,
		"Authorization", bearer(w.write(t)))
	if r.status != 201 {
		t.Fatalf("the case is not made: %d %s", r.status, r.body)
	}
	home := "/inbox/" + nordvik + "/case/" + strings.TrimPrefix(idOf(t, r), "51001/")
	b := signedIn(t, w.address, ingrid)
	press(t.Context(), t, b, get(t.Context(), t, b, home), "/take")
	press(t.Context(), t, b, get(t.Context(), t, b, home+"/confirm"), "/confirm")
	p := get(t.Context(), t, b, home+"/write")
	p = pressing(t, b, p, nil, "entry:add:bater", "/Task_vurdering/vurdering/bater/")
	p = pressing(t, b, p, map[string]string{"navn": "Måka", "lengde": "16"}, "close", home+"/write?page=vurdering")
	p = answer(t, b, p, nil, "go", "next")
	if link := p.Link("Måka: Havna har ikke plass"); p.Status != 422 || !strings.HasSuffix(link, "/bat#q-lengde") {
		t.Errorf("the case with a boat that is too long: %d, link %q: %s", p.Status, link, p.Main())
	}
	p = pressing(t, b, p, nil, "entry:remove:bater", home+"/write")
	if strings.Contains(p.Main(), "Måka") {
		t.Errorf("the boat is still there: %s", p.Main())
	}
}

// casesWithBoats gives a folder of the example's apps, in which a case has a list of boats.
func casesWithBoats(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	from := os.DirFS("../../internal/solutiontest/testdata/subform/nordvik/batplass")
	for _, folder := range []string{"ui/bat", "models"} {
		part, err := fs.Sub(from, folder)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(to, "nordvik/stottesak", folder)
		if folder == "models" {
			_ = os.Remove(filepath.Join(name, "soknad.schema.json"))
		}
		if err := os.CopyFS(name, part); err != nil {
			t.Fatal(err)
		}
	}
	for file, change := range map[string][2]string{
		"ui/layout-sets.json": {`"sets": [`, `"sets": [{ "id": "bat", "dataType": "bat", "type": "subform" },`},
		"config/applicationmetadata.json": {`"dataTypes": [`, `"dataTypes": [
			{ "id": "bat", "taskId": "Task_vurdering", "minCount": 0, "maxCount": 0, "appLogic": { "classRef": "Bat" } },
			{ "id": "bevis", "allowedContentTypes": ["application/pdf"], "minCount": 0, "maxCount": 0 },`},
		"ui/vurdering/layouts/vurdering.json": {`"layout": [`, `"layout": [
			{ "id": "bater", "type": "Subform", "layoutSet": "bat", "textResourceBindings": { "title": "Båter" },
			  "entryDisplayName": ["dataModel", "navn"],
			  "tableColumns": [{ "headerContent": "Navn", "cellContent": { "query": "navn" } }] },`},
		"config/texts/resource.nb.json": {`"resources": [`, `"resources": [
			{ "id": "for-lang", "value": "Havna har ikke plass til båter over 15 meter." },`},
	} {
		name := filepath.Join(to, "nordvik/stottesak", file)
		raw, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(raw), change[0]) {
			t.Fatalf("%s has no %s (%v)", file, change[0], err)
		}
		raw = []byte(strings.Replace(string(raw), change[0], change[1], 1))
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}
