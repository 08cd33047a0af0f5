package orgtoken_test

import (
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"testing"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

func part(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// nested gives an object in an object in …
func nested(levels int) string {
	return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
}

func checkOf(err error) orgtoken.Check {
	if d, ok := errors.AsType[*orgtoken.Defect](err); ok {
		return d.Check
	}
	return ""
}

func TestParse_RefusesWhatIsNotOneToken(t *testing.T) {
	t.Parallel()
	const head, sig = `{"alg":"RS256"}`, ".AAAA"
	tests := []struct {
		name, token string
		want        orgtoken.Check
	}{
		{"empty", "", orgtoken.CheckStructure},
		{"one part", part(head), orgtoken.CheckStructure},
		{"five parts, as an encrypted token has", strings.Repeat("a.", 4) + "a", orgtoken.CheckStructure},
		{"largest size", strings.Repeat(".", orgtoken.MaxToken), orgtoken.CheckStructure},
		{"a byte more", strings.Repeat(".", orgtoken.MaxToken+1), orgtoken.CheckSize},
		{"name twice in the header", part(`{"alg":"RS256","alg":"none"}`) + "." + part(`{}`) + sig,
			orgtoken.CheckDuplicate},
		{"name twice, once by an escape", part(head) + "." + part(`{"a":{"b":1,"\u0062":2}}`) + sig,
			orgtoken.CheckDuplicate},
		{"name twice in a list's object", part(head) + "." + part(`{"a":[{"b":1,"b":1}]}`) + sig,
			orgtoken.CheckDuplicate},
		{"header is a string", part(`"RS256"`) + "." + part(`{}`) + sig, orgtoken.CheckJSON},
		{"not UTF-8", part(head) + "." + part("{\"a\xff\":1}") + sig, orgtoken.CheckJSON},
		{"NaN", part(head) + "." + part(`{"exp":NaN}`) + sig, orgtoken.CheckJSON},
		{"number with a leading zero", part(head) + "." + part(`{"exp":01}`) + sig, orgtoken.CheckJSON},
		{"colon missing", part(head) + "." + part(`{"a" 1}`) + sig, orgtoken.CheckJSON},
		{"17 levels", part(head) + "." + part(nested(17)) + sig, orgtoken.CheckJSON},
	}
	for _, tt := range tests {
		if _, err := orgtoken.Parse(tt.token); checkOf(err) != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	t.Logf("%d malformed tokens", len(tests))
}

func TestParse_KeepsNamesApartThatDifferInCase(t *testing.T) {
	t.Parallel()
	s, err := orgtoken.Parse(part(`{}`) + "." + part(`{"pid":"1","PID":"2","Exp":3}`) + ".AAAA")
	if err != nil {
		t.Fatal(err)
	}
	if pid, _ := s.Claims.Text("pid"); pid != "1" {
		t.Errorf("pid: got %q", pid)
	}
	if _, ok := s.Claims.Seconds("exp"); ok {
		t.Error("Exp passes for exp")
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		json string
		want int64
		ok   bool
	}{
		{"1764000000", 1764000000, true}, {"0", 0, true}, {"-1", -1, true},
		{"1764000000.0", 1764000000, true}, {"1764000000.9", 1764000000, true},
		{"1764000000000", 1764000000000, true},
		{"1e9", 0, false}, {"99999999999999999999", 0, false}, {`"1764000000"`, 0, false},
		{"null", 0, false}, {"true", 0, false}, {"[1764000000]", 0, false},
	}
	for _, tt := range tests {
		s, err := orgtoken.Parse(part(`{}`) + "." + part(`{"exp":`+tt.json+`}`) + ".AAAA")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := s.Claims.Seconds("exp"); got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %d %v, want %d %v", tt.json, got, ok, tt.want, tt.ok)
		}
	}
}

// Not parallel: it measures what the program takes from the heap.
func TestParse_TakesLittleMemoryForHugeTokens(t *testing.T) {
	for name, token := range map[string]string{
		"dots":      strings.Repeat(".", 20_000),
		"1 MiB":     part(`{}`) + "." + strings.Repeat("A", 1<<20) + ".",
		"16k dots":  strings.Repeat(".", orgtoken.MaxToken),
		"16k of [":  part(`{}`) + "." + part(strings.Repeat("[", 12_000)) + ".AAAA",
		"16k of {}": part(`{}`) + "." + part(`{"a":[`+strings.Repeat("{},", 3_900)+`{}]}`) + ".AAAA",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = orgtoken.Parse(token) // accepted or not is not the question here
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%s: took %d bytes", name, took)
		}
	}
}

func FuzzParse(f *testing.F) {
	w := tokentest.New(f, noon)
	for _, target := range []string{tokentest.Grant, tokentest.Access} {
		for _, c := range w.Cases(target) {
			if token := w.Token(c); len(token) < 4096 {
				f.Add(token)
			}
		}
	}
	key, err := orgtoken.NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		s, err := orgtoken.Parse(token)
		if err != nil {
			if checkOf(err) == "" {
				t.Fatalf("an error that names no check: %v", err)
			}
			return
		}
		parts := strings.Split(token, ".")
		if len(token) > orgtoken.MaxToken || len(parts) != 3 {
			t.Fatalf("taken: %q", token)
		}
		for _, p := range parts {
			raw, err := base64.RawURLEncoding.DecodeString(p)
			if err != nil || base64.RawURLEncoding.EncodeToString(raw) != p {
				t.Fatalf("a second spelling is taken: %q", p)
			}
		}
		h, err := s.Header("jwt")
		if err != nil {
			return
		}
		if s.Verify(h, &key.PublicKey) == nil {
			t.Fatalf("verified with a key that signed nothing: %q", token)
		}
	})
}
