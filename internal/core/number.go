package core

import "log/slog"

// PersonNumber is a Norwegian national identity number: 11 digits. Its String, log and JSON
// forms are masked, so that it cannot slip into a log, an address or an answer by accident
// (personopplysningsloven § 12); Reveal gives the digits.
type PersonNumber string

// Reveal gives all 11 digits. Call it only where the person, or someone allowed to see the
// number, is shown it, or where it is compared or stored.
func (n PersonNumber) Reveal() string { return string(n) }

// String gives the first six digits and five dots, the form that lists and logs may show.
func (n PersonNumber) String() string {
	if len(n) != 11 {
		return ""
	}
	return string(n[:6]) + " •••••"
}

// LogValue keeps the number out of structured logs.
func (n PersonNumber) LogValue() slog.Value {
	return slog.StringValue("•••••••••••")
}

// MarshalJSON keeps the number out of JSON that was not made for it.
func (n PersonNumber) MarshalJSON() ([]byte, error) {
	return []byte(`"•••••••••••"`), nil
}

var (
	personWeights1      = [9]int{3, 7, 6, 1, 8, 9, 4, 5, 2}
	personWeights2      = [10]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}
	organisationWeights = [8]int{3, 2, 7, 6, 5, 4, 3, 2}
)

// ValidPersonNumber tells whether s is 11 ASCII digits whose check digits fit today's rule or
// the one for numbers issued from 2032 (SECURITY.md 1.5: the first remainder may then be 0 to
// 3). It finds typing errors, not people.
func ValidPersonNumber(s string) bool {
	d, ok := digits(s, 11)
	if !ok {
		return false
	}
	first, second := 0, 0
	for i, w := range personWeights1 {
		first += w * d[i]
	}
	for i, w := range personWeights2 {
		second += w * d[i]
	}
	return (first+d[9])%11 <= 3 && (second+d[10])%11 == 0
}

// ValidOrganisationNumber tells whether s is nine ASCII digits with a right check digit.
func ValidOrganisationNumber(s string) bool {
	d, ok := digits(s, 9)
	if !ok {
		return false
	}
	return mod11(organisationWeights[:], d[:8]) == d[8]
}

var accountWeights = [10]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}

// ValidAccountNumber tells whether s is an 11-digit Norwegian bank account number with a right
// check digit (modulus 11).
func ValidAccountNumber(s string) bool {
	d, ok := digits(s, 11)
	if !ok {
		return false
	}
	return mod11(accountWeights[:], d[:10]) == d[10]
}

// mod11 gives the check digit, or -1 where none fits (a remainder of 10).
func mod11(weights, d []int) int {
	sum := 0
	for i, w := range weights {
		sum += w * d[i]
	}
	switch check := 11 - sum%11; check {
	case 11:
		return 0
	case 10:
		return -1
	default:
		return check
	}
}

func digits(s string, n int) ([]int, bool) {
	if len(s) != n {
		return nil, false
	}
	d := make([]int, n)
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return nil, false
		}
		d[i] = int(s[i] - '0')
	}
	return d, true
}
