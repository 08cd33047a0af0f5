package store

import "stafett/internal/core"

// Scope is what somebody may see of an owner's cases. It is made by access, from the same
// decisions that guard each case, and is part of every list's SQL. An empty one sees nothing.
type Scope struct {
	Owner core.PartyID
	// Items let in different cases: what two of them let in would be listed twice.
	Items []ScopeItem
	// Approve are those of the Items in which the actor may also say yes to what another has prepared:
	// to each case there, or where a second person is asked for to those that they have not prepared.
	Approve []ScopeItem
	// Roles are those that opened, for the line that tells of a look: they are no part of the SQL.
	Roles []string
}

// approvedBy narrows to what a reader may say yes to, of what stands in such a task: to what somebody
// else has prepared where a second person is asked for, and else to what is there to be confirmed. Its
// first half stands in the indexes for it as well (instance_to_approve).
func approvedBy(reader string) string {
	return ` AND (i.prepared_by IS NOT NULL OR i.task_type IN ('confirmation', 'signing'))
        AND COALESCE(NOT ` + reader + `::bigint = ANY (i.prepared_by), true) `
}

// Approving is the scope of the tasks in which the actor may say yes.
func (s Scope) Approving() Scope {
	s.Items = s.Approve
	return s
}

// ScopeItem lets in the cases of one app in one task, or, when Ended, those that ended in the
// end event with the id in Task. With a Field it lets in only those that have the Value there.
type ScopeItem struct {
	Org, App, Task string
	Ended          bool
	Field, Value   string
}

// What the arguments $2 to $9 hold: the items as columns. A key is empty in an item that lets in
// every case of its task.
const (
	openItems  = `unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS item (org, app, task, key)`
	endedItems = `unnest($6::text[], $7::text[], $8::text[], $9::text[])
        AS item (org, app, end_event, key)`
)

// When a case is in an item. wholeItem and limitedItem come on top, each in a scan of its own, for
// each has its own index.
const (
	inOpenItem = `i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.task = item.task
      AND i.ready AND i.ended IS NULL `
	inEndedItem = `i.owner = $1 AND i.org = item.org AND i.app = item.app
      AND i.end_event = item.end_event AND i.ready AND i.ended IS NOT NULL `
	wholeItem   = ` AND item.key = '' `
	limitedItem = ` AND item.key <> '' AND i.limit_field <> '' AND i.limit_key = item.key `
)

// parts are those parts of a scope in which there is something. Each is read by a scan of its own, and to make
// one ready that finds nothing costs as much as most that find something: row-level security asks for each
// who it is that asks.
type parts uint8

const (
	wholeOpen parts = 1 << iota
	limitedOpen
	wholeEnded
	limitedEnded

	allParts = wholeOpen | limitedOpen | wholeEnded | limitedEnded
)

// each gives a statement for each of the parts, of how one begins for open and for ended cases, and how it
// goes on.
func (p parts) each(open, ended, rest string) (list []string) {
	for _, one := range []struct {
		part        parts
		begin, item string
	}{
		{wholeOpen, open, wholeItem}, {limitedOpen, open, limitedItem},
		{wholeEnded, ended, wholeItem}, {limitedEnded, ended, limitedItem},
	} {
		if p&one.part != 0 {
			list = append(list, one.begin+one.item+rest)
		}
	}
	return list
}

// scopeTypes mentions the arguments $2 to $9, of which a statement of some parts alone need not ask any more.
const scopeTypes = `
num_nulls($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) >= 0 `

// isCase is said of the instance i that is found by its id. Said as i.ready, it would let the planner look
// for the id in an index of cases alone, which looks as good as the key while there are few.
const isCase = `i.ready IS NOT DISTINCT FROM true`

// inScope is for few rows that are found otherwise.
const inScope = `
  AND (
      i.ended IS NULL AND (
          (i.org, i.app, i.task, '') IN (
              SELECT item.org, item.app, item.task, item.key FROM ` + openItems + `
          )
          OR i.limit_field <> '' AND (i.org, i.app, i.task, i.limit_key) IN (
              SELECT item.org, item.app, item.task, item.key FROM ` + openItems + `
          )
      )
      OR i.ended IS NOT NULL AND (
          (i.org, i.app, i.end_event, '') IN (
              SELECT item.org, item.app, item.end_event, item.key FROM ` + endedItems + `
          )
          OR i.limit_field <> '' AND (i.org, i.app, i.end_event, i.limit_key) IN (
              SELECT item.org, item.app, item.end_event, item.key FROM ` + endedItems + `
          )
      )
  ) `

// scopeArgs are the arguments $1 to $9: the owner, then the open and the ended items that the
// scope and the filter both let in. What the filter names and the scope does not is left out.
func scopeArgs(scope Scope, f Filter) []any {
	args, _ := scopeParts(scope, f)
	return args
}

// scopeParts gives these, and which parts have items; of a scope with none, one that finds nothing.
func scopeParts(scope Scope, f Filter) (args []any, p parts) {
	var open, ended itemColumns
	for _, item := range scope.Items {
		switch {
		case !f.takes(item):
		case item.Ended:
			ended.add(item)
		default:
			open.add(item)
		}
	}
	p = open.parts(wholeOpen, limitedOpen) | ended.parts(wholeEnded, limitedEnded)
	return []any{scope.Owner, open.orgs, open.apps, open.tasks, open.keys,
		ended.orgs, ended.apps, ended.tasks, ended.keys}, max(p, wholeOpen)
}

// itemColumns are scope items as the columns that unnest takes.
type itemColumns struct{ orgs, apps, tasks, keys []string }

func (c *itemColumns) add(item ScopeItem) {
	c.orgs = append(c.orgs, item.Org)
	c.apps = append(c.apps, item.App)
	c.tasks = append(c.tasks, item.Task)
	c.keys = append(c.keys, item.key())
}

// parts tells which of the two there are items of.
func (c *itemColumns) parts(whole, limited parts) (p parts) {
	for _, key := range c.keys {
		if key == "" {
			p |= whole
		} else {
			p |= limited
		}
	}
	return p
}

// key is how the column limit_key writes a field and its value.
func (i ScopeItem) key() string {
	if i.Field == "" {
		return ""
	}
	return i.Field + "=" + i.Value
}
