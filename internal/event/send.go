package event

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
)

const (
	// sendTime is how long a subscriber may take to answer.
	sendTime = 10 * time.Second
	// maxAnswer is how much of an answer is read, so that the connection can be used again.
	maxAnswer = 16 << 10
	// SignatureHeader carries when an event was sent and its signature.
	SignatureHeader = "Stafett-Signature"
	cloudEvents     = "application/cloudevents+json; charset=utf-8"
)

// The codes of an attempt that was not taken; beside them http_ and the status.
const (
	codeGone    = "http_410"
	codeAddress = "address"
	codeStopped = "stopped"
)

// Sign gives the value of SignatureHeader: HMAC-SHA256 over the time in seconds, a full stop and
// the body, with the secret as it was shown.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write([]byte(t + "."))
	sum.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(sum.Sum(nil))
}

// shown is a secret as its owner knows it.
func shown(secret []byte) string { return hex.EncodeToString(secret) }

// send makes one attempt to tell a subscriber of an event. The code is empty when it was taken.
func (s *Service) send(ctx context.Context, sub core.Subscription, c Cloud) core.SubscriptionAttempt {
	began := time.Now()
	a := core.SubscriptionAttempt{Type: c.Type, Number: sub.Attempts + 1}
	a.Code = s.post(ctx, sub, c)
	a.Milliseconds = time.Since(began).Milliseconds()
	return a
}

func (s *Service) post(ctx context.Context, sub core.Subscription, c Cloud) string {
	body, err := json.Marshal(c)
	if err != nil {
		return "internal"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Endpoint, bytes.NewReader(body))
	if err != nil {
		return codeAddress
	}
	r.Header.Set("Content-Type", cloudEvents)
	r.Header.Set("User-Agent", "Stafett")
	r.Header.Set(SignatureHeader, Sign(shown(sub.Secret), time.Now(), body))
	answer, err := s.HTTP.Do(r)
	if err != nil {
		return networkCode(err)
	}
	defer answer.Body.Close()
	// What is said in it is of no interest, and may be anything.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return ""
	}
	return "http_" + strconv.Itoa(answer.StatusCode)
}

// networkCode names the kind of fault without the address.
func networkCode(err error) string {
	timeout, ok := errors.AsType[net.Error](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, errAddress):
		return codeAddress
	case errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout():
		return "timeout"
	case certificate:
		return "certificate"
	case strings.Contains(err.Error(), "connection refused"):
		return "refused"
	}
	return "network"
}
