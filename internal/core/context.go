package core

import "context"

type contextKey int

const (
	requestKey contextKey = iota
	localeKey
)

// WithRequest gives a context that carries the HTTP request's id, for log and audit lines.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey, id)
}

// RequestID gives the id of the request that the work is part of; empty outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// WithLocale gives a context that carries the reader's language: nb, nn or en.
func WithLocale(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, localeKey, lang)
}

// Locale gives the reader's language; nb where none is set.
func Locale(ctx context.Context) string {
	if lang, ok := ctx.Value(localeKey).(string); ok {
		return lang
	}
	return "nb"
}
