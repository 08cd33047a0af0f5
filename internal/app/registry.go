package app

import (
	"maps"
	"slices"
	"strings"
)

// ComponentType is what the loader knows about one type of component.
type ComponentType struct {
	// Aliases are other names that apps of some generation write.
	Aliases []string
	// Needs are bindings that must be there; a question without its binding stores nothing.
	Needs []string
	// Props reads the type's own properties into its own struct; nil for a type with none.
	Props func(p Properties) any
	// Refs gives where the component names what stands in it besides its children; nil for none.
	Refs func(v *value) []*value
	// Question tells that the component asks for an answer: it can be required, and it is
	// shown in a summary.
	Question bool
	// StandIn tells that the type is not drawn: a notice is shown instead. No more of it is read
	// than what expressions ask for.
	StandIn bool
}

// types and aliases are filled by Register before any app is loaded.
var (
	types   = map[string]ComponentType{}
	aliases = map[string]string{}
)

// Register adds a type of component under its canonical name. It is called from init functions
// only: the registry is read without a lock.
func Register(name string, t ComponentType) {
	types[name] = t
	aliases[strings.ToLower(name)] = name
	for _, alias := range t.Aliases {
		aliases[strings.ToLower(alias)] = name
	}
}

// ComponentTypes gives the canonical names of every type that is drawn, sorted.
func ComponentTypes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(types)), func(name string) bool {
		return types[name].StandIn
	})
}

// drawn tells whether components of a type are drawn.
func drawn(typ string) bool {
	t, known := types[typ]
	return known && !t.StandIn
}

// canonicalType gives the name that the rest of the program knows a type by. Types are written
// in any case, and an old Group that repeats is a RepeatingGroup. A type that is not registered
// keeps its name.
func canonicalType(written string, v *value) string {
	name, ok := aliases[strings.ToLower(written)]
	if !ok {
		return written
	}
	if name == TypeGroup && v.get("dataModelBindings").get("group") != nil &&
		v.get("maxCount") != nil && v.get("maxCount").text != "1" {
		return TypeRepeatingGroup
	}
	return name
}

// Question tells whether the component asks for an answer.
func (c *Component) Question() bool { return types[c.Type].Question }

// The canonical names of the component types.
const (
	TypeInput             = "Input"
	TypeTextArea          = "TextArea"
	TypeDatepicker        = "Datepicker"
	TypeDropdown          = "Dropdown"
	TypeRadioButtons      = "RadioButtons"
	TypeCheckboxes        = "Checkboxes"
	TypeHeader            = "Header"
	TypeParagraph         = "Paragraph"
	TypeAlert             = "Alert"
	TypePanel             = "Panel"
	TypeGroup             = "Group"
	TypeRepeatingGroup    = "RepeatingGroup"
	TypeFileUpload        = "FileUpload"
	TypeSummary           = "Summary"
	TypeSummary2          = "Summary2"
	TypeNavigationButtons = "NavigationButtons"
	TypeButton            = "Button"
)

// ControlNames are what a form page posts besides answers: no field at the top of a model may be
// bound under one of them.
var ControlNames = []string{"version", "go", "row", "task", "page", "remove", "return", "accepted",
	"drawn", "drawnfor", "seen"}

const (
	// BindingSimple is the binding of a question with one answer.
	BindingSimple = "simpleBinding"
	// BindingGroup is the binding of a repeating group to its list of rows.
	BindingGroup = "group"
)

func init() {
	simple := []string{BindingSimple}
	Register(TypeInput, ComponentType{Needs: simple, Props: inputProps, Question: true})
	Register(TypeTextArea, ComponentType{Needs: simple, Props: inputProps, Question: true})
	Register(TypeDatepicker, ComponentType{Needs: simple, Props: dateProps, Question: true})
	Register(TypeDropdown, ComponentType{Needs: simple, Props: choiceProps, Question: true})
	Register(TypeRadioButtons, ComponentType{Needs: simple, Props: choiceProps, Question: true})
	Register(TypeFileUpload, ComponentType{Props: fileUploadProps, Question: true})
	Register(TypeRepeatingGroup, ComponentType{
		Needs: []string{BindingGroup}, Props: repeatingGroupProps, Question: true,
	})
	Register(TypeHeader, ComponentType{Aliases: []string{"Heading"}, Props: headerProps})
	Register(TypeParagraph, ComponentType{})
	Register(TypeAlert, ComponentType{Props: alertProps})
	Register(TypePanel, ComponentType{Props: alertProps})
	Register(TypeGroup, ComponentType{Props: groupProps})
	Register(TypeSummary, ComponentType{Props: summaryProps})
	Register(TypeSummary2, ComponentType{Props: summaryProps})
	Register(TypeNavigationButtons, ComponentType{Props: navigationProps})
}
