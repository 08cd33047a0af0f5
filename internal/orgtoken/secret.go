package orgtoken

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a token, an assertion or a key that must not reach a log (SECURITY.md P32). However
// it is printed, it prints ***; Reveal gives it.
type Secret string

const masked = "***"

// Reveal gives the secret itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

// Format masks every verb of package fmt, also %#v, %x and %q.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// String masks the secret.
func (s Secret) String() string { return masked }

// LogValue masks the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText masks the secret in JSON and all other encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
