// Package crashtest kills the server at random under a stream of submissions, on a durable
// database and over the real listener, and then counts: each submission that a citizen got a
// receipt for has exactly one case, with equal data and files. It holds tests only.
package crashtest
