// Package crashtest does to the real program what happens to programs, under a stream of
// submissions, on a durable database and over the real listener: it is killed, its database, B, the
// token issuer and the ways to them fail, and it gets more to do than it can. Then it counts: each
// submission that a citizen got a receipt for has exactly one case, with equal data and files. The same
// is done to people who type in a browser: what they are told is saved is. It holds tests only.
package crashtest
