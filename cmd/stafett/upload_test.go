package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestUpload_SentAgainWithItsKeyIsOneFile posts as the upload script does that has lost the answer:
// the line is the same, and without a key the file is refused as one that is there already.
func TestUpload_SentAgainWithItsKeyIsOneFile(t *testing.T) {
	t.Parallel()
	a := newAbuse(t)
	send := func(key, name, content string) reply {
		body, kind := parcel(t, part{name: "file:vedlegg", file: name, kind: "application/pdf",
			body: content})
		return a.do(t, "POST", a.own.base()+"/Task_1/budsjett/upload", body, "Content-Type", kind,
			"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin", "Idempotency-Key", key)
	}
	first := send("en-to-tre", "plan.pdf", "%PDF-1.7 plan")
	again := send("en-to-tre", "plan.pdf", "%PDF-1.7 plan")
	want(t, "the first", first, 201)
	want(t, "sent again", again, 201)
	if string(again.body) != string(first.body) || !strings.Contains(string(first.body), "plan.pdf") {
		t.Errorf("sent again it is\n%s\nwant\n%s", again.body, first.body)
	}
	twice := send("", "plan.pdf", "%PDF-1.7 plan")
	want(t, "without a key", twice, 422)
	if !strings.Contains(string(twice.body), "Du har allerede lagt ved denne filen") {
		t.Errorf("without a key: %s", twice.body)
	}
	want(t, "a key that is too long", send(strings.Repeat("x", 201), "a.pdf", "%PDF-1.7 a"), 400)
	const count = `SELECT count(*) FROM element WHERE instance = $1 AND type = 'vedlegg'`
	if n := a.number(t, count, a.own.guid); n != 2 {
		t.Errorf("%d files, want 2", n)
	}
	p := get(t.Context(), t, a.kari, a.own.base()+"/Task_1/budsjett")
	if n := strings.Count(driver.Text(p.Doc), "plan.pdf"); n == 0 {
		t.Error("the page does not show the file")
	}
}

// TestUpload_ALargeFileIsAnsweredWhenItIsRead: what is wrong is known from the first bytes, and a
// browser that still sends would never see it.
func TestUpload_ALargeFileIsAnsweredWhenItIsRead(t *testing.T) {
	t.Parallel()
	a := newAbuse(t)
	for content, says := range map[string]string{
		"<html>":   "Filtypen .pdf kan ikke brukes",
		"%PDF-1.7": "Den kan være høyst 20",
	} {
		body, kind := parcel(t, part{name: "file:vedlegg", file: "stor.pdf", kind: "application/pdf",
			body: content + strings.Repeat("x", 21<<20)})
		r := a.do(t, "POST", a.own.base()+"/Task_1/budsjett/upload", body, "Content-Type", kind,
			"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin")
		want(t, content, r, 413, 415)
		if !strings.Contains(string(r.body), says) || !strings.HasPrefix(string(r.body), "<li") {
			t.Errorf("%s: answered %s", content, r.body)
		}
	}
}
