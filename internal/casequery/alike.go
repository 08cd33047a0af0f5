package casequery

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// slipLetters is how long a word must be for one slip in typing to leave it the same word.
const slipLetters = 4

// Alike tells whether two titles may be of the same thing: of all their words at least two in three
// stand in both, whatever their order and the size of the letters, and but for a slip in typing. A
// number is the same or another. A title without words is like no other.
func Alike(a, b string) bool {
	one, other := titleWords(a), titleWords(b)
	all, both := len(one)+len(other), 0
	for _, w := range one {
		for n, v := range other {
			if w == v || !numeric(w) && !numeric(v) && min(utf8.RuneCountInString(w),
				utf8.RuneCountInString(v)) >= slipLetters && OneSlip(w, v) {
				other[n], both = other[len(other)-1], both+2
				other = other[:len(other)-1]
				break
			}
		}
	}
	return both > 0 && 3*both >= 2*all
}

// titleWords are the words of a title that say something: those of one or two letters do not.
func titleWords(s string) []string {
	return slices.DeleteFunc(words(strings.ToLower(s)), func(w string) bool {
		return utf8.RuneCountInString(w) < 3 && !numeric(w)
	})
}

func numeric(word string) bool { return strings.ContainsFunc(word, unicode.IsDigit) }
