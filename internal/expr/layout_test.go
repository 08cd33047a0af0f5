package expr

import "encoding/json"

// layoutFile is a page of a shared case's layouts.
type layoutFile struct {
	Data struct {
		Hidden json.RawMessage   `json:"hidden"`
		Layout []json.RawMessage `json:"layout"`
	} `json:"data"`
}

// layoutComponent is as much of a component as lookups need.
type layoutComponent struct {
	ID       string                     `json:"id"`
	Type     string                     `json:"type"`
	Bindings map[string]json.RawMessage `json:"dataModelBindings"`
	Hidden   json.RawMessage            `json:"hidden"`
	// HiddenRow hides the rows of a repeating group.
	HiddenRow json.RawMessage `json:"hiddenRow"`

	page, parent string
}

// layoutTree knows which component is in which.
type layoutTree struct {
	byID  map[string]*layoutComponent
	pages map[string]layoutFile
}

func newLayoutTree(pages map[string]layoutFile) layoutTree {
	tree := layoutTree{byID: map[string]*layoutComponent{}, pages: pages}
	parents := map[string]string{}
	for page, file := range pages {
		for _, raw := range file.Data.Layout {
			c := &layoutComponent{page: page}
			var everything map[string]any
			if json.Unmarshal(raw, c) != nil || json.Unmarshal(raw, &everything) != nil {
				continue
			}
			tree.byID[c.ID] = c
			for _, child := range mentioned(everything, false) {
				parents[child] = c.ID
			}
		}
	}
	for child, parent := range parents {
		if c := tree.byID[child]; c != nil {
			c.parent = parent
		}
	}
	return tree
}

// mentioned gives the ids that a component names as its children, or as its cells' components.
func mentioned(value any, children bool) []string {
	var ids []string
	switch x := value.(type) {
	case string:
		if children {
			ids = append(ids, x)
		}
	case []any:
		for _, item := range x {
			ids = append(ids, mentioned(item, children)...)
		}
	case map[string]any:
		for key, item := range x {
			ids = append(ids, mentioned(item, key == "children" || key == "component")...)
		}
	}
	return ids
}

// groupsAround gives the data paths of the repeating groups around a component, outermost
// first.
func (t layoutTree) groupsAround(id string) []string {
	var groups []string
	for c := t.byID[id]; c != nil; c = t.byID[c.parent] {
		if path, _ := c.path("group"); c.Type == "RepeatingGroup" {
			groups = append([]string{path}, groups...)
		}
	}
	return groups
}

// inReach tells whether a component's rows are known where the other one stands.
func (t layoutTree) inReach(id, from string) bool {
	here := t.groupsAround(from)
	for i, group := range t.groupsAround(id) {
		if i >= len(here) || here[i] != group {
			return false
		}
	}
	return true
}

func (t layoutTree) hidden(id string, context Context) (bool, error) {
	conditions := []json.RawMessage{t.pages[t.byID[id].page].Data.Hidden}
	for c := t.byID[id]; c != nil; c = t.byID[c.parent] {
		conditions = append(conditions, c.Hidden, c.HiddenRow)
	}
	for _, raw := range conditions {
		e, err := Parse(raw)
		if err != nil {
			return false, err
		}
		if hidden, err := e.Bool(context, false); err != nil || hidden {
			return hidden, err
		}
	}
	return false, nil
}

func (c *layoutComponent) binding() (path, dataType string) { return c.path("simpleBinding") }

func (c *layoutComponent) path(name string) (path, dataType string) {
	if json.Unmarshal(c.Bindings[name], &path) == nil {
		return path, ""
	}
	var long struct{ Field, DataType string }
	if json.Unmarshal(c.Bindings[name], &long) != nil {
		return "", ""
	}
	return long.Field, long.DataType
}
