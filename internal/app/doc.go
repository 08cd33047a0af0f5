// Package app loads an app's folder, in Altinn's shape and files, into one Definition: three
// generations of layout files become one form, every expression is compiled, every reference is
// checked, and what is wrong is told with file and line. Check looks across apps at what one
// hands over to another. The package draws no page, decides no access and holds no case.
package app
