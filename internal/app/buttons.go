package app

import "strings"

// The canonical names of the types that are buttons.
const (
	TypeButtonGroup         = "ButtonGroup"
	TypeNavigationBar       = "NavigationBar"
	TypeCustomButton        = "CustomButton"
	TypeActionButton        = "ActionButton"
	TypeInstantiationButton = "InstantiationButton"
	TypePrintButton         = "PrintButton"
)

func init() {
	Register(TypeButton, ComponentType{Props: buttonProps})
	Register(TypeButtonGroup, ComponentType{})
	Register(TypeNavigationBar, ComponentType{Props: barProps})
	Register(TypeCustomButton, ComponentType{Props: customButtonProps})
	Register(TypeActionButton, ComponentType{Props: actionButtonProps})
	Register(TypeInstantiationButton, ComponentType{Props: instantiationProps})
	Register(TypePrintButton, ComponentType{})
}

// What a button does besides submitting.
const (
	DoSave        = "save"
	DoSubmit      = "submit"
	DoNext        = "next"
	DoBack        = "back"
	DoPage        = "page"
	DoAction      = "action"
	DoInstantiate = "instantiate"
	// DoClose leaves an entry of a subform as it stands, DoDone when all that is asked is answered.
	DoClose = "close"
	DoDone  = "done"
	// DoNothing is a button whose work is done by code that is not run here.
	DoNothing = ""
)

// ButtonProps are those of Button, CustomButton, ActionButton and InstantiationButton.
type ButtonProps struct {
	// Do is one of the Do constants; Target is the page or the process action that goes with it.
	Do, Target string
	// Style is primary, secondary or tertiary.
	Style string
}

func buttonProps(p Properties) any {
	b := &ButtonProps{Do: p.Text("mode"), Style: buttonStyle(p, "style")}
	switch b.Do {
	case "":
		b.Do = DoSubmit
	case DoSubmit, DoSave, DoInstantiate:
	case "go-to-page":
		if b.Do, b.Target = DoPage, p.Text("page"); b.Target == "" {
			p.Errorf("page", "a button that goes to a page needs its name in page")
		}
	default:
		p.Warnf("mode", "buttons of mode %s are not supported yet: a notice is shown instead", b.Do)
		b.Do = DoNothing
	}
	return b
}

func buttonStyle(p Properties, name string) string {
	switch style := p.Text(name); style {
	case "", "primary", "secondary", "tertiary":
		return style
	default:
		p.Warnf(name, "%s must be primary, secondary or tertiary, not %q", name, style)
		return ""
	}
}

// customButtonProps takes the first of the actions that the form itself can do. The others are
// C#, and are named.
func customButtonProps(p Properties) any {
	b := &ButtonProps{Style: buttonStyle(p, "buttonStyle")}
	for _, item := range p.v.get("actions").list() {
		one := Properties{p.r, p.d, item, p.id}
		id := one.Text("id")
		if !strings.EqualFold(one.Text("type"), "ClientAction") {
			one.Warnf("id", "the action %s needs C#, which is not run here", id)
			continue
		}
		do, target := clientAction(one, id)
		if b.Do == DoNothing {
			b.Do, b.Target = do, target
		}
	}
	if !p.Has("actions") {
		p.Errorf("actions", "a CustomButton needs actions")
	}
	return b
}

func clientAction(p Properties, id string) (do, target string) {
	switch id {
	case "nextPage":
		return DoNext, ""
	case "previousPage":
		return DoBack, ""
	case "navigateToPage":
		target = p.Object("metadata").Text("page")
		if target == "" {
			p.Errorf("metadata", "navigateToPage needs metadata.page")
		}
		return DoPage, target
	case "closeSubform":
		if p.Has("validation") {
			return DoDone, ""
		}
		return DoClose, ""
	}
	p.Warnf("id", "the client action %s belongs to the app's own script, which is not run here", id)
	return DoNothing, ""
}

func actionButtonProps(p Properties) any {
	b := &ButtonProps{Do: DoAction, Target: p.Text("action"), Style: buttonStyle(p, "buttonStyle")}
	switch b.Target {
	case "":
		p.Errorf("action", "an ActionButton needs an action")
	case "instantiate":
		b.Do, b.Target = DoInstantiate, ""
	}
	return b
}

func instantiationProps(p Properties) any {
	if p.Has("mapping") {
		p.Warnf("mapping", "mapping is not used: the button leads to the app's start page")
	}
	return &ButtonProps{Do: DoInstantiate}
}

// BarProps are those of NavigationBar.
type BarProps struct{}

func barProps(p Properties) any {
	for _, name := range []string{"validateOnForward", "validateOnBackward"} {
		if p.Has(name) {
			p.Warnf(name, "%s is not used: pages are checked by the button that goes on", name)
		}
	}
	return &BarProps{}
}

// checkButton checks that the page a button leads to is there.
func (r *reader) checkButton(set *LayoutSet, c *Component, b *ButtonProps) {
	if b.Do != DoPage || b.Target == "" {
		return
	}
	if page, _ := set.Page(b.Target); page == nil {
		r.errorAt(c.at, "%s: there is no page %s to go to", c.ID, b.Target)
	}
}

// Moves tells whether a page of the set has a button that moves the process on.
func (s *LayoutSet) Moves() bool {
	for _, page := range s.Pages {
		for c := range page.All {
			if p, ok := c.Props.(*ButtonProps); ok && (p.Do == DoSubmit || p.Do == DoAction) {
				return true
			}
		}
	}
	return false
}
