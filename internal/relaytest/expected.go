package relaytest

import "cmp"

// Instance is one that must be there when everything has arrived, and what must be in it.
type Instance struct {
	App *App
	// From is the instance that it came from, by the link Via; nil for the first.
	From *Instance
	Via  *Link
	// Documents are by form data type, as they are when its first task ends. One that nothing was
	// put in may be there and empty.
	Documents map[string]map[string]any
	// Returned are the rows that come back afterwards, in any order.
	Returned []any
	Files    []File
	// Sent is what it hands over itself, by handover: the target's form as it begins.
	Sent map[string]map[string]any
	// Language is the one that it is handled in.
	Language string
}

// Expected gives what must be there in the end, and nothing else may: the first instance, and all
// that comes of it when each is taken through its first task.
func (s *Solution) Expected() []*Instance {
	all := []*Instance{{App: s.Apps[0], Documents: map[string]map[string]any{}, Files: s.Files,
		Sent: map[string]map[string]any{}, Language: "nb"}}
	for _, f := range s.Apps[0].Forms {
		all[0].Documents[f.ID] = cleaned(f.Model, s.Documents[f.ID])
	}
	for i := 0; i < len(all); i++ {
		for _, l := range all[i].App.Links {
			if made := all[i].handOver(l); made != nil {
				all = append(all, made)
			}
		}
	}
	return all
}

// cleaned gives a document without the answers that the page does not show, and without rows in
// which nothing was answered.
func cleaned(f *Field, doc map[string]any) map[string]any {
	out := map[string]any{}
	for _, child := range f.Fields {
		value, ok := doc[child.Name]
		switch inner := value.(type) {
		case nil:
		case map[string]any:
			if kept := cleaned(child, inner); len(kept) > 0 {
				out[child.Name] = kept
			}
		case []any:
			var rows []any
			for _, row := range inner {
				if kept := cleaned(child, row.(map[string]any)); len(kept) > 0 {
					rows = append(rows, kept)
				}
			}
			if len(rows) > 0 {
				out[child.Name] = rows
			}
		default:
			if ok && !child.Hidden {
				out[child.Name] = value
			}
		}
	}
	return out
}

// handOver does what a link says; it gives the instance that is made, nil for none.
func (in *Instance) handOver(l *Link) *Instance {
	doc := in.Documents[MainForm]
	if l.When != nil && l.When.eval(doc) != true {
		return nil
	}
	if l.Back {
		if in.From != nil && in.From.App == l.To {
			in.Sent[l.ID] = l.document(doc)
			rows, _ := in.Sent[l.ID][Answers].([]any)
			in.From.Returned = append(in.From.Returned, rows...)
		}
		return nil
	}
	in.Sent[l.ID] = l.document(doc)
	made := &Instance{App: l.To, From: in, Via: l, Language: cmp.Or(l.Language, in.Language),
		Sent:      map[string]map[string]any{},
		Documents: map[string]map[string]any{MainForm: copied(in.Sent[l.ID]).(map[string]any)}}
	for target, source := range l.Data {
		switch {
		case source == PDF:
			made.Files = append(made.Files, File{Type: target})
		case source == MainForm:
		case in.Documents[source] != nil:
			made.Documents[target] = in.Documents[source]
		}
		for _, f := range in.Files {
			if f.Type == source {
				made.Files = append(made.Files, File{target, f.Name, f.Content})
			}
		}
	}
	return made
}

// document is what the target's form begins with.
func (l *Link) document(from map[string]any) map[string]any {
	out := map[string]any{}
	if l.Data[MainForm] == MainForm {
		out = copied(from).(map[string]any)
	}
	for _, p := range l.Prefill {
		if v := as(p.Kind, p.Value.eval(from)); v != nil {
			put(out, p.Target, v)
		}
	}
	for _, r := range l.Rows {
		if rows := r.rows(from); len(rows) > 0 {
			put(out, r.Target, rows)
		}
	}
	return out
}

// rows makes a row of the target's of each of the source's in which something mapped was answered.
func (r RowMap) rows(from map[string]any) []any {
	sources, _ := at(from, r.From).([]any)
	if r.From == "" {
		sources = []any{from}
	}
	var out []any
	for _, s := range sources {
		source, row := s.(map[string]any), map[string]any{}
		for _, f := range r.Fields {
			if v := as(f.Kind, at(source, f.Source)); v != nil {
				put(row, f.Target, v)
			}
		}
		for _, inner := range r.Rows {
			if rows := inner.rows(source); len(rows) > 0 {
				put(row, inner.Target, rows)
			}
		}
		if len(row) > 0 {
			out = append(out, row)
		}
	}
	return out
}

func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, item := range v {
			out[name] = copied(item)
		}
		return out
	case []any:
		var out []any
		for _, item := range v {
			out = append(out, copied(item))
		}
		return out
	}
	return value
}
