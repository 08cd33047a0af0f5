// Package relay is the life of instances without anything round it: how one begins, how it moves
// on in its process, what it hands over and reports, and what it takes in. It decides and maps;
// its callers look up, store and send. The services run it over the database, and scenarios run
// it in memory: what is tried is what happens.
package relay
