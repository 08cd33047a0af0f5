// Package scenario plays the scenarios of apps: what people do, step by step, and what is
// expected to come of it. In memory it plays them over the same engines as the services, fast
// enough for every save; a test plays them over the whole program too, to see that both agree.
// It reads no files and holds no rule of its own about instances, access or forms.
package scenario
