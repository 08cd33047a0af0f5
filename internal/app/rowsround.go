package app

// placeRowsRound makes a grid of the rows that a repeating group has before and after its own.
// They stand beside the group, not in it: what is in them is there once.
func (r *reader) placeRowsRound(d *Definition, t *tree, page *Page, c *Component, at *value) {
	if c.Type != TypeRepeatingGroup {
		return
	}
	for name, into := range map[string]map[string]*Component{
		"rowsBefore": t.before, "rowsAfter": t.after,
	} {
		if at.get(name) == nil {
			continue
		}
		grid := &Component{
			ID: c.ID + "-" + name, Type: TypeGrid, File: c.File, Line: c.Line, Hidden: c.Hidden,
			Props: &GridProps{Rows: gridRows(Properties{r, d, at, c.ID}, name)}, at: at,
			childRefs: cellRefs(at.get(name)),
		}
		r.place(t, page, grid, at)
		t.round[grid.ID] = true
		into[c.ID] = grid
	}
}

// withRowsRound gives a component with the grids round it, all of them in parent.
func (t *tree) withRowsRound(parent, c *Component) []*Component {
	var out []*Component
	for _, one := range []*Component{t.before[c.ID], c, t.after[c.ID]} {
		if one != nil {
			one.Parent = parent
			out = append(out, one)
		}
	}
	return out
}

// checkLabels checks that a grid takes labels from components that are there.
func (r *reader) checkLabels(set *LayoutSet, c *Component, p *GridProps) {
	for _, row := range p.Rows {
		for _, cell := range row.Cells {
			if cell.LabelFrom != "" && set.byID[cell.LabelFrom] == nil {
				r.errorAt(c.at, "%s: there is no component %s to take a label from", c.ID, cell.LabelFrom)
			}
		}
	}
}
