// Package handover carries what one app's submit hands over to another app: it plans and maps
// in the submit's own transaction, delivers from a worker over the target's own API with an
// organisation token, and shows each delivery to administrators. It never touches an instance
// otherwise: the payload that was frozen at submit and the outcome that is marked at the end
// are its only ways to instance data (DESIGN.md sections 4 and 5).
package handover
