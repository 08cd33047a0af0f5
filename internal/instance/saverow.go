package instance

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/store"
)

// rowCommand is what a command on a repeating group comes to.
type rowCommand struct {
	// open is the row whose card is to be open afterwards; id is the row that was named.
	open, id string
	// check is how the names of the row's fields begin ("budsjett.poster[2].").
	check string
	// turn is the page to show of a group or a card; deleted tells that a row went.
	turn    string
	deleted bool
}

func applyRow(v *View, command string) (rowCommand, error) {
	verb, arg, ok := strings.Cut(command, ":")
	if command == "" {
		return rowCommand{}, nil
	}
	if !ok {
		return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
	}
	switch verb {
	case "add":
		data, id, err := form.AddRow(v.App, v.Set, arg, v.Input)
		if err != nil {
			return rowCommand{}, err
		}
		v.Input.Data = data
		return rowCommand{open: id, id: id}, nil
	case "edit":
		return rowCommand{open: arg, id: arg}, nil
	case "save", "next":
		name, found := form.FindRow(v.Set, v.Input.Data, arg)
		if !found {
			return rowCommand{}, changed()
		}
		row := rowCommand{id: arg, check: name + "."}
		if verb == "next" {
			row.open = form.NextRow(v.App, v.Set, name, v.Input)
		}
		return row, nil
	case "turn":
		return turnTo(v, arg)
	case "delete":
		data, err := form.DeleteRow(v.App, v.Set, arg, v.Input)
		if err != nil {
			return rowCommand{}, err
		}
		v.Input.Data = data
		return rowCommand{deleted: true}, nil
	}
	return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
}

// turnTo shows another page of a group's rows, or of an open row's card.
func turnTo(v *View, arg string) (rowCommand, error) {
	at := strings.LastIndexByte(arg, ':')
	if at < 0 {
		return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
	}
	if n, err := strconv.Atoi(arg[at+1:]); err != nil || n < 0 {
		return rowCommand{}, fault.New(fault.Malformed, "fault.malformed")
	}
	row := rowCommand{turn: arg}
	if _, found := form.FindRow(v.Set, v.Input.Data, arg[:at]); found {
		row.open = arg[:at]
	}
	return row, nil
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

// files puts files that came with the post where their row keeps them, and stores what files are
// marked as.
func (s *Service) files(
	ctx context.Context, tx *store.Tx, v *View, r SaveRequest,
) (marked bool, err error) {
	for name, ids := range r.Attached {
		data, err := form.Attach(v.App, v.Set, r.Page, name, ids, v.Input)
		if err != nil {
			return false, err
		}
		v.Input.Data = data
	}
	for name, values := range r.Posted {
		id, ok := strings.CutPrefix(name, form.TagPrefix)
		if !ok {
			continue
		}
		i := slices.IndexFunc(v.Input.Elements, func(e core.DataElement) bool {
			return e.ID.String() == id
		})
		if i < 0 || len(values) != 1 || v.Input.Elements[i].Locked {
			return false, changed()
		}
		one, err := s.tag(ctx, tx, v, i, r.Page, values[0])
		if err != nil {
			return false, err
		}
		marked = marked || one
	}
	return marked, nil
}

// tag stores what one file is marked as, when that has changed.
func (s *Service) tag(
	ctx context.Context, tx *store.Tx, v *View, at int, page, value string,
) (changed bool, err error) {
	e := &v.Input.Elements[at]
	var tags []string
	if value != "" {
		tags = []string{value}
	}
	if slices.Equal(e.Tags, tags) {
		return false, nil
	}
	if err := form.Tagged(v.App, v.Set, page, *e, value, v.Input); err != nil {
		return false, err
	}
	e.Tags = tags
	if e.Locked {
		return false, fault.New(fault.Conflict, "fault.changed")
	}
	return true, tx.SetTags(ctx, e.Instance, e.ID, tags)
}

// dropLeft deletes the files that no field keeps any more: their row was deleted, or another file
// took their place. may tells that the save may have done that.
func (s *Service) dropLeft(
	ctx context.Context, tx *store.Tx, v *View, before map[string]core.Document, may bool,
) error {
	if !may {
		return nil
	}
	for _, e := range form.Left(v.App, v.Set, before, v.Input) {
		if err := tx.DeleteElement(ctx, v.Instance.ID, e.ID); err != nil {
			return err
		}
		v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(x core.DataElement) bool {
			return x.ID == e.ID
		})
	}
	return nil
}
