package orgtoken_test

import (
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

func TestTrade_GivesAltinnsClaimsAndNoneOfTheClients(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	x, err := orgtoken.NewExchange(orgtoken.ExchangeConfig{
		Issuer: "https://b.example/openid/", Audience: "https://b.example", Key: w.RSA("mp1"),
		Now: w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	source := w.Token(aCase(t, `{}`,
		`{"sid":"x","client_amr":"x","nbf":1,"urn:altinn:org":"ttd","urn:altinn:userid":"1"}`, "cA1"))
	tests := map[string]struct {
		scopes []string
		org    string
		want   any
	}{
		"a service owner":              {[]string{"altinn:serviceowner/instances.read"}, "nordvik", "nordvik"},
		"the whole scope":              {[]string{"a", "altinn:serviceowner"}, "nordvik", "nordvik"},
		"an organisation that is none": {[]string{"altinn:serviceowner"}, "", nil},
		"a scope that only holds it":   {[]string{"evil:altinn:serviceowner/x"}, "nordvik", nil},
		"a scope that begins so":       {[]string{"altinn:serviceownerx"}, "nordvik", nil},
	}
	for name, test := range tests {
		traded, err := x.Trade(source, orgtoken.Token{Organisation: owner, Scopes: test.scopes}, test.org)
		if err != nil {
			t.Fatal(err)
		}
		s, err := orgtoken.Parse(traded)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Claims["urn:altinn:org"]; got != test.want {
			t.Errorf("%s: urn:altinn:org is %v, want %v", name, got, test.want)
		}
		exp, _ := s.Claims.Seconds("exp")
		if s.Claims["iss"] != "https://b.example/openid/" || s.Claims["aud"] != "https://b.example" ||
			s.Claims["urn:altinn:orgNumber"] != owner || s.Claims["sid"] == "x" ||
			exp != noon.Add(30*time.Minute).Unix() {
			t.Errorf("%s: got %v", name, s.Claims)
		}
		for _, gone := range []string{"client_amr", "nbf", "urn:altinn:userid"} {
			if s.Claims.Has(gone) {
				t.Errorf("%s: %s is still there", name, gone)
			}
		}
	}
	t.Logf("%d tokens traded", len(tests))
}
