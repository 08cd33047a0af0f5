// Package function holds XACML 3.0's data types and functions (appendix A of the standard): it
// reads values, and computes on them. It knows no policies and no requests. XPath, which the
// standard leaves open, is not here.
package function

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Type is one of the data types.
type Type uint8

// The data types. None is the type of a value whose request did not say: it may be read as any.
const (
	None Type = iota
	String
	Boolean
	Integer
	Double
	Time
	Date
	DateTime
	AnyURI
	HexBinary
	Base64Binary
	DayTimeDuration
	YearMonthDuration
	X500Name
	RFC822Name
	IPAddress
	DNSName
	types
)

const xmlSchema = "http://www.w3.org/2001/XMLSchema#"

// short are the types' names in the ids of functions, and in the JSON profile.
var short = [types]string{
	"", "string", "boolean", "integer", "double", "time", "date", "dateTime", "anyURI",
	"hexBinary", "base64Binary", "dayTimeDuration", "yearMonthDuration", "x500Name", "rfc822Name",
	"ipAddress", "dnsName",
}

// byURI are the types by every id that names them; the durations had others in version 2.0.
var byURI = func() map[string]Type {
	m := map[string]Type{
		"http://www.w3.org/TR/2002/WD-xquery-operators-20020816#dayTimeDuration":   DayTimeDuration,
		"http://www.w3.org/TR/2002/WD-xquery-operators-20020816#yearMonthDuration": YearMonthDuration,
		"urn:oasis:names:tc:xacml:2.0:data-type:dayTimeDuration":                   DayTimeDuration,
		"urn:oasis:names:tc:xacml:2.0:data-type:yearMonthDuration":                 YearMonthDuration,
	}
	for t := String; t < types; t++ {
		m[t.URI()] = t
	}
	return m
}()

// URI gives the type's id.
func (t Type) URI() string {
	switch t {
	case None:
		return ""
	case X500Name, RFC822Name:
		return "urn:oasis:names:tc:xacml:1.0:data-type:" + short[t]
	case IPAddress, DNSName:
		return "urn:oasis:names:tc:xacml:2.0:data-type:" + short[t]
	}
	return xmlSchema + short[t]
}

// TypeOf gives the type with the id.
func TypeOf(uri string) (Type, bool) {
	t, ok := byURI[uri]
	return t, ok
}

// Expand gives the id of a type that the JSON profile names by its short name; anything else is
// given back as it is.
func Expand(name string) string {
	for t := String; t < types; t++ {
		if short[t] == name {
			return t.URI()
		}
	}
	return name
}

// Value is one value, read.
type Value struct {
	Type Type
	// text is the value as it was written, or its canonical form when it was computed.
	text string
	// v is by type: string, bool, *big.Int, float64, moment, time.Duration, months, name or mail.
	v any
}

// Text gives the value as it was written, or its canonical form when it was computed.
func (v Value) Text() string { return v.text }

// Bag is any number of values of one type, in no order.
type Bag []Value

// months is a yearMonthDuration.
type months int64

// Parse reads a value. Blanks around it count only in a string. The error tells what was wrong.
func Parse(t Type, text string) (Value, error) {
	v := Value{Type: t, text: text}
	if t == String {
		v.v = text
		return v, nil
	}
	v.text = strings.TrimSpace(text)
	var err error
	if v.v, err = parse(t, v.text); err != nil {
		return v, fmt.Errorf("%q is not a value of type %s", text, short[t])
	}
	return v, nil
}

func parse(t Type, text string) (any, error) {
	switch t {
	case Boolean:
		return parseBoolean(text)
	case Integer:
		return parseInteger(text)
	case Double:
		return parseDouble(text)
	case Time, Date, DateTime:
		return parseMoment(t, text)
	case AnyURI, DNSName, IPAddress:
		return text, nil
	case HexBinary:
		b, err := hex.DecodeString(text)
		return string(b), err
	case Base64Binary:
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		return string(b), err
	case DayTimeDuration:
		return parseDayTime(text)
	case YearMonthDuration:
		return parseYearMonth(text)
	case X500Name:
		return parseX500(text)
	case RFC822Name:
		return parseMail(text)
	}
	return nil, fmt.Errorf("a type is missing")
}

func parseBoolean(text string) (bool, error) {
	switch text {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, strconv.ErrSyntax
}

// maxDigits bounds what is computed on: no policy counts further.
const maxDigits = 200

var integerForm = regexp.MustCompile(`^[+-]?[0-9]+$`)

func parseInteger(text string) (*big.Int, error) {
	if len(text) > maxDigits || !integerForm.MatchString(text) {
		return nil, strconv.ErrSyntax
	}
	n, _ := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 10)
	return n, nil
}

var doubleForm = regexp.MustCompile(
	`^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN)$`)

func parseDouble(text string) (float64, error) {
	if !doubleForm.MatchString(text) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}

var dayTimeForm = regexp.MustCompile(
	`^(-)?P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$`)

func parseDayTime(text string) (time.Duration, error) {
	m := dayTimeForm.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return 0, strconv.ErrSyntax
	}
	total := new(big.Rat)
	for i, unit := range []int64{24 * 3600, 3600, 60, 1} {
		if m[i+2] == "" {
			continue
		}
		n, ok := new(big.Rat).SetString(m[i+2])
		if !ok || len(m[i+2]) > maxDigits {
			return 0, strconv.ErrSyntax
		}
		total.Add(total, n.Mul(n, big.NewRat(unit*int64(time.Second), 1)))
	}
	whole := new(big.Int).Quo(total.Num(), total.Denom())
	if !whole.IsInt64() {
		return 0, strconv.ErrRange
	}
	d := time.Duration(whole.Int64())
	if m[1] != "" {
		d = -d
	}
	return d, nil
}

var yearMonthForm = regexp.MustCompile(`^(-)?P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?$`)

func parseYearMonth(text string) (months, error) {
	m := yearMonthForm.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "P") {
		return 0, strconv.ErrSyntax
	}
	var n months
	for i, unit := range []months{12, 1} {
		if m[i+2] == "" {
			continue
		}
		part, err := strconv.Atoi(m[i+2])
		if err != nil {
			return 0, err
		}
		n += months(part) * unit
	}
	if m[1] != "" {
		n = -n
	}
	return n, nil
}
