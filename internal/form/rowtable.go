package form

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/text"
)

func (v *view) columns(p *app.RepeatingGroupProps) []Column {
	out := make([]Column, len(p.Columns))
	for i, c := range p.Columns {
		title := v.plain(c, "tableTitle")
		if title == "" {
			title = v.question(c)
		}
		column := p.Column(c.ID)
		out[i] = Column{
			Title: title, Numeric: numeric(c) && !column.InTable, Chosen: c.Choices() != nil,
			Align: alignments[column.Align], Width: percent(column.Width),
		}
	}
	return out
}

// alignments are the ways to align a column that differ from what is usual.
var alignments = map[string]string{"center": "center", "right": "right"}

// percent reads a column's width in steps of ten per cent; 0 for a width of another kind.
func percent(width string) int {
	n, err := strconv.ParseFloat(strings.TrimSuffix(width, "%"), 64)
	if err != nil || !strings.HasSuffix(width, "%") || n <= 0 || n > 100 {
		return 0
	}
	return max(int(n+5)/10*10, 10)
}

func numeric(c *app.Component) bool { return c.Field.Type == "integer" || c.Field.Type == "number" }

func (v *view) cells(group *app.Component) []string {
	p := groupProps(group)
	out := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		if !v.hidden(c) {
			out[i] = v.display(c, v.value(c))
		}
	}
	return out
}

// sums gives the table's footer: the total of each column that counts an amount; nil when no
// column does, or there is only one row.
func (v *view) sums(group *app.Component) []string {
	p := groupProps(group)
	out := make([]string, len(p.Columns))
	summed := false
	for i, c := range p.Columns {
		in, ok := c.Props.(*app.InputProps)
		if !ok || !numeric(c) || !in.Formatting.Amount() {
			continue
		}
		total := v.sum(group, c)
		if total == "" {
			continue
		}
		out[i], summed = v.amount(c, total), true
	}
	if !summed {
		return nil
	}
	if out[0] == "" {
		out[0] = text.T(v.lang, "form.sum")
	}
	return out
}

// sum adds up a column exactly; "" when no row has a number there.
func (v *view) sum(group, c *app.Component) json.Number {
	total, decimals, any := new(big.Rat), 0, false
	for range v.rows(group) {
		n, ok := v.value(c).(json.Number)
		if !ok || v.hidden(c) {
			continue
		}
		x, ok := new(big.Rat).SetString(n.String())
		if !ok {
			continue
		}
		total.Add(total, x)
		any = true
		if i := strings.IndexByte(n.String(), '.'); i >= 0 {
			decimals = max(decimals, len(n.String())-i-1)
		}
	}
	if !any {
		return ""
	}
	return json.Number(total.FloatString(decimals))
}
