package text

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Number gives a number as it is read: 60 000 and 0,9 in Norwegian, 60,000 and 0.9 in English.
// Decimals are kept as they are. What is no plain decimal number comes back as it is.
func Number(lang string, n json.Number) string {
	negative, whole, decimals, ok := decimal(string(n))
	if !ok {
		return string(n)
	}
	return written(lang, negative, whole, decimals)
}

// Money gives an amount in kroner: 60 000 kr, 1 200,50 kr; NOK 60,000 in English. There are no
// decimals or at least two.
func Money(lang string, n json.Number) string {
	negative, whole, decimals, ok := decimal(string(n))
	if !ok {
		return string(n)
	}
	switch {
	case strings.Trim(decimals, "0") == "":
		decimals = ""
	case len(decimals) == 1:
		decimals += "0"
	}
	amount := written(lang, negative, whole, decimals)
	if known(lang) == "en" {
		return "NOK" + nbsp + amount
	}
	return amount + nbsp + "kr"
}

// decimal takes a number such as -1200.50 apart.
func decimal(s string) (negative bool, whole, decimals string, ok bool) {
	s, negative = strings.CutPrefix(s, "-")
	whole, decimals, point := strings.Cut(s, ".")
	if whole == "" || point && decimals == "" || strings.Trim(whole+decimals, "0123456789") != "" {
		return false, "", "", false
	}
	return negative, whole, decimals, true
}

func written(lang string, negative bool, whole, decimals string) string {
	point, group := ",", nbsp
	if known(lang) == "en" {
		point, group = ".", ","
	}
	var b strings.Builder
	if negative {
		b.WriteString("−")
	}
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(digit)
	}
	if decimals != "" {
		b.WriteString(point + decimals)
	}
	return b.String()
}

// Size gives the size of a file: 420 kB, 3,1 MB. A kB is 1,000 bytes; a MB has one decimal, if
// that is not 0.
func Size(lang string, bytes int64) string {
	switch {
	case bytes < 1000:
		return strconv.FormatInt(bytes, 10) + nbsp + "B"
	case bytes < 999_500:
		return strconv.FormatInt((bytes+500)/1000, 10) + nbsp + "kB"
	case bytes < 999_950_000:
		return tenths(lang, (bytes+50_000)/100_000) + nbsp + "MB"
	default:
		return tenths(lang, (bytes+50_000_000)/100_000_000) + nbsp + "GB"
	}
}

func tenths(lang string, n int64) string {
	whole := strconv.FormatInt(n/10, 10)
	if n%10 == 0 {
		return written(lang, false, whole, "")
	}
	return written(lang, false, whole, strconv.FormatInt(n%10, 10))
}

// OrganisationNumber gives nine digits as 912 345 678; anything else as it is.
func OrganisationNumber(s string) string { return grouped(s, 3, 3, 3) }

// AccountNumber gives eleven digits as 9710 05 12345; anything else as it is.
func AccountNumber(s string) string { return grouped(s, 4, 2, 5) }

// Phone gives the eight digits of a Norwegian number as 400 00 123; anything else as it is.
func Phone(s string) string { return grouped(s, 3, 2, 3) }

// grouped parts digits in groups of the lengths.
func grouped(s string, lengths ...int) string {
	total := 0
	for _, n := range lengths {
		total += n
	}
	if len(s) != total || strings.Trim(s, "0123456789") != "" {
		return s
	}
	groups := make([]string, len(lengths))
	for i, n := range lengths {
		groups[i], s = s[:n], s[n:]
	}
	return strings.Join(groups, nbsp)
}
