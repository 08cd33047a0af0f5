package app

import "slices"

const (
	// maxReminders is how often a person may be reminded of one thing, and maxRemindBefore how many
	// days ahead.
	maxReminders    = 5
	maxRemindBefore = 90
)

// usualReminders are when a person is reminded where a handover says nothing.
var usualReminders = []int{3, 0}

// readReminders reads how many days before what a handover asks for is due its owner is reminded.
func (r *reader) readReminders(d *Definition, v *value, h *Handover) {
	list := v.get("remindBefore")
	if list == nil {
		h.RemindBefore = usualReminders
		return
	}
	h.RemindBefore = []int{}
	for _, item := range r.array(list, "remindBefore") {
		days := r.number(item, "remindBefore", 0)
		switch {
		case days < 0 || days > maxRemindBefore:
			r.errorAt(item, "remindBefore is a number of days from 0 to %d", maxRemindBefore)
		case slices.Contains(h.RemindBefore, days):
			r.errorAt(item, "remindBefore has %d twice", days)
		}
		h.RemindBefore = append(h.RemindBefore, days)
	}
	if len(h.RemindBefore) > maxReminders {
		r.errorAt(list, "nobody is reminded more than %d times of one thing", maxReminders)
	}
	switch {
	case len(h.RemindBefore) == 0:
	case h.Into != IntoNone:
		r.errorAt(list, "what goes into an instance asks for nothing, so there is nothing to remind of")
	case !d.Meta.DisallowUserInstantiation:
		r.errorAt(list, "remindBefore is for what a case asks of somebody: people make this app")
	case h.Due == nil && h.DueInDays == 0:
		r.errorAt(list, "remindBefore needs a deadline: due or dueInDays")
	}
}
