// Package archtest holds the house rules as tests: who may import whom, how long a file may be,
// where the environment is read. A new edge between packages is a visible line here. It holds
// no code for the program itself.
package archtest
