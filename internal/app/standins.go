package app

// The canonical names of types that a notice is shown instead of, and that expressions read.
const (
	TypeList       = "List"
	TypeMap        = "Map"
	TypeTimePicker = "TimePicker"
)

func init() {
	Register(TypeList, ComponentType{StandIn: true, Props: listProps})
	Register(TypeMap, ComponentType{StandIn: true})
	Register(TypeTimePicker, ComponentType{StandIn: true})
}

// ListProps are those of List: which of its fields stands for the chosen row.
type ListProps struct{ Shown Binding }

func listProps(p Properties) any {
	props := &ListProps{}
	switch v := p.v.get("bindingToShowInSummary"); {
	case v == nil:
	case v.kind == kindObject:
		props.Shown = Binding{p.r.text(v.get("dataType"), "dataType"), p.r.text(v.get("field"), "field")}
	default:
		props.Shown.Field = p.Text("bindingToShowInSummary")
	}
	return props
}
