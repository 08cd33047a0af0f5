package access

import (
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/store"
)

// SystemScope gives what an organisation's system may read of the apps, task by task, as the
// same decisions that guard each instance say. An app whose policy lets it read nothing has no
// item, so an empty list is a refusal.
func SystemScope(a core.Actor, apps []*app.Definition) []store.ScopeItem {
	var items []store.ScopeItem
	for _, d := range apps {
		items = append(items, Readable(a, nil, d, 0)...)
	}
	return items
}
