package instance

import (
	"context"
	"errors"

	"stafett/internal/core"
	"stafett/internal/message"
	"stafett/internal/text"
	"stafett/store"
)

// Addressee is whom a caseworker's message goes to: what the text templates need to know.
type Addressee struct {
	// Name is the applicant's, Language the one that they read, and Service what the app that they
	// sent is called in it.
	Name, Language, Service string
}

// addressee reads it.
func (s *Service) addressee(
	ctx context.Context, tx *store.Tx, v View, to core.InstanceRef,
) (Addressee, error) {
	if len(v.App.Templates) == 0 {
		return Addressee{}, nil
	}
	party, err := tx.Party(ctx, to.Owner)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return Addressee{}, err
	}
	out := Addressee{Name: party.Name, Language: message.Language(party, v.Instance)}
	if out.Name == "" {
		out.Name = v.Instance.Applicant
	}
	out.Service = v.App.Title(out.Language)
	if d, err := s.Catalogue.App(to.AppRef); err == nil {
		out.Service = d.Title(out.Language)
	}
	return out, nil
}

// FromTemplate gives a text template's words to the applicant, in the language that they read;
// false for a template that the app does not have, and to who may not write.
func (c Case) FromTemplate(id string) (string, bool) {
	t, ok := c.App.Template(id)
	if !ok || !c.Conversation.MayWrite {
		return "", false
	}
	to := c.Conversation.To
	deadline := text.T(to.Language, "template.no_deadline")
	if c.Instance.Due != nil {
		deadline = text.Date(to.Language, *c.Instance.Due)
	}
	return t.Fill(to.Language, map[string]string{
		"reference": c.Instance.Reference, "applicant": to.Name, "title": c.Instance.Title,
		"service": to.Service, "deadline": deadline,
	}), true
}
