package message_test

import (
	"strings"
	"testing"

	"stafett/internal/fault"
	"stafett/internal/message"
)

func TestClean(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("å", message.MaxLength)
	good := map[string]string{
		"Hei":                          "Hei",
		"  Hei \r\ndu\r \n":            "Hei \ndu",
		"en\u2028to\u2029tre":          "en\nto\ntre",
		"<b>a</b> & https://x.example": "<b>a</b> & https://x.example",
		"a\x00b\x07c\u202edrow\u2066d": "abcdrowd",
		"Čáhci\t👍🏽":                    "Čáhci\t👍🏽",
		long:                           long,
	}
	for typed, want := range good {
		if got, err := message.Clean(typed); err != nil || got != want {
			t.Errorf("%.20q: got %.20q, %v", typed, got, err)
		}
	}
	bad := map[string]string{
		"": "fault.message_empty", " \n\t": "fault.message_empty", "\x00\u202e": "fault.message_empty",
		"\u200b\u200d": "fault.message_empty", long + "x": "fault.message_long",
		"a\xffb": "fault.message_signs",
	}
	for typed, want := range bad {
		_, err := message.Clean(typed)
		if key, _, _ := fault.Text(err); key != want || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: got %v, want %s", typed, err, want)
		}
	}
	t.Logf("checked %d texts", len(good)+len(bad))
}

// FuzzClean holds that what is kept is kept as it is when it is cleaned again, and fits.
func FuzzClean(f *testing.F) {
	f.Add("Hei\r\n\u202edu")
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := message.Clean(typed)
		if err != nil {
			return
		}
		again, err := message.Clean(got)
		if err != nil || again != got || strings.ContainsAny(got, "\x00\r\u202e") {
			t.Errorf("%q becomes %q and then %q, %v", typed, got, again, err)
		}
	})
}
