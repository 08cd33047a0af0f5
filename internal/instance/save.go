package instance

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/store"
)

// SaveRequest is one post of a form page.
type SaveRequest struct {
	Ref        core.InstanceRef
	Task, Page string
	// Version is that of the form document which the page was drawn from.
	Version  int
	Posted   url.Values
	Language string
	// Check asks for everything on the page to be right before the person goes on.
	Check bool
	// Row is a command on a repeating group: "add:<path>", "edit:<row id>", "save:<row id>",
	// "delete:<row id>", or empty.
	Row string
	// Accepted is the mark of the warnings that the person has seen and goes on from.
	Accepted string
}

// Saved is what came of a save. What could be stored is stored even when there are issues:
// nothing that was typed is lost.
type Saved struct {
	View View
	// Issues are to be shown on the page; when there are any, the person stays.
	Issues []form.Issue
	// Ask is the mark of the issues when they are warnings only: the person may go on from them.
	Ask string
	// Posted are the texts that could not be stored, by field path.
	Posted map[string]string
	// OpenRow is the row whose card is to be open; "" for none.
	OpenRow string
	// Page is the page that was saved.
	Page string
}

// Save stores a page of a form. A version other than the stored one is fault.Conflict: somebody
// has saved since, and nothing is overwritten in silence.
func (s *Service) Save(ctx context.Context, a core.Actor, r SaveRequest) (Saved, error) {
	var saved Saved
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.openForm(ctx, tx, a, r)
		if err != nil {
			return err
		}
		saved, err = s.save(ctx, tx, a, v, r)
		return err
	})
	return saved, err
}

// openForm opens an instance to be written, in the task and version that the page was drawn in.
func (s *Service) openForm(
	ctx context.Context, tx *store.Tx, a core.Actor, r SaveRequest,
) (View, error) {
	v, err := s.open(ctx, tx, a, r.Ref, opening{action: access.ActionWrite, lock: true})
	if err != nil {
		return v, err
	}
	v.Input.Language = r.Language
	if v.Instance.Process.Task != r.Task || v.Set == nil || v.Instance.Status == core.StatusArchived {
		return v, changed()
	}
	if page, _ := v.Set.Page(r.Page); page == nil {
		return v, fault.New(fault.NotFound, "fault.page_not_found")
	}
	if v.DocumentVersion() != r.Version {
		return v, changed()
	}
	return v, nil
}

func (s *Service) save(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, r SaveRequest,
) (Saved, error) {
	bound, err := form.Bind(v.App, v.Set, r.Page, r.Posted, v.Input)
	if err != nil {
		return Saved{}, err
	}
	if len(bound.Unknown) > 0 {
		return Saved{}, fault.New(fault.Invalid, "fault.unknown_field")
	}
	saved := Saved{Issues: bound.Issues, Posted: bound.Posted, Page: r.Page}
	before := v.Input.Data
	v.Input.Data = bound.Data
	row, err := applyRow(&v, r.Row)
	if err != nil {
		return Saved{}, err
	}
	saved.OpenRow = row.open
	if err := s.store(ctx, tx, a, &v, before, r.Page); err != nil {
		return Saved{}, err
	}
	switch {
	case r.Check:
		found := form.ValidatePage(v.App, v.Set, r.Page, v.Input)
		saved.Issues = merge(bound.Issues, found)
		if asked := form.Questioned(found); len(saved.Issues) == 0 && len(asked) > 0 {
			if mark := form.AskMark(asked); mark != r.Accepted {
				saved.Issues, saved.Ask = append(asked, form.Told(found)...), mark
			}
		} else if len(saved.Issues) > 0 {
			saved.Issues = append(saved.Issues, append(asked, form.Told(found)...)...)
		}
	case row.check != "":
		saved.Issues = merge(bound.Issues, rowIssues(v, r.Page, row))
		if len(saved.Issues) > 0 {
			saved.OpenRow = row.id
		}
	}
	saved.View = v
	return saved, nil
}

// merge puts what could not be stored before the other errors, one for each field.
func merge(first, second []form.Issue) []form.Issue {
	out := first[:len(first):len(first)]
	seen := map[string]bool{}
	for _, i := range first {
		seen[i.Path] = true
	}
	for _, i := range form.Errors(second) {
		if !seen[i.Path] {
			out = append(out, i)
		}
	}
	return out
}

// rowCommand is what a command on a repeating group comes to.
type rowCommand struct {
	// open is the row whose card is to be open afterwards; id is the row that was named.
	open, id string
	// check is the path prefix ("budsjett.poster[2].") of the row to be checked.
	check string
}

func applyRow(v *View, command string) (rowCommand, error) {
	verb, arg, ok := strings.Cut(command, ":")
	if command == "" {
		return rowCommand{}, nil
	}
	if !ok {
		return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
	}
	dataType := v.Set.DataType
	switch verb {
	case "add":
		doc, id, err := form.AddRow(v.App, v.Set, arg, v.Input)
		if err != nil {
			return rowCommand{}, err
		}
		v.Input.Data[dataType] = doc
		return rowCommand{open: id, id: id}, nil
	case "edit":
		return rowCommand{open: arg, id: arg}, nil
	case "save":
		path, found := form.RowPath(v.Input.Data[dataType], arg)
		if !found {
			return rowCommand{}, changed()
		}
		return rowCommand{id: arg, check: path + "."}, nil
	case "delete":
		doc, err := form.DeleteRow(v.App, v.Set, arg, v.Input)
		if err != nil {
			return rowCommand{}, err
		}
		v.Input.Data[dataType] = doc
		return rowCommand{}, nil
	}
	return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
}

func rowIssues(v View, page string, row rowCommand) []form.Issue {
	var out []form.Issue
	for _, i := range form.ValidatePage(v.App, v.Set, page, v.Input) {
		if strings.HasPrefix(i.Path, row.check) {
			out = append(out, i)
		}
	}
	return out
}

// store writes the documents that changed, and the instance's presentation, version and audit
// line with them. A post that changes nothing writes nothing.
func (s *Service) store(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, before map[string]core.Document,
	page string,
) error {
	stored := false
	for dataType, doc := range v.Input.Data {
		if reflect.DeepEqual(before[dataType], doc) {
			continue
		}
		stored = true
		e := v.elements[dataType]
		if t, _ := v.App.DataType(dataType); t.Task != "" && t.Task != v.Instance.Process.Task {
			return changed() // what belongs to another task is not to be written here
		}
		if err := tx.PutDocument(ctx, e, doc); err != nil {
			return fmt.Errorf("document %s: %w", dataType, err)
		}
		v.Versions[dataType] = e.Version + 1
	}
	if !stored {
		return nil
	}
	return s.touch(ctx, tx, a, v, core.ActWrite, map[string]string{"page": page})
}

// touch writes the instance row after its content changed, and the audit line.
func (s *Service) touch(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, act string, detail map[string]string,
) error {
	present(v.App, &v.Instance, v.Input)
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	v.Input.Instance = v.Instance
	audit(tx, a, act, *v, detail)
	return nil
}
