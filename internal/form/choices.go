package form

import (
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/expr"
)

// options gives what can be chosen, in the row that the view stands in. The list may be shared:
// it is not to be changed.
func (v *view) options(c *app.Component) []app.ResolvedOption {
	return v.optionsOf(c.Choices())
}

func (v *view) optionsOf(p *app.ChoiceProps) []app.ResolvedOption {
	if p == nil {
		return nil
	}
	list, static := p.Static(v.lang)
	if !static {
		list = v.rowOptions(p.Source)
		app.SortOptions(p.Sort, list)
	}
	if p.Filter == nil {
		return list
	}
	kept := make([]app.ResolvedOption, 0, len(list))
	for i, o := range list {
		v.option = &list[i]
		if v.bool(p.Filter, true) {
			kept = append(kept, o)
		}
	}
	v.option = nil
	return kept
}

// rowOptions makes an option of each row of the source's list.
func (v *view) rowOptions(s *app.OptionSource) []app.ResolvedOption {
	steps, err := v.d.Steps(s.Group)
	if err != nil {
		return nil
	}
	rows, _ := v.at(s.DataType, steps).([]any)
	value, err := v.d.Steps(strings.TrimPrefix(s.Value, s.Group+"."))
	if err != nil {
		return nil
	}
	// A text's {0} is the row of the outermost list on its path: rows of other lists, which the
	// question may stand in, do not count.
	was := v.frames
	defer func() { v.frames = was }()
	v.frames = v.framesOn(s)
	out := make([]app.ResolvedOption, 0, len(rows))
	group := &app.Component{Source: app.Binding{DataType: s.DataType, Field: s.Group}, Steps: steps}
	for i := range rows {
		stored := asText(first(collect(rows[i:i+1], value)))
		if stored == "" {
			continue
		}
		v.frames = append(v.frames, frame{group, i})
		out = append(out, app.ResolvedOption{
			Value: stored, Label: v.optionText(s.Label),
			Description: escapeHTML(v.optionText(s.Description)), Help: escapeHTML(v.optionText(s.Help)),
		})
		v.frames = v.frames[:len(v.frames)-1]
	}
	return out
}

// framesOn gives the rows that the view stands in of lists round the source's.
func (v *view) framesOn(s *app.OptionSource) []frame {
	return slices.DeleteFunc(slices.Clone(v.frames), func(f frame) bool {
		return f.group.Source.DataType != s.DataType ||
			!strings.HasPrefix(s.Group, f.group.Source.Field+".")
	})
}

func (v *view) optionText(e *expr.Expr) string {
	if e == nil {
		return ""
	}
	s, err := e.Text(v, "")
	if err != nil || !v.d.Texts.Has(s) {
		return s
	}
	return v.Text(s)
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// chosen gives the chosen values: one, or the parts of a list with commas.
func chosen(c *app.Component, value any) []string {
	if empty(value) {
		return nil
	}
	if list, ok := value.([]any); ok {
		return texts(list)
	}
	s := asText(value)
	if !c.Many() {
		return []string{s}
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// labels gives what the chosen options are called; a value that is no longer an option stands
// as it is.
func (v *view) labels(c *app.Component, value any) []string {
	values := chosen(c, value)
	options := v.options(c)
	out := make([]string, len(values))
	for i, s := range values {
		out[i] = s
		if at := indexOf(options, s); at >= 0 {
			out[i] = options[at].Label
		}
	}
	return out
}

func indexOf(options []app.ResolvedOption, value string) int {
	return slices.IndexFunc(options, func(o app.ResolvedOption) bool { return o.Value == value })
}

// choices gives the options as a page needs them.
func (v *view) choices(c *app.Component, values []string) []Choice {
	options := v.options(c)
	out := make([]Choice, len(options))
	for i, o := range options {
		out[i] = Choice{
			Value: o.Value, Label: o.Label, Description: o.Description, Help: o.Help,
			Selected: slices.Contains(values, o.Value),
		}
	}
	return out
}
