package altinntest

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/schema"
	"stafett/internal/solutiontest"
	"stafett/internal/text"
)

// maxTries is how many answers are tried in a question that does not take the first.
const maxTries = 20

// fillIn answers every question of every page of a form; whoever comes back to it chooses
// otherwise, since the first choice may be what led back.
func (p *place) fillIn(t *testing.T, a core.Actor, v instance.View, visit int) error {
	t.Helper()
	ref, entry := v.Instance.InstanceRef, v.Input.Entry
	for at, steps := 0, v.Page("").Steps; at < len(steps); at++ {
		f := filler{page: steps[at].ID, entry: entry, visit: visit, tries: map[string]int{}}
		if err := p.fillPage(t, a, ref, f); err != nil {
			return fmt.Errorf("page %s: %w", steps[at].ID, err)
		}
		// What was answered may have shown or hidden pages.
		v = p.open(t, a, ref, entry)
		steps = v.Page("").Steps
	}
	return nil
}

// open opens the task's form, or that of an entry of a subform.
func (p *place) open(
	t *testing.T, a core.Actor, ref core.InstanceRef, entry form.EntryRef,
) instance.View {
	t.Helper()
	v := p.Open(t, a, ref)
	if entry.ID == "" {
		return v
	}
	v, err := v.Enter(entry)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// addEntries gives every subform of the page as many entries as it must have, at least one, and
// fills each in.
func (p *place) addEntries(t *testing.T, a core.Actor, ref core.InstanceRef, f filler) error {
	t.Helper()
	v := p.open(t, a, ref, f.entry)
	for n := range every(v.Page(f.page).Nodes) {
		if n.Entries == nil || !n.Entries.CanAdd || len(n.Entries.Rows) > 0 {
			continue
		}
		subform, _ := v.Set.Component(n.ID).Props.(*app.SubformProps)
		dt, _ := v.App.DataType(subform.Layout.DataType)
		for range max(dt.MinCount, 1) {
			v = p.Open(t, a, ref)
			saved, err := p.Instances.Save(t.Context(), a, instance.SaveRequest{
				Ref: ref, Task: v.Instance.Process.Task, Page: f.page, Version: v.DocumentVersion(),
				Posted: url.Values{}, Language: "nb", Do: form.EntryAdd + ":" + n.ID,
			})
			if err != nil || saved.Added.ID == "" {
				return fmt.Errorf("entry of %s: %w %s", n.ID, err, lines(saved.Issues))
			}
			if err := p.fillIn(t, a, p.open(t, a, ref, saved.Added), f.visit); err != nil {
				return fmt.Errorf("entry of %s: %w", n.ID, err)
			}
		}
	}
	return nil
}

func (p *place) fillPage(
	t *testing.T, a core.Actor, ref core.InstanceRef, f filler,
) error {
	t.Helper()
	if err := p.addRows(t, a, ref, f); err != nil {
		return err
	}
	if err := p.addEntries(t, a, ref, f); err != nil {
		return err
	}
	for range maxTries {
		v := p.open(t, a, ref, f.entry)
		if err := p.upload(t, a, v, f.page); err != nil {
			return err
		}
		v = p.open(t, a, ref, f.entry)
		saved, err := p.Instances.Save(t.Context(), a, instance.SaveRequest{
			Ref: ref, Task: v.Instance.Process.Task, Page: f.page, Entry: f.entry,
			Version: v.DocumentVersion(), Posted: f.answers(v), Language: "nb", Check: true, Accepted: f.accepted,
		})
		if err != nil {
			return err
		}
		if len(saved.Issues) == 0 {
			return nil
		}
		f.accepted, f.left = saved.Ask, saved.Issues
		for _, i := range saved.Issues {
			f.tries[i.Path]++
		}
	}
	return errors.New(lines(f.left))
}

// addRows gives every group of the page that can have rows as many as it must, at least one.
func (p *place) addRows(t *testing.T, a core.Actor, ref core.InstanceRef, f filler) error {
	t.Helper()
	v := p.open(t, a, ref, f.entry)
	for n := range every(v.Page(f.page).Nodes) {
		if n.Rows == nil || !n.Rows.CanAdd {
			continue
		}
		for range max(n.Rows.MinCount, 1) - len(n.Rows.Rows) {
			v = p.open(t, a, ref, f.entry)
			_, err := p.Instances.Save(t.Context(), a, instance.SaveRequest{
				Ref: ref, Task: v.Instance.Process.Task, Page: f.page, Entry: f.entry,
				Version: v.DocumentVersion(), Posted: url.Values{}, Language: "nb", Row: "add:" + n.Rows.Path,
			})
			if err != nil && n.Rows.MinCount > 0 {
				return fmt.Errorf("row of %s: %w", n.Rows.Path, err)
			}
		}
	}
	return nil
}

// upload attaches as many files as each field of the page must have.
func (p *place) upload(t *testing.T, a core.Actor, v instance.View, page string) error {
	t.Helper()
	for n := range every(v.Page(page).Nodes) {
		if n.Files == nil {
			continue
		}
		least := n.Files.MinCount
		if n.Required {
			least = max(least, 1)
		}
		for range least - len(n.Files.Items) {
			_, _, err := p.Instances.Upload(t.Context(), a, v.Instance.InstanceRef,
				v.Instance.Process.Task, instance.File{
					DataType: n.Files.DataType, Filename: "vedlegg.pdf",
					Body: strings.NewReader(solutiontest.PDF),
				})
			if err != nil {
				return fmt.Errorf("file of %s: %w", n.Files.DataType, err)
			}
		}
	}
	return nil
}

// filler makes answers up for one page, others where the last ones were not taken.
type filler struct {
	page, accepted string
	// entry is that of a subform; zero for the task's own form.
	entry form.EntryRef
	visit int
	tries map[string]int
	left  []form.Issue
}

// answers posts the page: every row is opened for its questions.
func (f *filler) answers(v instance.View) url.Values {
	posted := url.Values{}
	rows := []string{""}
	for n := range every(v.Page(f.page).Nodes) {
		if n.Rows == nil {
			continue
		}
		for _, row := range n.Rows.Rows {
			posted.Set(fmt.Sprintf("%s[%d].%s", n.Rows.Path, row.Index, schema.RowID), row.ID)
			rows = append(rows, row.ID)
		}
	}
	for _, row := range rows {
		v.Input.OpenRow = row
		for n := range every(v.Page(f.page).Nodes) {
			mark(posted, n)
			if n.Name != "" && !n.ReadOnly && n.Rows == nil && n.Files == nil {
				posted.Set(n.Name, f.answer(v, n))
			}
		}
	}
	return posted
}

// mark says what each file of a node is, where that is asked for.
func mark(posted url.Values, n form.Node) {
	if n.Files == nil {
		return
	}
	for _, tag := range n.Files.Tags {
		for _, file := range n.Files.Items {
			if tag.Value != "" {
				posted.Set(form.TagPrefix+file.ID, tag.Value)
			}
		}
	}
}

func (f *filler) answer(v instance.View, n form.Node) string {
	try := f.tries[n.Name]
	var choices []string
	for _, o := range n.Options {
		if o.Value != "" {
			choices = append(choices, o.Value)
		}
	}
	if n.Kind == form.KindCheckbox && f.visit > 0 {
		choices = append(choices, "")
	}
	switch {
	case len(choices) > 0:
		return choices[(try+f.visit)%len(choices)]
	case n.Kind == form.KindDate:
		return pick(try, n.Min, text.ISODate(time.Now()), n.Max, "2026-05-17", "1990-01-01")
	}
	if field, ok := fieldOf(v, n.Name); ok && try == 0 {
		if s, ok := answer(field).(string); ok && (len(field.Enum) > 0 || field.Format != "") {
			return s
		}
	}
	if n.InputMode == "numeric" || n.InputMode == "decimal" {
		return pick(try, "1", "20", "100", "2024", "0158", "310246816", "12345678",
			"91234567", "0")
	}
	return pick(try, "Test", "kari@example.no", "kari@altinn.no", "12345678", "91234567", "310246816",
		"14827941388", "0158",
		"2026-05-17", "A", "1", "true", "10:30", "https://example.no", "En tekst som er lang nok til "+
			"at ingen kan si at den er for kort", "2026-05-17T10:00:00Z")
}

func pick(try int, from ...string) string { return from[try%len(from)] }

func fieldOf(v instance.View, name string) (schema.Field, bool) {
	dataType, path, ok := strings.Cut(name, ":")
	if !ok {
		dataType, path = v.Set.DataType, name
	}
	m := v.App.Models[dataType]
	if m == nil {
		return schema.Field{}, false
	}
	return m.Schema.Field(path)
}

// every gives each node among nodes and inside them, open rows too.
func every(nodes []form.Node) func(func(form.Node) bool) {
	return func(yield func(form.Node) bool) {
		queue := slices.Clone(nodes)
		for len(queue) > 0 {
			n := queue[0]
			queue = append(queue[1:], n.Children...)
			if n.Rows != nil {
				for _, r := range n.Rows.Rows {
					queue = append(queue, r.Fields...)
				}
			}
			if !yield(n) {
				return
			}
		}
	}
}
