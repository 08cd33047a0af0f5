package page

// searchHelp are the lines that tell what can be typed: each has an example beside it.
var searchHelp = []string{
	"inbox.help_phrase", "inbox.help_without", "inbox.help_status", "inbox.help_service",
	"inbox.help_assigned", "inbox.help_tag", "inbox.help_unit", "inbox.help_older", "inbox.help_due",
}
