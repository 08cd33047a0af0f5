package app

import (
	"bytes"
	"encoding/json"
)

// literal tells whether a value in an expression is no call.
func literal(v *value) bool { return v.kind != kindArray && v.kind != kindObject }

// equality tells whether a call is equals or notEquals.
func equality(v *value) bool {
	name := v.items[0].text
	return (name == "equals" || name == "notEquals") && len(v.items) == 3
}

// answerOf gives a literal as an answer: values are compared as texts.
func answerOf(v *value) string {
	switch v.kind {
	case kindNull:
		return answerNull
	case kindBool:
		if v.truth {
			return answerYes
		}
		return answerNo
	}
	return v.text
}

// compact gives an expression as it is written, without the spaces.
func compact(v *value) string {
	var b bytes.Buffer
	switch {
	case v.kind == kindArray:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(compact(item))
		}
		b.WriteByte(']')
	case v.kind == kindText:
		// A text can always be encoded.
		text, _ := json.Marshal(v.text)
		b.Write(text)
	default:
		b.Write(v.raw)
	}
	return b.String()
}
