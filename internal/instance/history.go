package instance

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// HistoryKind is a kind of what happens in a case.
type HistoryKind string

// The kinds. A step is whatever moves the case: the app names its actions itself, so it is all that
// is of no other kind.
const (
	HistoryAll      HistoryKind = ""
	HistoryStep     HistoryKind = "step"
	HistoryChange   HistoryKind = "change"
	HistoryMessage  HistoryKind = "message"
	HistoryNote     HistoryKind = "note"
	HistoryDelivery HistoryKind = "delivery"
	HistoryLook     HistoryKind = "look"
)

// HistoryKinds are all of them, in the order in which they are offered.
var HistoryKinds = []HistoryKind{
	HistoryAll, HistoryStep, HistoryChange, HistoryMessage, HistoryNote, HistoryDelivery, HistoryLook,
}

// historyActs are the acts of each kind.
var historyActs = map[HistoryKind][]string{
	HistoryChange: {
		core.ActWrite, core.ActUpload, core.ActRemove, core.ActDelete, core.ActTake, core.ActRelease,
		core.ActAssign, core.ActHold, core.ActResume, core.ActDue, core.ActSnooze, core.ActWake,
		core.ActLabel, core.ActUnlabel, core.ActCorrected, core.ActSubstatus, core.ActValues,
		core.ActTag, core.ActCheck, core.ActUncheck, core.ActDuplicate, core.ActUnduplicate, core.ActUnit,
	},
	HistoryMessage: {core.ActSay, core.ActHear},
	HistoryNote:    {core.ActNote},
	HistoryDelivery: {
		core.ActDeliver, core.ActRetry, core.ActGiveUp, core.ActReport, core.ActReceive,
		core.ActUnanswered,
	},
	HistoryLook: {
		core.ActRead, core.ActDownload, core.ActPrint, core.ActList, core.ActSearch, core.ActExport,
	},
}

// KindOfAct tells which kind an act is of.
func KindOfAct(act string) HistoryKind {
	for kind, acts := range historyActs {
		if slices.Contains(acts, act) {
			return kind
		}
	}
	return HistoryStep
}

// HistoryFilter is which part of a case's history is shown: of one kind, or all but who has looked
// at the case; Before is the line to go on from, 0 for the newest.
type HistoryFilter struct {
	Kind   HistoryKind
	Before int64
}

// historyPage is how many lines of the history a case shows at a time.
const historyPage = 50

// dossierHistory is how many lines of the history a case on paper has at most, to a page.
const dossierHistory = 1000

// stream reads a part of a case's history; older is the line to go on from, 0 when that was all.
func stream(
	ctx context.Context, tx *store.Tx, id uuid.UUID, f HistoryFilter,
) (list []core.Event, older int64, err error) {
	part := store.HistoryPart{
		Acts: historyActs[f.Kind], Before: f.Before, Limit: historyPage + 1,
	}
	switch f.Kind {
	case HistoryAll:
		part.Except = historyActs[HistoryLook]
	case HistoryStep:
		part.Except = slices.Concat(slices.Collect(maps.Values(historyActs))...)
	default:
		if part.Acts == nil {
			return nil, 0, fault.New(fault.Malformed, "fault.malformed")
		}
	}
	list, err = tx.History(ctx, id, part)
	if err == nil && len(list) > historyPage {
		list = list[:historyPage]
		older = list[historyPage-1].ID
	}
	return list, older, err
}
