package text

import (
	"fmt"
	"strconv"
	"strings"
)

// message is a text with its placeholders {0} to {9} found once, so that a text without any
// costs nothing to show.
type message struct {
	text string
	// parts is nil when there are no placeholders.
	parts []part
}

// part is a piece of text, and after it a placeholder's number; -1 for none.
type part struct {
	before string
	arg    int
}

func compile(text string) message {
	m := message{text: text}
	start := 0
	for i := 0; i+2 < len(text); i++ {
		if text[i] != '{' || text[i+2] != '}' || text[i+1] < '0' || text[i+1] > '9' {
			continue
		}
		m.parts = append(m.parts, part{text[start:i], int(text[i+1] - '0')})
		start = i + 3
	}
	if m.parts != nil {
		m.parts = append(m.parts, part{text[start:], -1})
	}
	return m
}

// fill gives the text with its placeholders replaced. A placeholder for which value gives false
// stays as it is.
func (m message) fill(value func(arg int, before string) (string, bool)) string {
	var b strings.Builder
	for _, p := range m.parts {
		b.WriteString(p.before)
		if p.arg < 0 {
			break
		}
		v, ok := value(p.arg, b.String())
		if !ok {
			v = "{" + strconv.Itoa(p.arg) + "}"
		}
		b.WriteString(v)
	}
	return b.String()
}

// shown gives an argument of T as it is shown.
func shown(arg any) string {
	switch arg := arg.(type) {
	case string:
		return arg
	case int:
		return strconv.Itoa(arg)
	case int64:
		return strconv.FormatInt(arg, 10)
	default:
		return fmt.Sprint(arg)
	}
}
