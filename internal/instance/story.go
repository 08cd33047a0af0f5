package instance

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/relay"
	"stafett/store"
)

// Chapter is one instance of a matter that the actor may read, with the definition it follows.
type Chapter struct {
	Instance core.Instance
	App      *app.Definition
}

// Case tells whether the instance is a case, found in an inbox.
func (c Chapter) Case() bool { return c.App.IsCase() }

// story gives what belongs to the same matter as an instance, oldest first and without it: what
// the actor may read by the policy of each one's own app, and nothing of the rest, not even that
// it is there. Whoever applied sees what is theirs, a caseworker what their roles open.
func (s *Service) story(
	ctx context.Context, tx *store.Tx, a core.Actor, of core.Instance,
) ([]Chapter, error) {
	all, err := tx.Thread(ctx, of.Began().ID)
	if err != nil {
		return nil, err
	}
	var out []Chapter
	for _, inst := range all {
		if inst.ID == of.ID || inst.Corrects != uuid.Nil {
			// A later version is told with the first one.
			continue
		}
		d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
		if err != nil {
			return nil, err
		}
		standing, err := s.Access.Standing(ctx, tx, a, access.On(d, inst))
		if err != nil {
			return nil, err
		}
		if standing.Rights(access.ActionRead)[access.ActionRead] {
			out = append(out, Chapter{Instance: inst, App: d})
		}
	}
	return out, nil
}

// Letter tells whether the instance is something that its owner reads and does not fill in: a
// decision, made by the organisation for them.
func (v View) Letter() bool { return relay.Letter(v.App) }

// LetterSet is the layout set that a letter is read in, whether its process has ended or not.
func (v View) LetterSet() *app.LayoutSet {
	if v.Set != nil || len(v.App.Sets) == 0 {
		return v.Set
	}
	return v.App.Sets[0]
}

// handed finds what all versions of a submission have handed over.
func handed(ctx context.Context, tx *store.Tx, sent *Sent) error {
	all, err := tx.DeliveriesOf(ctx, sent.Instance.ID)
	if err != nil {
		return err
	}
	for _, v := range sent.Versions {
		more, err := tx.DeliveriesOf(ctx, v.Instance.ID)
		if err != nil {
			return err
		}
		all = append(all, more...)
	}
	all = standing(all)
	sent.Deliveries = Handed(all)
	for _, d := range all {
		if d.State == core.DeliveryGivenUp && d.Kind != core.DeliveryReports &&
			d.Kind != core.DeliverySays {
			sent.GivenUp = append(sent.GivenUp, d)
		}
	}
	return nil
}

// standing leaves out what was given up and has gone by itself in a later version.
func standing(list []core.Delivery) []core.Delivery {
	var out []core.Delivery
	for i, d := range list {
		replaced := d.State == core.DeliveryGivenUp && slices.ContainsFunc(list[i+1:],
			func(later core.Delivery) bool {
				return later.Handover == d.Handover && later.Source.ID != d.Source.ID &&
					later.State != core.DeliveryGivenUp
			})
		if !replaced {
			out = append(out, d)
		}
	}
	return out
}

// Handed gives the deliveries that made or added to something, and leaves the others out.
func Handed(list []core.Delivery) []core.Delivery {
	var out []core.Delivery
	for _, d := range list {
		if d.Kind == core.DeliveryMakes || d.Kind == core.DeliveryAdds {
			out = append(out, d)
		}
	}
	return out
}

// Became gives the chapter that a delivery became; nil while it is on its way, and when the
// actor may not read it.
func Became(story []Chapter, d core.Delivery) *Chapter {
	for i := range story {
		if d.Target != nil && story[i].Instance.ID == d.Target.ID && d.Target.ID != uuid.Nil {
			return &story[i]
		}
	}
	return nil
}
