// Package solution shows several apps as one: which apps there are, who owns and who handles what
// is in them, and what each hands to which. Of makes the picture from the definitions; Words tells
// it as a list, Draw sets it out on a plane, and the drawing writes itself as SVG. It decides
// nothing: who may read and write is told to it by access.
package solution
