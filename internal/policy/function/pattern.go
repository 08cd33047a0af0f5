package function

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// patterns gives the matching functions (A.3.13, A.3.14).
func patterns() []Function {
	all := []Function{
		test(v1+"x500Name-match", same(X500Name, 2), func(a []any) bool {
			return a[1].(name).endsWith(a[0].(name))
		}),
		test(v1+"rfc822Name-match", []Kind{one(String), one(RFC822Name)}, func(a []any) bool {
			return a[1].(mail).fits(a[0].(string))
		}),
	}
	for _, t := range []Type{String, AnyURI, IPAddress, DNSName, RFC822Name, X500Name} {
		version := v2
		if t == String {
			version = v1
		}
		ids := []string{version + short[t] + "-regexp-match"}
		if t == String {
			ids = append(ids, v2+"string-regexp-match")
		}
		for _, id := range ids {
			all = append(all, Function{ID: id, Params: []Kind{one(String), one(t)},
				Result: one(Boolean), call: func(a []Bag) (Bag, error) {
					e, err := expression(a[0][0].text)
					return Bool(err == nil && e.MatchString(a[1][0].text)), err
				}})
		}
	}
	return all
}

// compiled keeps the expressions of policies; they are few. One that came from a request could
// be any, so past its bound nothing more is kept.
var compiled = struct {
	sync.Mutex
	m map[string]*regexp.Regexp
}{m: map[string]*regexp.Regexp{}}

const maxCompiled = 256

// expression compiles one of XML Schema's regular expressions, found anywhere in the text as
// XACML asks. Go's take linear time; the letters that only XML Schema has are put in its words.
func expression(pattern string) (*regexp.Regexp, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if e, ok := compiled.m[pattern]; ok {
		return e, nil
	}
	e, err := regexp.Compile(schemaLetters.Replace(pattern))
	if err != nil {
		return nil, fmt.Errorf("the expression %q: %w", pattern, err)
	}
	if len(compiled.m) < maxCompiled {
		compiled.m[pattern] = e
	}
	return e, nil
}

// schemaLetters: \i and \c are XML name characters, outside brackets. \\ is kept whole, so that
// its second half does not begin another escape.
var schemaLetters = strings.NewReplacer(
	`\\`, `\\`, `\i`, `[\pL_:]`, `\I`, `[^\pL_:]`, `\c`, `[-.\pL\pN_:]`, `\C`, `[^-.\pL\pN_:]`)
