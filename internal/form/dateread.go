package form

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// DateRead tells how what was posted for a date was read.
type DateRead struct {
	// NodeID is the question's. Words are empty for what is no date.
	NodeID, Words string
}

// ReadDates tells how each date that was posted from a page is read, sorted by question. Whether
// the question is shown does not matter to it.
func ReadDates(d *app.Definition, set *app.LayoutSet, page string, posted url.Values, lang string) []DateRead {
	v := newView(d, set, &Input{Language: lang})
	var out []DateRead
	for name, values := range posted {
		dataType, path := v.split(name)
		m := d.Models[dataType]
		if m == nil || len(values) == 0 {
			continue
		}
		f, ok := m.Schema.Field(path)
		if !ok {
			continue
		}
		for _, c := range set.BoundTo(dataType, f.Path) {
			if c.Type == app.TypeDatepicker && c.Page.ID == page {
				out = append(out, DateRead{
					NodeID: c.ID + rowSuffix(path),
					Words:  text.DateInWords(lang, values[len(values)-1]),
				})
			}
		}
	}
	slices.SortFunc(out, func(a, b DateRead) int { return strings.Compare(a.NodeID, b.NodeID) })
	return out
}

// rowSuffix is what the rows that a path stands in add to a question's id.
func rowSuffix(path string) string {
	steps, err := schema.SplitPath(path)
	if err != nil {
		return ""
	}
	out := ""
	for _, step := range steps {
		if step.Index >= 0 {
			out += "-" + strconv.Itoa(step.Index)
		}
	}
	return out
}
