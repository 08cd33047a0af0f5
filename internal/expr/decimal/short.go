package decimal

import (
	"strconv"
	"strings"
)

const (
	// shortDigits and shortPlaces bound the numbers that are calculated as int64, which is
	// nearly all of them: brought to the same places they are below 10^18, and a sum of two is
	// below 2^63.
	shortDigits = 12
	shortPlaces = 6
)

// aligned gives two canonical numbers as integers with the same number of decimal places; ok
// is false when one has too many digits for that.
func aligned(a, b string) (x, y int64, places int, ok bool) {
	x, placesX, okX := split(a)
	y, placesY, okY := split(b)
	for ; placesX < placesY; placesX++ {
		x *= 10
	}
	for ; placesY < placesX; placesY++ {
		y *= 10
	}
	return x, y, placesX, okX && okY
}

func split(canonical string) (n int64, places int, ok bool) {
	digits := strings.TrimPrefix(canonical, "-")
	if len(digits) > shortDigits {
		return 0, 0, false
	}
	for i := range len(digits) {
		switch c := digits[i]; {
		case c == '.':
			places = len(digits) - i - 1
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		default:
			return 0, 0, false
		}
	}
	if len(digits) < len(canonical) {
		n = -n
	}
	return n, places, places <= shortPlaces
}

// short writes n with so many decimal places as a canonical number.
func short(n int64, places int) string {
	for places > 0 && n%10 == 0 {
		n /= 10
		places--
	}
	text := strconv.FormatInt(n, 10)
	if places == 0 {
		return text
	}
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	if missing := places + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return sign + text[:len(text)-places] + "." + text[len(text)-places:]
}
