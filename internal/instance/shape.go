package instance

import (
	"strconv"

	"github.com/google/uuid"

	"stafett/internal/casequery"
)

// shape tells what kind of thing a list of cases was asked for, and nothing of what was typed: how
// many words, not which.
func (f InboxFilter) shape() map[string]string {
	out := map[string]string{
		"apps": strconv.Itoa(len(f.Apps)), "tasks": strconv.Itoa(len(f.Tasks)), "view": f.view(),
	}
	if f.ByDue {
		out["sort"] = "due"
	}
	if f.After != nil {
		out["page"] = "further"
	}
	if f.Found != uuid.Nil {
		out["by"] = "kept"
		return out
	}
	q, problems := casequery.Parse(f.Query)
	for name, n := range map[string]int{
		"words": len(q.Words), "phrases": len(q.Phrases), "without": len(q.Without),
		"statuses": len(q.Statuses), "services": len(q.Services), "problems": len(problems),
		"older": q.Older, "tags": len(q.Tags), "fields": len(q.Fields),
	} {
		out[name] = strconv.Itoa(n)
	}
	out["assigned"] = q.Assigned
	if q.Unit != "" {
		out["unit"] = "some"
	}
	if q.Due != nil {
		out["due"] = strconv.Itoa(q.Due.Days)
	}
	return out
}

func (f InboxFilter) view() string {
	switch {
	case f.Mentioned:
		return "mentioned"
	case f.Snoozed:
		return "snoozed"
	case f.DueSoon:
		return "due"
	case f.Waiting:
		return "waiting"
	case f.Approval:
		return "approval"
	case f.Closed:
		return "closed"
	case f.Mine:
		return "mine"
	case f.Unassigned:
		return "unassigned"
	}
	return "open"
}

// countIn is where a list that is one of the views, and no more, is counted with them; nil for others.
func (f InboxFilter) countIn(v *ViewCounts) *int {
	if len(f.Apps)+len(f.Tasks) > 0 {
		return nil
	}
	asked, at := 0, &v.Open
	for _, view := range []struct {
		asked bool
		count *int
	}{
		{f.Mine, &v.Mine}, {f.Unassigned, &v.Unassigned}, {f.DueSoon, &v.Due}, {f.Waiting, &v.Waiting},
		{f.Approval, &v.Approval}, {f.Closed, &v.Closed},
	} {
		if view.asked {
			asked, at = asked+1, view.count
		}
	}
	if asked > 1 {
		return nil
	}
	return at
}

// shape tells what a system's list was narrowed by, and nothing of whose or which words.
func (q Query) shape() map[string]string {
	out := map[string]string{
		"apps": strconv.Itoa(len(q.Apps)), "tasks": strconv.Itoa(len(q.Tasks)),
		"ends": strconv.Itoa(len(q.Ends)),
	}
	for name, asked := range map[string]bool{
		"complete": q.Complete != nil, "archived": q.Archived != nil,
		"owner":     q.Owner != 0 || q.OwnerNumber != "" || q.OwnerPerson != "",
		"search":    q.Search != "",
		"confirmed": q.Confirmed != "" || q.NotConfirmed != "",
		"times":     q.Changed != Span{} || q.Created != Span{} || q.Due != Span{} || q.Ended != Span{},
	} {
		if asked {
			out[name] = "some"
		}
	}
	if q.After != nil {
		out["page"] = "further"
	}
	return out
}
