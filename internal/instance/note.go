package instance

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/message"
	"stafett/store"
)

// Note is a note that a colleague writes on a case.
type Note struct {
	Ref  core.InstanceRef
	Text string
	// Name is a colleague to be told of it, beside those whom the text names; empty for none.
	Name string
	// Key is the same when the same button is pressed again.
	Key uuid.UUID
}

// AddNote keeps a note for colleagues alone. Whoever may read the case may write one. A name after
// @ is a colleague who may read the case: the case is unread for them, and their inbox tells that
// they are named. A name of nobody's, and what is empty or too long, is fault.Invalid. A note is
// never changed.
func (s *Service) AddNote(ctx context.Context, a core.Actor, p Note) error {
	change := CaseChange{Ref: p.Ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionRead, func(tx *store.Tx, v *View) error {
		if p.Key == uuid.Nil || a.Kind != core.ActorPerson {
			return fault.New(fault.Malformed, "fault.malformed")
		}
		n := core.CaseNote{
			ID: uuid.NewSHA1(v.Instance.ID, p.Key[:]), Kind: core.NotePlain, Text: p.Text,
		}
		if name := strings.TrimPrefix(strings.TrimSpace(p.Name), "@"); name != "" {
			n.Text = strings.TrimSpace(n.Text) + "\n@" + name
			if strings.TrimSpace(p.Text) == "" {
				n.Text = ""
			}
		}
		notes, err := tx.Notes(ctx, v.Instance.InstanceRef)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(notes, func(o core.CaseNote) bool { return o.ID == n.ID }) {
			return nil
		}
		if err := s.note(ctx, tx, a, v, n); err != nil {
			return err
		}
		audit(tx, a, core.ActNote, *v, nil)
		return nil
	})
	return err
}

// note keeps a note of any kind and tells those whom it names.
func (s *Service) note(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, n core.CaseNote,
) error {
	var err error
	if n.Text, err = message.Clean(n.Text); err != nil {
		return err
	}
	var named []core.PartyID
	if strings.Contains(n.Text, "@") {
		colleagues, err := s.Access.Colleagues(ctx, tx, access.On(v.App, v.Instance))
		if err != nil {
			return err
		}
		var unknown string
		if named, unknown = namedIn(n.Text, colleagues); unknown != "" {
			return fault.New(fault.Invalid, "fault.no_mention", unknown)
		}
	}
	n.Instance, n.Author, n.AuthorName = v.Instance.InstanceRef, a.User, a.Name
	return tx.AddNote(ctx, n, named...)
}

// namedIn gives the colleagues whose names stand after an @ in a text and who may read the case;
// unknown is the first that is nobody's.
func namedIn(text string, list []access.Colleague) (named []core.PartyID, unknown string) {
	before := ' '
	for i, r := range text {
		at := r == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before)
		before = r
		if !at {
			continue
		}
		rest := text[i+1:]
		first, _ := utf8.DecodeRuneInString(rest)
		if !unicode.IsLetter(first) {
			continue
		}
		found := longest(rest, list)
		if len(found) == 0 {
			return nil, strings.FieldsFunc(rest, unicode.IsSpace)[0]
		}
		named = append(named, found...)
	}
	slices.Sort(named)
	return slices.Compact(named), ""
}

// longest gives the colleagues with the longest name that the text begins with.
func longest(text string, list []access.Colleague) []core.PartyID {
	var found []core.PartyID
	length := 0
	for _, c := range list {
		n := len(c.Name)
		if n < max(length, 1) || n > len(text) || !c.May(access.ActionRead) ||
			!strings.EqualFold(text[:n], c.Name) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(text[n:]); unicode.IsLetter(next) {
			continue
		}
		if n > length {
			found, length = nil, n
		}
		found = append(found, c.ID)
	}
	return found
}
