package text

import (
	"encoding/json"
	"strings"
	"testing"
)

// Non-breaking spaces are written as _ in this file.
func shownAs(s string) string { return strings.ReplaceAll(s, "_", "\u00a0") }

func TestNumberAndMoney(t *testing.T) {
	t.Parallel()
	for n, want := range map[json.Number][4]string{ // number nb, en; money nb, en
		"0":           {"0", "0", "0_kr", "NOK_0"},
		"999":         {"999", "999", "999_kr", "NOK_999"},
		"1200":        {"1_200", "1,200", "1_200_kr", "NOK_1,200"},
		"60000":       {"60_000", "60,000", "60_000_kr", "NOK_60,000"},
		"1234567":     {"1_234_567", "1,234,567", "1_234_567_kr", "NOK_1,234,567"},
		"-1200":       {"−1_200", "−1,200", "−1_200_kr", "NOK_−1,200"},
		"0.9":         {"0,9", "0.9", "0,90_kr", "NOK_0.90"},
		"1200.50":     {"1_200,50", "1,200.50", "1_200,50_kr", "NOK_1,200.50"},
		"1200.5":      {"1_200,5", "1,200.5", "1_200,50_kr", "NOK_1,200.50"},
		"1200.00":     {"1_200,00", "1,200.00", "1_200_kr", "NOK_1,200"},
		"0.125":       {"0,125", "0.125", "0,125_kr", "NOK_0.125"},
		"1e3":         {"1e3", "1e3", "1e3", "1e3"},
		"":            {"", "", "", ""},
		"x":           {"x", "x", "x", "x"},
		"1.":          {"1.", "1.", "1.", "1."},
		"<b>":         {"<b>", "<b>", "<b>", "<b>"},
		"12345678901": {"12_345_678_901", "12,345,678,901", "12_345_678_901_kr", "NOK_12,345,678,901"},
	} {
		got := [4]string{Number("nb", n), Number("en", n), Money("nn", n), Money("en", n)}
		for i := range got {
			if got[i] != shownAs(want[i]) {
				t.Errorf("%q: got %q, want %q", n, got[i], shownAs(want[i]))
			}
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64][2]string{
		0: {"0_B", "0_B"}, 999: {"999_B", "999_B"}, 1000: {"1_kB", "1_kB"}, 1499: {"1_kB", "1_kB"},
		420_000: {"420_kB", "420_kB"}, 999_499: {"999_kB", "999_kB"}, 999_500: {"1_MB", "1_MB"},
		3_100_000: {"3,1_MB", "3.1_MB"}, 20_000_000: {"20_MB", "20_MB"}, 3_149_999: {"3,1_MB", "3.1_MB"},
		999_949_999: {"999,9_MB", "999.9_MB"}, 999_950_000: {"1_GB", "1_GB"},
		2_500_000_000: {"2,5_GB", "2.5_GB"}, 1_500_000_000_000: {"1_500_GB", "1,500_GB"},
	} {
		nb, en := Size("nb", bytes), Size("en", bytes)
		if nb != shownAs(want[0]) || en != shownAs(want[1]) {
			t.Errorf("%d: got %q and %q", bytes, nb, en)
		}
	}
}

func TestGroupedNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{OrganisationNumber("912345678"), "912_345_678"},
		{OrganisationNumber("91234567"), "91234567"},
		{OrganisationNumber("91234567x"), "91234567x"},
		{AccountNumber("97100512345"), "9710_05_12345"},
		{AccountNumber("9710 05 12345"), "9710 05 12345"},
		{Phone("40000123"), "400_00_123"},
		{Phone("+4740000123"), "+4740000123"},
		{Phone(""), ""},
	} {
		if c.got != shownAs(c.want) {
			t.Errorf("got %q, want %q", c.got, shownAs(c.want))
		}
	}
}
