package app

import "stafett/internal/expr"

// Look is how a component stands on the page, whatever its type.
type Look struct {
	// Columns is how many of twelve columns it takes on a wide screen; 0 is all of them.
	Columns int
	// BreakBefore and BreakAfter give auto, always or avoid, for paper; nil is auto.
	BreakBefore, BreakAfter *expr.Expr
	// NoOptional leaves out the tag that tells that a question need not be answered.
	NoOptional bool
	// InSummary keeps a question in summaries that leave out what was not answered.
	InSummary *expr.Expr
}

// gridWidths are the screen widths that a grid has numbers for, the one that is used first.
var gridWidths = []string{"md", "lg", "xl", "sm", "xs"}

func (r *reader) look(v *value, id string) Look {
	p := Properties{r: r, v: v, id: id}
	breaks := p.Object("pageBreak")
	marks := p.Object("labelSettings").Flag("optionalIndicator", true) &&
		p.Flag("showOptionalMarking", true)
	return Look{
		Columns:     gridColumns(p.v.get("grid")),
		BreakBefore: breaks.Expr("breakBefore"), BreakAfter: breaks.Expr("breakAfter"),
		NoOptional: !marks, InSummary: p.Expr("forceShowInSummary"),
	}
}

// gridColumns reads a width such as {"xs": 12, "md": 6}. What is no number, such as "auto",
// leaves the component as wide as the page.
func gridColumns(grid *value) int {
	for _, width := range gridWidths {
		v := grid.get(width)
		if v == nil || v.kind != kindNumber || len(v.text) > 2 {
			continue
		}
		n := 0
		for _, digit := range v.text {
			n = 10*n + int(digit-'0')
		}
		if n >= 1 && n <= 11 {
			return n
		}
		return 0
	}
	return 0
}

func (l Look) expressions(at *value) []located {
	breaks := at.get("pageBreak")
	return []located{
		result(l.BreakBefore, breaks.get("breakBefore")), result(l.BreakAfter, breaks.get("breakAfter")),
		condition(l.InSummary, at.get("forceShowInSummary")),
	}
}
