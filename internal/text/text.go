// Package text holds everything that people read: the apps' own text resources, our own texts
// (the catalogue in ui/*.json), Markdown made into safe HTML, and dates, numbers, money and sizes
// as they are written in bokmål, nynorsk and English. It decides nothing about what is shown
// where, reads no files at run time, and never asks the clock: the time is always an argument.
package text

// Languages are the languages that we write ourselves: bokmål, nynorsk, English. The first is
// the one that a missing text falls back to.
var Languages = []string{"nb", "nn", "en"}

// known gives the language, or bokmål for one that we do not write.
func known(lang string) string {
	switch lang {
	case "nn", "en":
		return lang
	}
	return "nb"
}
