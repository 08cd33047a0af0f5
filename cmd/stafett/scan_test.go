package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
	"stafett/internal/scan/scantest"
)

func TestConfig_ClamdIsAnAddressOrASocket(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"": true, "127.0.0.1:3310": true, "/run/clamd.sock": true, "clamd": false,
	} {
		c := Config{Addr: "127.0.0.1:1", Mode: Development, OIDCACR: "idporten-loa-high", Clamd: address}
		if err := c.Check(); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
	if scanner, err := scannerOf(Config{}); scanner != nil || err != nil {
		t.Errorf("without an address there is %v, %v", scanner, err)
	}
}

// TestUpload_ARefusedFileIsToldOfAtItsField posts the form with files as a browser without scripting
// does: what is wrong with a file is told, and what was typed is kept.
func TestUpload_ARefusedFileIsToldOfAtItsField(t *testing.T) {
	t.Parallel()
	fake := scantest.New(t)
	w, _ := newWorldWith(t, map[string]string{"clamd": fake.Address})
	a := &abuse{scene: scene{world: w}}
	a.kari = signedIn(t, a.address, kari)
	a.own = a.object(t, a.kari)
	if !strings.HasPrefix(fake.Last(), "%PDF-1.7 ") {
		t.Errorf("the scanner got %q", fake.Last())
	}
	send := func(what, content string, prepare func(), says string) {
		t.Helper()
		prepare()
		form := a.form(t, "budsjett")
		form.Set("go", "save")
		parts := []part{{name: "file:vedlegg", file: "nytt.pdf", kind: "application/pdf", body: content}}
		for field, values := range form {
			for _, v := range values {
				parts = append(parts, part{name: field, body: v})
			}
		}
		body, kind := parcel(t, parts...)
		r := a.do(t, "POST", a.own.base()+"/Task_1/budsjett", body, "Content-Type", kind,
			"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin")
		want(t, what, r, 422)
		if !strings.Contains(string(r.body), "nytt.pdf: "+says) {
			t.Errorf("%s: the page does not say %q", what, says)
		}
		p := get(t.Context(), t, a.kari, a.own.base()+"/Task_1/budsjett")
		if text := driver.Text(p.Doc); strings.Contains(text, "nytt.pdf") || !strings.Contains(text, "kart.pdf") {
			t.Errorf("%s: the list of files has changed", what)
		}
	}
	send("malware", "%PDF-1.7 "+scantest.EICAR, func() {}, "Filen inneholder skadelig programvare")
	send("twice", "%PDF-1.7 "+secret, func() {}, "Du har allerede lagt ved denne filen. Den heter kart.pdf")
	send("scanner away", "%PDF-1.7 new", fake.Close, "Vi får ikke viruskontrollert filen")
}
