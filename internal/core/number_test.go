package core

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestValidPersonNumber(t *testing.T) {
	t.Parallel()
	// Vectors from SECURITY.md 1.5, and the test persons of DESIGN.md section 6.
	valid := []string{
		"02013299997", "30108299920", "17912099997", "57912075186", "29822099635", "69822075096",
		"02013299903", "30108299939", // only by the rule from 2032
		"14827941388", "03859138887", "21918845590", "07838432179", "11897643369",
		"25846941188", "30817137810", "01869350075", "16878035082", "09826640194",
	}
	invalid := []string{
		"", "01010199999", "61930750062", "1482794138", "148279413888", "1482794138x",
		" 4827941388", "١٤٨٢٧٩٤١٣٨٨",
	}
	for _, n := range valid {
		if !ValidPersonNumber(n) {
			t.Errorf("%s: got invalid, want valid", n)
		}
	}
	for _, n := range invalid {
		if ValidPersonNumber(n) {
			t.Errorf("%q: got valid, want invalid", n)
		}
	}
}

func TestValidOrganisationNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[string]bool{
		"991825827": true, "910753614": true, "889640782": true, "123456785": true,
		"313876144": true, "310246816": true, "311357921": true, "312468034": true,
		"123456784": false, "99182582": false, "9918258277": false, "99182582x": false, "": false,
	} {
		if got := ValidOrganisationNumber(n); got != want {
			t.Errorf("%q: got %v, want %v", n, got, want)
		}
	}
}

func TestValidAccountNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[string]bool{
		"12345678903": true, "97100512346": false, "1234567890": false, "": false, "12345678904": false,
	} {
		if got := ValidAccountNumber(n); got != want {
			t.Errorf("%q: got %v, want %v", n, got, want)
		}
	}
}

func TestPersonNumber_NeverPrintsItsLastDigits(t *testing.T) {
	t.Parallel()
	n := PersonNumber("14827941388")
	body, err := json.Marshal(map[string]any{"pid": n})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("login", "pid", n)
	for _, shown := range []string{fmt.Sprint(n), fmt.Sprintf("%v %s %q", n, n, n), string(body), log.String()} {
		if strings.Contains(shown, "41388") {
			t.Errorf("the number shows in %q", shown)
		}
	}
	if n.Reveal() != "14827941388" {
		t.Errorf("Reveal: got %q", n.Reveal())
	}
}
