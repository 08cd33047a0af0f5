package instance

import (
	"context"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/store"
)

// Collision is where a save met what another had saved since its page was drawn.
type Collision struct {
	Clashes []form.Clash
	// Other is who had saved last, and when; empty when that is not known.
	Other core.Event
}

// saveStale saves from a page that is older than the documents: what the person has changed, and
// nothing else. Where that collides with what is stored, the stored answer stays.
func (s *Service) saveStale(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, r SaveRequest,
) (Saved, error) {
	mine, clashes := form.Rebase(v.App, v.Set, r.Page, form.ParseBase(r.Posted.Get(form.DrawnName)),
		r.Posted, v.Input)
	var other core.Event
	if len(clashes) > 0 {
		list, err := tx.Events(ctx, v.Instance.ID, historyLength)
		if err != nil {
			return Saved{}, err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Act == core.ActWrite {
				other = list[i]
			}
		}
	}
	r.Posted = mine
	saved, err := s.save(ctx, tx, a, v, r)
	saved.Behind, saved.Collision = true, Collision{Clashes: clashes, Other: other}
	return saved, err
}
