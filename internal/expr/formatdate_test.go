package expr

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFormatDate(t *testing.T) {
	t.Parallel()
	const morning, evening = "2023-03-04T05:06:07.1289Z", "2026-12-06T00:30:00-08:00"
	tests := []struct{ language, date, pattern, want string }{
		{"nb", morning, "", "04.03.2023"},
		{"nn", morning, "", "04.03.2023"},
		{"en", morning, "", "3/4/23"},
		{"xx", morning, "", "04.03.2023"}, {"", morning, "EEEE", "lørdag"},
		{"nb", morning, "y yy yyy yyyy u uu uuuu", "2023 23 2023 2023 2023 2023 2023"},
		{"nb", "0045-01-02", "y yy yyy yyyy", "45 45 045 0045"},
		{"nb", "0000-01-02", "y u G", "1 0 f.Kr."},
		{"nb", morning, "M MM MMM MMMM", "3 03 mar mars"},
		{"nn", morning, "d. MMMM yyyy", "4. mars 2023"},
		{"en", "2023-09-01", "MMM MMMM", "Sep September"},
		{"nb", "2023-05-17", "MMM MMMM", "mai mai"},
		{"nb", morning, "d dd H HH h hh m mm s ss", "4 04 5 05 5 05 6 06 7 07"},
		{"nb", morning, "S SS SSS", "1 12 128"},
		{"nb", "2023-03-04", "HH:mm:ss.SSS", "00:00:00.000"},
		{"nb", evening, "HH:mm h a EEEE", "00:30 12 a.m. søndag"}, {"nn", evening, "a", "f.m."},
		{"nn", "2023-03-04 12:00", "h a", "12 e.m."},
		{"en", "2023-03-04 23:59", "h:mm a", "11:59 PM"},
		{"nb", morning, "E EE EEE EEEE EEEEE", "lør lør lør lørdag L"},
		{"nn", "2023-03-07", "EEE EEEE EEEEE", "tys tysdag T"},
		{"en", "2023-03-07", "EEE EEEE EEEEE", "Tue Tuesday T"},
		{"nb", morning, "G GGG GGGG GGGGG", "e.Kr. e.Kr. etter Kristus e.Kr."},
		{"en", morning, "G GGGG GGGGG", "AD Anno Domini A"},
		{"nb", morning, "'kl.' HH.mm, d/M -- ''x''", "error"},
		{"nb", morning, "'kl.' HH.mm, d/M", "kl. 05.06, 4/3"},
		{"nb", morning, "d''M 'åpen", "4'3 åpen"},
		{"nb", morning, "Q", "error"},
		{"nb", morning, "MMMMM", "error"},
		{"nb", morning, "ddd", "error"},
		{"nb", morning, "aa", "error"},
		{"nb", morning, "SSSS", "error"},
		{"nb", morning, "yyyyy", "error"},
		{"nb", morning, "EEEEEE", "error"},
		{"nb", morning, "xxx", "error"},
	}
	for _, tt := range tests {
		raw, err := json.Marshal([]string{"formatDate", tt.date, tt.pattern})
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Text(desk{language: tt.language}, "none")
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("%s %s %q: got %q, %v, want %q",
				tt.language, tt.date, tt.pattern, got, err, tt.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	const form, value = "Unknown format", "the date/time is invalid"
	tests := []struct{ text, problem string }{
		{"2020-02-29", ""}, {"2020-01-01 12:00", ""}, {"2020-01-01t12:00:00", ""},
		{"2020-01-01T12:00:00.123456789+23:59", ""}, {"2020-01-01T12:00z", ""}, {"", ""},
		{"2021-02-29", value},
		{"2020-00-01", value},
		{"2020-01-00", value},
		{"2020-01-01T24:00", value},
		{"2020-01-01T12:60", value},
		{"2020-01-01T12:00:60", value},
		{"2020-01-01T12:00+24:00", value},
		{"2020-01-01T12:00-01:60", value},
		{"2020", form},
		{"2020-1-1", form},
		{"2020-01-01Z", form},
		{"2020-01-01T12", form}, {"2020-01-01T12:00.5", form}, {"2020-01-01T12:00:00.", form},
		{"2020-01-01T12:00:00.1234567890", form},
		{"2020-01-01  12:00", form},
		{" 2020-01-01", form},
		{"2020-01-01T12:00+0100", form}, {"2020-01-01\n", form}, {"12.03.2020", form},
	}
	for _, tt := range tests {
		_, err := parseDate(tt.text)
		if (err == nil) != (tt.problem == "") ||
			err != nil && !strings.HasSuffix(err.Error(), tt.problem) {
			t.Errorf("%q: got %v, want %q", tt.text, err, tt.problem)
		}
	}
}
