// Package event tells service owners' systems what happens to instances: a feed that they read,
// and subscriptions, which are told by webhook (CloudEvents 1.0). The events themselves are
// appended by the database in the transaction of each change. An event is given to an organisation
// whose policy lets it read the instance where the change left it. It holds no HTTP server, and
// nothing of what is in an instance.
package event
