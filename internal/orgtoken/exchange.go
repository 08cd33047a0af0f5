package orgtoken

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// TokenError is why no token came. Errors that are not Retryable are the issuer's final word:
// the same grant tomorrow gives the same answer, so stop and tell somebody (SECURITY.md 1.1).
type TokenError struct {
	// Code is MP-nnn where the issuer gave one, else its OAuth error, else our own word:
	// network, redirect, bad_answer, status_nnn, other_issuer, metadata, sign.
	Code      string
	Retryable bool
	// Status is the HTTP status; 0 when no answer came.
	Status int
	// Description is the issuer's own text, for the log: it holds the issuer's tracing id.
	Description string
	cause       error
}

// Error gives code, status and description. It never holds the assertion or a token.
func (e *TokenError) Error() string {
	text := "token issuer: " + e.Code
	if e.Status != 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *TokenError) Unwrap() error { return e.cause }

// post trades the grant for a token, and gives it with how long it lives.
func (c *Client) post(
	ctx context.Context, endpoint string, assertion Secret,
) (Secret, time.Duration, error) {
	form := url.Values{"grant_type": {grantType}, "assertion": {assertion.Reveal()}}
	body := strings.NewReader(form.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, body)
	if err != nil {
		return "", 0, &TokenError{Code: "metadata", cause: err}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	status, answer, err := c.caller.do(r)
	switch {
	case err != nil:
		return "", 0, &TokenError{Code: "network", Retryable: true, cause: err}
	case status != http.StatusOK:
		return "", 0, answerError(status, answer)
	}
	token, life, err := readToken(answer)
	if err != nil {
		// A page in place of the answer is a proxy or an upkeep notice: it passes.
		return "", 0, &TokenError{Code: "bad_answer", Retryable: true, Status: status, cause: err}
	}
	return token, life, nil
}

// readToken reads a token answer (RFC 6749 section 5.1). The scope that it echoes is not read:
// B reads the one in the token.
func readToken(body []byte) (Secret, time.Duration, error) {
	o, err := parseObject(body)
	if err != nil {
		return "", 0, err
	}
	token, _ := o.Text("access_token")
	if token == "" || len(token) > MaxToken || strings.ContainsFunc(token, notVisible) {
		return "", 0, errors.New("no access_token")
	}
	if kind, _ := o.Text("token_type"); !strings.EqualFold(kind, "Bearer") {
		return "", 0, errors.New("token_type is not Bearer")
	}
	// Without a known life the token is good for those who wait now, and is not kept.
	life, _ := o.Seconds("expires_in")
	return Secret(token), time.Duration(min(max(life, 0), 86400)) * time.Second, nil
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

// answerError reads an answer other than 200. What decides is the documented code: HTTP status
// numbers are not documented for all of them.
func answerError(status int, body []byte) *TokenError {
	e := &TokenError{Status: status, Code: fmt.Sprintf("status_%d", status)}
	if 300 <= status && status < 400 {
		e.Code, e.Retryable = "redirect", true
		return e
	}
	e.Retryable = status == http.StatusTooManyRequests || status >= 500
	o, err := parseObject(body)
	if err != nil {
		return e // an answer that is no JSON has only its status
	}
	text, _ := o.Text("error_description")
	address, _ := o.Text("error_uri")
	e.Description = oneLine(text)
	if word, _ := o.Text("error"); word != "" {
		e.Code = oneLine(word)
	}
	if code := documented.FindString(text + " " + address); code != "" {
		e.Code = code
	}
	if passes(e.Code, text) {
		e.Retryable = true
	}
	return e
}

var documented = regexp.MustCompile(`\bMP-[0-9]{3}\b`)

// passes tells whether a refusal is one that a new grant may get past: used before, expired on
// its way, or clocks that differ.
func passes(code, description string) bool {
	return code == "MP-012" || code == "MP-130" ||
		strings.Contains(description, "Issue time is after now")
}

// oneLine makes a foreign text fit for a log line: printable, at most 300 characters.
func oneLine(s string) string {
	kept := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s))
	return string(kept[:min(len(kept), 300)])
}

func discoveryError(err error) *TokenError {
	e := &TokenError{Code: "network", Retryable: true, cause: fmt.Errorf("metadata: %w", err)}
	if status, ok := errors.AsType[statusError](err); ok {
		e = answerError(int(status), nil)
		e.cause = errors.New("metadata")
		return e
	}
	if _, ok := errors.AsType[*Defect](err); ok {
		e.Code = "bad_answer"
	}
	if errors.Is(err, errOtherIssuer) {
		e.Code, e.Retryable = "other_issuer", false
	}
	if errors.Is(err, errBadMetadata) {
		e.Code, e.Retryable = "metadata", false
	}
	return e
}
