package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"

	"stafett/internal/policy"
	"stafett/internal/policy/tree"
)

// Answer writes the response in the request's form: one result for each question, in order, or
// one for all where the request asked for that.
func (r *Request) Answer(results []policy.Result) ([]byte, error) {
	questions := r.Questions
	if r.Combined && len(results) != 1 {
		results, questions = []policy.Result{combined(results)}, []*policy.Document{{}}
	}
	if r.XML {
		return answerXML(results, questions)
	}
	return answerJSON(results, questions)
}

// combined is the one answer to several questions: theirs if it is the same, with no obligations
// to mistake for another's (XACML 3.0 5.42, Multiple Decision Profile 3).
func combined(results []policy.Result) policy.Result {
	differs := func(r policy.Result) bool {
		return r.Effect != results[0].Effect || len(r.Obligations)+len(r.Advice) > 0
	}
	if len(results) == 0 || slices.ContainsFunc(results, differs) {
		return policy.Result{Effect: policy.Indeterminate, Status: policy.StatusProcessingError,
			Message: "the answers cannot be combined"}
	}
	return results[0]
}

// included gives the attributes that the request wants back, by category in the request's order.
func included(doc *policy.Document) [][]policy.Attribute {
	var out [][]policy.Attribute
	for _, a := range doc.Attributes {
		if !a.Include {
			continue
		}
		same := func(as []policy.Attribute) bool { return as[0].Category == a.Category }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = append(out[i], a)
		} else {
			out = append(out, []policy.Attribute{a})
		}
	}
	return out
}

type statusCode struct {
	Value string `json:"Value" xml:"Value,attr"`
}

type status struct {
	StatusMessage string     `json:"StatusMessage,omitempty" xml:"-"`
	StatusCode    statusCode `json:"StatusCode" xml:"StatusCode"`
	// Message stands after the code in XML.
	Message string `json:"-" xml:"StatusMessage,omitempty"`
}

func statusOf(r policy.Result) status {
	return status{StatusMessage: r.Message, StatusCode: statusCode{r.Status}, Message: r.Message}
}

type assignmentOut struct {
	AttributeID string `json:"AttributeId" xml:"AttributeId,attr"`
	Category    string `json:"Category,omitempty" xml:"Category,attr,omitempty"`
	Issuer      string `json:"Issuer,omitempty" xml:"Issuer,attr,omitempty"`
	DataType    string `json:"DataType" xml:"DataType,attr"`
	Value       string `json:"Value" xml:",chardata"`
}

func assignments(o policy.Obligation) []assignmentOut {
	var out []assignmentOut
	for _, a := range o.Assignments {
		out = append(out, assignmentOut{AttributeID: a.AttributeID, Category: a.Category,
			Issuer: a.Issuer, DataType: a.Value.Type.URI(), Value: a.Value.Text()})
	}
	return out
}

type jsonDuty struct {
	ID          string          `json:"Id"`
	Assignments []assignmentOut `json:"AttributeAssignment,omitempty"`
}

type jsonIncluded struct {
	AttributeID string `json:"AttributeId"`
	Issuer      string `json:"Issuer,omitempty"`
	DataType    string `json:"DataType,omitempty"`
	Value       any    `json:"Value"`
}

type jsonGroup struct {
	CategoryID string         `json:"CategoryId"`
	Attribute  []jsonIncluded `json:"Attribute"`
}

type jsonResult struct {
	Decision         string
	Status           status
	Obligations      []jsonDuty  `json:",omitempty"`
	AssociatedAdvice []jsonDuty  `json:",omitempty"`
	Category         []jsonGroup `json:",omitempty"`
}

func answerJSON(results []policy.Result, questions []*policy.Document) ([]byte, error) {
	response := struct{ Response []jsonResult }{Response: []jsonResult{}}
	for i, r := range results {
		out := jsonResult{Decision: r.Effect.String(), Status: statusOf(r),
			Obligations: jsonDuties(r.Obligations), AssociatedAdvice: jsonDuties(r.Advice)}
		for _, group := range included(questions[i]) {
			g := jsonGroup{CategoryID: group[0].Category}
			for _, a := range group {
				g.Attribute = append(g.Attribute, jsonAttributeOf(a))
			}
			out.Category = append(out.Category, g)
		}
		response.Response = append(response.Response, out)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(response)
	return b.Bytes(), err
}

func jsonDuties(all []policy.Obligation) []jsonDuty {
	var out []jsonDuty
	for _, o := range all {
		out = append(out, jsonDuty{ID: o.ID, Assignments: assignments(o)})
	}
	return out
}

// jsonAttributeOf gives one value as itself, several as a list.
func jsonAttributeOf(a policy.Attribute) jsonIncluded {
	out := jsonIncluded{AttributeID: a.ID, Issuer: a.Issuer}
	texts := []string{}
	for _, v := range a.Values {
		texts = append(texts, v.Text)
		out.DataType = v.DataType
	}
	if out.Value = texts; len(texts) == 1 {
		out.Value = texts[0]
	}
	return out
}

type xmlDuty struct {
	ObligationID string          `xml:"ObligationId,attr,omitempty"`
	AdviceID     string          `xml:"AdviceId,attr,omitempty"`
	Assignments  []assignmentOut `xml:"AttributeAssignment"`
}

type xmlValue struct {
	DataType string `xml:"DataType,attr"`
	Text     string `xml:",chardata"`
}

type xmlIncluded struct {
	IncludeInResult bool       `xml:"IncludeInResult,attr"`
	AttributeID     string     `xml:"AttributeId,attr"`
	Issuer          string     `xml:"Issuer,attr,omitempty"`
	Values          []xmlValue `xml:"AttributeValue"`
}

type xmlGroup struct {
	Category   string        `xml:"Category,attr"`
	Attributes []xmlIncluded `xml:"Attribute"`
}

type xmlDuties struct {
	Obligations []xmlDuty `xml:"Obligation"`
	Advice      []xmlDuty `xml:"Advice"`
}

type xmlResult struct {
	Decision    string
	Status      status
	Obligations *xmlDuties `xml:",omitempty"`
	Advice      *xmlDuties `xml:"AssociatedAdvice,omitempty"`
	Groups      []xmlGroup `xml:"Attributes"`
}

type xmlResponse struct {
	XMLName xml.Name    `xml:"Response"`
	Space   string      `xml:"xmlns,attr"`
	Results []xmlResult `xml:"Result"`
}

func answerXML(results []policy.Result, questions []*policy.Document) ([]byte, error) {
	response := xmlResponse{Space: tree.Namespace}
	for i, r := range results {
		out := xmlResult{Decision: r.Effect.String(), Status: statusOf(r)}
		if len(r.Obligations) > 0 {
			out.Obligations = &xmlDuties{}
			for _, o := range r.Obligations {
				out.Obligations.Obligations = append(out.Obligations.Obligations,
					xmlDuty{ObligationID: o.ID, Assignments: assignments(o)})
			}
		}
		if len(r.Advice) > 0 {
			out.Advice = &xmlDuties{}
			for _, o := range r.Advice {
				out.Advice.Advice = append(out.Advice.Advice,
					xmlDuty{AdviceID: o.ID, Assignments: assignments(o)})
			}
		}
		for _, group := range included(questions[i]) {
			out.Groups = append(out.Groups, xmlGroupOf(group))
		}
		response.Results = append(response.Results, out)
	}
	raw, err := xml.MarshalIndent(response, "", "  ")
	return slices.Concat([]byte(xml.Header), raw, []byte("\n")), err
}

func xmlGroupOf(group []policy.Attribute) xmlGroup {
	g := xmlGroup{Category: group[0].Category}
	for _, a := range group {
		out := xmlIncluded{IncludeInResult: true, AttributeID: a.ID, Issuer: a.Issuer}
		for _, v := range a.Values {
			out.Values = append(out.Values, xmlValue{v.DataType, v.Text})
		}
		g.Attributes = append(g.Attributes, out)
	}
	return g
}
