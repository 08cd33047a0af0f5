package function

import (
	"errors"
	"math/big"
	"strings"
)

func textValue(s string) Bag { return Bag{{Type: String, text: s, v: s}} }

// texts gives the functions of strings (A.3.3, A.3.9).
func texts() []Function {
	change := func(id string, f func(string) string) Function {
		return Function{ID: v1 + id, Params: same(String, 1), Result: one(String),
			call: func(a []Bag) (Bag, error) { return textValue(f(a[0][0].v.(string))), nil }}
	}
	all := []Function{
		change("string-normalize-space", strings.TrimSpace),
		change("string-normalize-to-lower-case", strings.ToLower),
		{ID: v2 + "string-concatenate", Params: same(String, 2), Result: one(String), least: 2,
			call: concatenate},
	}
	for _, t := range []Type{String, AnyURI} {
		look := func(verb string, f func(s, part string) bool) Function {
			return test(v3+short[t]+verb, []Kind{one(String), one(t)}, func(a []any) bool {
				return f(a[1].(string), a[0].(string))
			})
		}
		all = append(all, look("-starts-with", strings.HasPrefix),
			look("-ends-with", strings.HasSuffix), look("-contains", strings.Contains),
			Function{ID: v3 + short[t] + "-substring",
				Params: []Kind{one(t), one(Integer), one(Integer)}, Result: one(String),
				call: substring})
	}
	return all
}

// maxText bounds what a policy can make of its values.
const maxText = 1 << 20

func concatenate(args []Bag) (Bag, error) {
	var b strings.Builder
	for _, a := range args {
		if b.WriteString(a[0].v.(string)); b.Len() > maxText {
			return nil, errors.New("the text is too long")
		}
	}
	return textValue(b.String()), nil
}

// substring counts characters from 0; an end of -1 is the end of the text.
func substring(args []Bag) (Bag, error) {
	s := []rune(args[0][0].v.(string))
	from, to := args[1][0].v.(*big.Int), args[2][0].v.(*big.Int)
	size := big.NewInt(int64(len(s)))
	if to.Cmp(big.NewInt(-1)) == 0 {
		to = size
	}
	if from.Sign() < 0 || to.Cmp(from) < 0 || to.Cmp(size) > 0 {
		return nil, errors.New("the places are not in the text")
	}
	return textValue(string(s[from.Int64():to.Int64()])), nil
}

// conversions gives <type>-from-string and string-from-<type> (A.3.9).
func conversions() []Function {
	var all []Function
	for t := Boolean; t < types; t++ {
		if t == HexBinary || t == Base64Binary {
			continue
		}
		all = append(all,
			Function{ID: v3 + short[t] + "-from-string", Params: same(String, 1), Result: one(t),
				call: func(a []Bag) (Bag, error) {
					v, err := Parse(t, a[0][0].text)
					return Bag{v}, err
				}},
			Function{ID: v3 + "string-from-" + short[t], Params: same(t, 1), Result: one(String),
				call: func(a []Bag) (Bag, error) { return textValue(a[0][0].text), nil }})
	}
	return all
}
