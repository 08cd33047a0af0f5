package expr

import "maps"

// functions are all functions by name. It is filled from one table for each family.
var functions = join(logicFunctions, textFunctions, numberFunctions, lookupFunctions,
	treeFunctions)

func join(families ...map[string]*function) map[string]*function {
	all := map[string]*function{}
	for _, family := range families {
		maps.Copy(all, family)
	}
	return all
}

var (
	anything = []Kind{Any}
	texts    = []Kind{String}
	nums     = []Kind{Number}
	bools    = []Kind{Boolean}
)
