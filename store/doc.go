// Package store is all SQL: every query of the program stands here, written by hand, one file
// for each noun. Reads and writes of instances, grants, deliveries and the audit log are
// methods of Tx, inside InTx; Store itself reaches only sessions, definitions, uploads that
// belong to nothing yet, and jobs. It decides nothing about who may do what, knows no HTTP and
// no app: services do.
//
// # Round trips
//
// A Tx holds back each statement that answers nothing (an insert, a fenced update, an audit
// line) and sends it together with the next read or with COMMIT; BEGIN goes with the first
// statement. So a write may report its error only when the transaction ends: InTx gives it. A
// fenced change that does not find its row stops the transaction in the database itself
// (changed_one in the migrations), so that COMMIT can safely be in the same packet. Opening an
// instance, or an attempt at a delivery, reads ahead what everybody asks for next (see ahead).
//
// # Time
//
// What is stored or compared uses the database's clock. Tests move rows, not time.
package store
