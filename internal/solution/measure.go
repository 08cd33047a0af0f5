package solution

import (
	"strings"
	"unicode/utf8"
)

// boldness is how much wider bold letters are.
const boldness = 1.07

// width is how wide a text will be at most, near enough: a drawing must stand without knowing
// which sans-serif face its reader has.
func width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfrI.,:;!'|()[]«»“” ", r):
			em += 0.34
		case strings.ContainsRune("mwMW—…%@", r):
			em += 0.92
		case r >= 'A' && r <= 'Z' || strings.ContainsRune("ÆØÅ&", r):
			em += 0.70
		case r > 0x2e80:
			em += 1.05
		default:
			em += 0.585
		}
	}
	return em * size
}

// broken breaks a text at its spaces into lines that have room; a word that is too long for a line
// is cut and goes on in the next.
func broken(s string, size, room float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		next := strings.TrimSpace(line + " " + word)
		if width(next, size) <= room {
			line = next
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for width(word, size) > room {
			n := fits(word, size, room)
			lines = append(lines, word[:n])
			word = word[n:]
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

func brokenAll(texts []string, size, room float64) []string {
	var out []string
	for _, s := range texts {
		out = append(out, broken(s, size, room)...)
	}
	return out
}

// fits is how many bytes of a word have room; at least one letter.
func fits(word string, size, room float64) int {
	n := 0
	for n < len(word) {
		_, bytes := utf8.DecodeRuneInString(word[n:])
		if n > 0 && width(word[:n+bytes], size) > room {
			break
		}
		n += bytes
	}
	return n
}
