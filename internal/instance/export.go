package instance

import (
	"context"

	"stafett/internal/core"
	"stafett/store"
)

// ExportLimit is how many cases one export holds at most.
const ExportLimit = 10_000

// Export gives the cases of a list from its beginning, in its order and part by part: the same list
// as Inbox gives page by page, for the same person. Each part is read, decided on and written in
// the audit log in a transaction of its own, so that none is open while a slow reader takes what
// has come, and the log tells of what was read even when the reader breaks off. The last part has
// Cut when there is more than ExportLimit. A query with problems gives one part, which tells them.
func (s *Service) Export(
	ctx context.Context, a core.Actor, number string, f InboxFilter, give func(Inbox) error,
) error {
	f.After = nil
	for left := ExportLimit; ; {
		f.size = min(left, store.MaxExport)
		box, err := s.look(ctx, a, number, f, core.ActExport)
		if err != nil {
			return err
		}
		left -= len(box.Cases)
		box.Cut = left == 0 && box.Next != nil
		if err := give(box); err != nil {
			return err
		}
		if f.After = box.Next; f.After == nil || left == 0 {
			return nil
		}
	}
}
