package handover

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"unicode"

	"stafett/internal/core"
	"stafett/store"
)

// maxSaid is how much is kept of what a target says, in letters.
const maxSaid = 300

// said gives what the target said in its own words about a failed attempt. Deliveries hold nothing
// of a case, so a sentence goes only when nothing of what was sent is found in it.
func said(ctx context.Context, tx *store.Tx, p parcel, f *failure) (string, error) {
	if f.title == "" && f.text == "" {
		return "", nil
	}
	sender, err := tx.Party(ctx, p.delivery.Source.Owner)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return "", err
	}
	private := private(p, sender)
	var out []string
	for _, text := range []string{f.title, f.text} {
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r)
		}), " ")
		if letters := []rune(text); len(letters) > maxSaid {
			text = string(letters[:maxSaid]) + "…"
		}
		if text != "" && !private.in(text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " – "), nil
}

// longNumber is what may be a person's number, a telephone or an account.
var longNumber = regexp.MustCompile(`[0-9](?:[ .\-]?[0-9]){5,}`)

// privateWords are what a sentence must not hold: whole values of what was sent, and those words
// of them that may be names, with a capital letter or a digit.
type privateWords struct {
	values []string
	words  map[string]bool
}

func private(p parcel, sender core.Party) *privateWords {
	w := &privateWords{words: map[string]bool{}}
	w.add(sender.Name)
	w.add(p.owner.Name)
	f := p.frozen
	var sent any
	// What was frozen has been JSON once.
	if body, err := json.Marshal([]any{f.Document, f.Documents, f.Correction, f.Withdrawal,
		f.Message}); err == nil && json.Unmarshal(body, &sent) == nil {
		w.addAll(sent)
	}
	for _, part := range f.Parts {
		w.add(part.Filename)
	}
	return w
}

func (w *privateWords) addAll(v any) {
	switch v := v.(type) {
	case string:
		w.add(v)
	case []any:
		for _, one := range v {
			w.addAll(one)
		}
	case map[string]any:
		for _, one := range v {
			w.addAll(one)
		}
	}
}

func (w *privateWords) add(value string) {
	if len([]rune(value)) < 3 {
		return
	}
	w.values = append(w.values, strings.ToLower(value))
	for _, word := range words(value) {
		telling := strings.IndexFunc(word, func(r rune) bool {
			return unicode.IsUpper(r) || unicode.IsDigit(r)
		}) >= 0
		if telling && len([]rune(word)) > 2 {
			w.words[strings.ToLower(word)] = true
		}
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

func (w *privateWords) in(text string) bool {
	if longNumber.MatchString(text) {
		return true
	}
	low := strings.ToLower(text)
	for _, value := range w.values {
		if strings.Contains(low, value) {
			return true
		}
	}
	for _, word := range words(low) {
		if w.words[word] {
			return true
		}
	}
	return false
}
