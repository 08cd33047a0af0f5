// Package apps holds the example solution: the definitions of Nordvik kommune's services in
// Altinn's folder shape, and the made-up people and organisations of the development register.
// It is data built into the program; it loads and checks nothing, which is package app's work.
package apps

import "embed"

// FS holds a folder for each app, at <org>/<app>, and register.json and postcodes.json beside them. Names that
// begin with a dot or an underscore are not built in.
//
//go:embed nordvik register.json postcodes.json units.json
var FS embed.FS
