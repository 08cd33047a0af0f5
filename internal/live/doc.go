// Package live tells pages that stand open that there is something new to look at. Each server
// process listens to the database once, and passes on to its open streams what concerns them: which
// organisation, app and case, and nothing of it. What a reader may see of that is decided anew, by
// the services, for each thing that is shown; this package decides nothing and reads no case.
package live
