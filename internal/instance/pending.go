package instance

import (
	"stafett/internal/core"
	"stafett/internal/relay"
)

// taskFeedback is the type of the tasks in which the service owner's system looks over what was
// filled in.
const taskFeedback = "feedback"

// FillsIn tells whether the instance is a form that stands with the actor to be filled in: for the
// first time, or because it has come back.
func (v View) FillsIn() bool {
	return v.Editable() && v.Instance.Status != core.StatusArchived && v.own()
}

// Confirms tells whether the instance waits for the actor to look over what will be sent, and to
// confirm it or take it back.
func (v View) Confirms() bool {
	return v.Instance.Process.TaskType == relay.TaskConfirmation && v.own() && len(v.Actions()) > 0
}

// AwaitsFeedback tells whether the service owner's system has the next word.
func (v View) AwaitsFeedback() bool { return v.Instance.Process.TaskType == taskFeedback }

// own tells whether the instance is a form of its owner's, and no case and no letter.
func (v View) own() bool { return relay.Own(v.App) }
