package orgtoken_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestParseKey_ReadsWhatEncodeKeyWrites(t *testing.T) {
	t.Parallel()
	key, err := orgtoken.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	file := orgtoken.EncodeKey(key)
	for name, file := range map[string][]byte{
		"PKCS8": file, "PKCS1": pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
	} {
		got, err := orgtoken.ParseKey(file)
		if err != nil || !got.Equal(key) {
			t.Errorf("%s: got another key, %v", name, err)
		}
	}
}

func TestParseKey_RefusesOtherFiles(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	good, weak := orgtoken.EncodeKey(w.RSA("cA1")), orgtoken.EncodeKey(w.RSA("weak"))
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&w.RSA("cA1").PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string][]byte{
		"empty": nil, "no PEM": []byte("secret"), "1024 bits": weak, "EC": pemOf("PRIVATE KEY", ecDER),
		"public": pemOf("PUBLIC KEY", public), "two keys": append(append([]byte{}, good...), good...),
		"garbage": pemOf("PRIVATE KEY", []byte("x")), "cut": pemOf("RSA PRIVATE KEY", []byte{0x30}),
	}
	for name, file := range tests {
		if _, err := orgtoken.ParseKey(file); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestKeyID_IsTheThumbprintOfRFC7638(t *testing.T) {
	t.Parallel()
	// The key and its thumbprint are the example of RFC 7638 section 3.1.
	const n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1" +
		"L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4" +
		"QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" +
		"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF" +
		"Cur-kEgU8awapJzKnqDKgw"
	key := publicKey(t, n)
	if got := orgtoken.KeyID(key); got != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("got %s", got)
	}
	set, err := orgtoken.KeySet(key)
	if err != nil {
		t.Fatal(err)
	}
	var read struct{ Keys []map[string]string }
	if err := json.Unmarshal(set, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Keys) != 1 || read.Keys[0]["n"] != n || read.Keys[0]["kid"] != orgtoken.KeyID(key) {
		t.Errorf("key set: got %s", set)
	}
	if _, private := read.Keys[0]["d"]; private {
		t.Error("the key set holds a private key")
	}
}

func TestSecret_NeverPrints(t *testing.T) {
	t.Parallel()
	s := orgtoken.Secret("eyJhbGci")
	in := struct{ Token orgtoken.Secret }{s}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", s, "in", in)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", s, "in", in)
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %s %q %x %#v %d", s, s, s, s, s, s),
		fmt.Sprintf("%+v %#v", in, in), fmt.Sprint([]orgtoken.Secret{s}),
		s.String(), string(body), log.String(), fmt.Errorf("x: %v", s).Error(),
	} {
		leaks := strings.Contains(shown, "eyJ") || strings.Contains(shown, "65794a")
		if leaks || !strings.Contains(shown, "***") {
			t.Errorf("shown: %s", shown)
		}
	}
	if s.Reveal() != "eyJhbGci" {
		t.Errorf("Reveal: got %q", s.Reveal())
	}
}

// publicKey gives the key with this modulus (base64url) and the usual exponent.
func publicKey(t *testing.T, n string) *rsa.PublicKey {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(n)
	if err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(raw), E: 65537}
}
