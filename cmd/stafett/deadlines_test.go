package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
	"stafett/internal/text"
)

const (
	// aDate is a day with its year, and aTime one with the time of day: neither depends on when it is
	// read.
	aDate = `\d{1,2}\.\s[a-z]+\s20\d\d`
	aTime = aDate + `\skl\.\s\d\d\.\d\d`
)

// dateAfter gives the date that stands after the words on a page; "" for none.
func dateAfter(words, text string) string {
	m := regexp.MustCompile(words + `\s(` + aDate + `)`).FindStringSubmatch(strings.ReplaceAll(text, "\u00a0", " "))
	if m == nil {
		return ""
	}
	return m[1]
}

// TestUX48_TheReceiptProvesWhatWasSent is UX.md's point 48: absolute time, reference, recipient,
// sender, and what happens next with its date.
func TestUX48_TheReceiptProvesWhatWasSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	citizen := signedIn(t, w.address, kari)
	receipt := apply(ctx, t, citizen, "Lysfest", []byte("%PDF-1.7\nkart"))
	said := receipt.Main()
	flat := strings.ReplaceAll(said, "\u00a0", " ")
	checked := 0
	for what, pattern := range map[string]string{
		"when and who got it": `Nordvik kommune fikk søknaden ` + aTime,
		"the reference":       `Referansen din er NK-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\.`,
		"whom to quote it to": `Oppgi den hvis du kontakter oss`,
		"the form":            `Skjema\s*Søknad om arrangementsstøtte`,
		"what it is about":    `Lysfest`,
		"the sender":          `Sendt inn av\s*Kari Solbakken`,
		"the applicant":       `Søker\s*Kari Solbakken`,
		"the recipient":       `Mottaker\s*Nordvik kommune`,
		"the attachment":      `situasjonskart\.pdf`,
		"step one, when":      `Sendt inn\s*` + aTime,
		"step two":            `Søknaden blir gått gjennom`,
		"the answer, by when": `Du får svar\s*Senest ` + aDate,
	} {
		checked++
		if !regexp.MustCompile(pattern).MatchString(flat) {
			t.Errorf("the receipt lacks %s: %s", what, flat)
		}
	}
	t.Logf("looked for %d things", checked)
	if relative := regexp.MustCompile(`(?i)\b(i dag|i går|i morgen|om \d+ dag|for \d+ )`).FindString(flat); relative != "" {
		t.Errorf("the receipt says %q: that is another day tomorrow", relative)
	}
	if r := w.do(t, "GET", receipt.Link("Last ned kvittering (PDF)"), nil, "Cookie", citizen.Cookies()); r.status != 200 ||
		!strings.HasPrefix(string(r.body), "%PDF-") {
		t.Errorf("its PDF: got %d", r.status)
	}
}

// TestUX54_TheDeadlineIsTheSameAtItsThreePlaces is UX.md's point 54 for both deadlines: when the
// citizen is to answer, on the start page, the status page and in the notice; and when the citizen
// gets an answer, before the form, on the receipt and on the status page.
func TestUX54_TheDeadlineIsTheSameAtItsThreePlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	citizen, worker := signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)
	receipt := apply(ctx, t, citizen, "Lysfest", []byte("%PDF-1.7\nkart"))
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	compared := 0
	same := func(what string, dates map[string]string) {
		t.Helper()
		seen := map[string]bool{}
		for _, date := range dates {
			seen[date] = true
			compared++
		}
		if len(seen) != 1 || seen[""] {
			t.Errorf("%s: %q", what, dates)
		}
	}
	main := func(path string) string { return get(ctx, t, citizen, path).Main() }
	same("an answer", map[string]string{
		"before the form": dateAfter("får du svar senest", main("/"+appA)),
		"the receipt":     dateAfter("Senest", receipt.Main()),
		"the status page": dateAfter("[Ss]enest", main(status)),
	})

	caseURL := find(ctx, t, worker, "Lysfest")
	askForMore(ctx, t, worker, caseURL)
	asked := says(ctx, t, citizen, status, "Vi venter på svar fra deg")
	notices := says(ctx, t, citizen, "/dev/notices", "Nordvik kommune trenger svar fra deg")
	same("what is asked for", map[string]string{
		"the start page":  dateAfter("Svar innen", main("/my")),
		"the status page": dateAfter("Svar innen", asked.Main()),
		"the notice":      dateAfter("innen", notices.Main()),
	})
	t.Run("UX53: a caseworker's deadlines", func(t *testing.T) {
		list := strings.ReplaceAll(get(ctx, t, worker, "/inbox/"+nordvik).Main(), "\u00a0", " ")
		if !regexp.MustCompile(`\d{1,2}\. [a-z]+\.? 20\d\d\s*om \d+ dager`).MatchString(list) {
			t.Errorf("the list does not say how far off the deadline is: %s", list)
		}
		if deadlinesTold(t, "the case", get(ctx, t, worker, caseURL), "nb",
			text.FormatISODate("nb", driver.EventSupport("").Fields["arrangement.dato"]),
			text.Date("nb", time.Now().AddDate(0, 0, 14))) == 0 {
			t.Error("the case names no deadline")
		}
	})
	t.Logf("compared %d dates", compared)
}
