package app

// SummaryProps are those of Summary and Summary2.
type SummaryProps struct {
	// Target says what is summed up.
	Target SummaryTarget
	// HideEmpty leaves out what was not answered, HideChange the links that change an answer.
	HideEmpty, HideChange bool
	// Compact has question and answer on one line, Folded each page behind its title.
	Compact, Folded bool
	// Exclude are components and pages that are left out.
	Exclude []string
	// Overrides are for single components, types of component and pages.
	Overrides []SummaryOverride
	// Large shows the rows of a group one after the other and not in a table.
	Large bool
}

// SummaryTarget names what a summary shows.
type SummaryTarget struct {
	// Type is component, page or layoutSet.
	Type string
	ID   string
	// Task is set when what is shown belongs to another task's form.
	Task string
}

// SummaryOverride says how one component, one type of component or one page is summed up.
type SummaryOverride struct {
	// Component, Type or Page is set.
	Component, Type, Page string
	// EmptyText is the text, or its key, where there is no answer; empty is ours.
	EmptyText string
	// Compact, HideEmpty and ForceShow are nil where the override does not say.
	Compact, HideEmpty, ForceShow *bool
	// Hidden leaves a type of component out.
	Hidden bool
	// Display is table or full for a repeating group, list or string for choices.
	Display string
}

func summaryProps(p Properties) any {
	s := &SummaryProps{
		HideEmpty:  p.Flag("hideEmptyFields", false),
		HideChange: p.Object("display").Flag("hideChangeButton", false),
		Exclude:    p.Texts("excludedChildren"),
		Compact:    p.Flag("isCompact", false),
		Folded:     p.Flag("showPageInAccordion", false),
		Large:      p.Flag("largeGroup", false),
	}
	if ref := p.Text("componentRef"); ref != "" {
		s.Target = SummaryTarget{Type: "component", ID: ref}
		return s
	}
	if ref := p.Text("pageRef"); ref != "" {
		s.Target = SummaryTarget{Type: "page", ID: ref}
		return s
	}
	target := p.Object("target")
	s.Target = SummaryTarget{
		Type: target.Text("type"), ID: target.Text("id"), Task: target.Text("taskId"),
	}
	switch s.Target.Type {
	case "component", "page", "layoutSet":
	case "":
		// Without a target it is all of the set; an id alone is a component's.
		if s.Target.Type = "layoutSet"; s.Target.ID != "" {
			s.Target.Type = "component"
		}
	default:
		p.Errorf("target", "target.type must be component, page or layoutSet")
	}
	for _, o := range p.List("overrides") {
		s.override(o)
	}
	return s
}

func (s *SummaryProps) override(p Properties) {
	o := SummaryOverride{
		Component: p.Text("componentId"), Page: p.Text("pageId"),
		EmptyText: p.key("emptyFieldText"), Compact: p.maybe("isCompact"),
		HideEmpty: p.maybe("hideEmptyFields"), ForceShow: p.maybe("forceShow"),
		Display: p.Text("display"),
	}
	if written := p.Text("componentType"); written != "" {
		o.Type = canonicalType(written, p.v)
	}
	if o.HideEmpty == nil {
		o.HideEmpty = p.maybe("hideEmptyRows")
	}
	if o.Display == "" {
		o.Display = p.Text("displayType")
	}
	if o.Hidden = p.Flag("hidden", false); o.Hidden && o.Type == "" {
		s.Exclude = append(s.Exclude, o.Component+o.Page)
		return
	}
	s.Overrides = append(s.Overrides, o)
}

// Override gives what the overrides for a component add up to: those for its page and its type,
// and last those for itself.
func (s *SummaryProps) Override(c *Component) SummaryOverride {
	var out SummaryOverride
	fits := []func(o SummaryOverride) bool{
		func(o SummaryOverride) bool { return o.Page != "" && o.Page == c.Page.ID },
		func(o SummaryOverride) bool { return o.Type != "" && o.Type == c.Type },
		func(o SummaryOverride) bool { return o.Component != "" && o.Component == c.ID },
	}
	for _, fit := range fits {
		for _, o := range s.Overrides {
			if fit(o) {
				out.add(o)
			}
		}
	}
	return out
}

func (o *SummaryOverride) add(more SummaryOverride) {
	o.Hidden = o.Hidden || more.Hidden
	if more.EmptyText != "" {
		o.EmptyText = more.EmptyText
	}
	if more.Display != "" {
		o.Display = more.Display
	}
	for _, flag := range []struct{ at, by **bool }{
		{&o.Compact, &more.Compact}, {&o.HideEmpty, &more.HideEmpty},
		{&o.ForceShow, &more.ForceShow},
	} {
		if *flag.by != nil {
			*flag.at = *flag.by
		}
	}
}

// maybe reads true or false; nil where the property is not there.
func (p Properties) maybe(name string) *bool {
	if !p.Has(name) {
		return nil
	}
	b := p.Flag(name, false)
	return &b
}
