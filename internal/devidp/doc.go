// Package devidp is an OpenID provider for development: it stands in for ID-porten, so that the
// one sign-in path of this program can be tried on a laptop. People sign in by choosing a made-up
// person from a list. It keeps everything in memory, knows no passwords, and is never for
// production: cmd refuses to start with it there. What the relying party does is package login's.
package devidp
