// Package jmespath runs JMESPath queries (jmespath.org's specification) on JSON data whose
// numbers are json.Number, for the expression function of that name. Numbers are compared and
// added exactly. It is not for anything else: the rest of the program reads data by path
// (package schema).
package jmespath
