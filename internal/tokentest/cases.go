// Package tokentest builds tokens, good and bad, from the cases in testdata: for the tests of
// package orgtoken (targets grant and access) and of package login (target idtoken). It is for
// tests only: it signs with keys that it makes up, in every way that a token can be wrong.
package tokentest

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
)

//go:embed testdata/*.json
var files embed.FS

// The targets: who reads the token.
const (
	Grant   = "grant"
	Access  = "access"
	IDToken = "idtoken"
)

// Case is one token with what must become of it.
type Case struct {
	ID, Target, Name, Class, Note string
	// Header and Claims are laid over the target's base; JSON null takes a name away.
	Header, Claims map[string]json.RawMessage
	// RawHeader and RawClaims replace the whole part.
	RawHeader *string `json:"raw_header"`
	RawClaims *string `json:"raw_claims"`
	Sign      *Sign
	Mutate    []Mutation
	Send      Send
	Expect    Expect
}

// Sign tells how the signature is really made.
type Sign struct {
	Alg, Key string
	// HMACFrom and Form: the HMAC key is that public key, written in that form.
	HMACFrom string `json:"hmac_from"`
	Form     string
	// HMACRaw is the HMAC key itself.
	HMACRaw *string `json:"hmac_raw"`
}

// Mutation is a change of the token after it was signed.
type Mutation struct {
	Op             string
	Bit, N, Part   int
	Fill           byte
	Text           string
	Header, Claims map[string]json.RawMessage
}

// Send tells how the token is brought, for tests over HTTP.
type Send struct {
	// Repeat is how many times; 0 is once. Resign makes a new token each time. ExpectFirst is
	// "accept" when all but the last are to be taken.
	Repeat      int
	Resign      bool
	ExpectFirst string `json:"expect_first"`
	// Form holds fields to add or replace, and with JSON null to leave out; Duplicate names those
	// to send twice, Omit those to leave out.
	Form            map[string]*string
	Duplicate, Omit []string
	Method          string
	// ContentType replaces the body's; Headers are further ones.
	ContentType string `json:"content_type"`
	Headers     map[string]string
	// PadBody is how many bytes to add to the body.
	PadBody int `json:"pad_body"`
	// Auth is absent, query, twice, cookie, form, or the name of another scheme than Bearer.
	Auth string
	// Mode is "production" when the server must run in that mode.
	Mode string
	// Callback holds what is different in the answer that comes back to the sign-in page: its
	// method, and parameters to replace or, with JSON null, to leave out.
	Callback map[string]*string
}

// Expect is what must become of the token.
type Expect struct {
	Accept bool
	HTTP   Statuses
	// Error are the error words that are right; MP are Maskinporten's codes, none where none is
	// documented.
	Error, MP Words
	// Reason is the check that must catch it.
	Reason  string
	Session string
}

// Statuses are the HTTP statuses that are right.
type Statuses []int

// UnmarshalJSON reads one status or a list of them.
func (s *Statuses) UnmarshalJSON(raw []byte) error {
	var one int
	if json.Unmarshal(raw, &one) == nil {
		*s = Statuses{one}
		return nil
	}
	var list []int
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("statuses: %w", err)
	}
	*s = list
	return nil
}

// Words are one word or several, each of them right; none is anything.
type Words []string

// UnmarshalJSON reads one word, a list, or null.
func (w *Words) UnmarshalJSON(raw []byte) error {
	var one *string
	if json.Unmarshal(raw, &one) == nil {
		if one != nil {
			*w = Words{*one}
		}
		return nil
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("words: %w", err)
	}
	*w = list
	return nil
}

// Has tells whether the status is one of those that are right.
func (s Statuses) Has(status int) bool { return slices.Contains(s, status) }

// Registration is a client of the token issuer in the cases.
type Registration struct {
	Org                   string
	Keys, Scopes, Granted []string
	Disabled              bool
	Delegations           []struct{ Consumer, Scope string }
}

type base struct {
	Header, Claims map[string]json.RawMessage
	Sign           Sign
}

type keyInfo struct {
	Kty  string
	Bits int
	Kid  string
	Role string
}

type caseFile struct {
	Fixtures struct {
		Issuers, Audiences map[string]string
		Keys               map[string]keyInfo
		Clients            map[string]Registration
		Bases              map[string]base
	}
	Cases []Case
}

// load reads both files: the second brings cases only.
var load = sync.OnceValues(func() (caseFile, error) {
	var all, more caseFile
	if err := read("token-cases.json", &all); err != nil {
		return all, err
	}
	if err := read("more-cases.json", &more); err != nil {
		return all, err
	}
	all.Cases = append(all.Cases, more.Cases...)
	return all, nil
})

func read(name string, into any) error {
	raw, err := files.ReadFile("testdata/" + name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// Cases gives the target's cases, without those that are left out, and logs how many there are.
// It fails the test when there are none.
func (w *World) Cases(target string) []Case {
	w.t.Helper()
	leftOut := map[string]string{}
	if err := read("left-out.json", &leftOut); err != nil {
		w.t.Fatal(err)
	}
	var list []Case
	for _, c := range w.file.Cases {
		if _, out := leftOut[c.ID]; c.Target == target && !out {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		w.t.Fatalf("no case with target %s", target)
	}
	w.t.Logf("target %s: %d cases, %d of all targets left out", target, len(list), len(leftOut))
	return list
}

// All gives every case of the file, in its order.
func (w *World) All() []Case { return slices.Clone(w.file.Cases) }

// Clients gives the clients that the token issuer of the cases knows.
func (w *World) Clients() map[string]Registration { return maps.Clone(w.file.Fixtures.Clients) }

func mustDecode(t testing.TB, raw string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(raw), into); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
}
