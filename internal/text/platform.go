package text

// platform are keys that Altinn itself has texts for, which apps name without having them: each
// with the key of our own text. An app that has a text at such a key uses its own.
var platform = map[string]string{
	"general.back":                    "platform.back",
	"general.next":                    "platform.next",
	"general.previous":                "platform.previous",
	"general.cancel":                  "platform.cancel",
	"general.submit":                  "platform.submit",
	"general.save":                    "platform.save",
	"general.close":                   "platform.close",
	"general.edit":                    "platform.edit",
	"general.edit_alt":                "platform.change",
	"general.delete":                  "platform.delete",
	"general.add":                     "platform.add",
	"general.add_new":                 "platform.add_new",
	"general.yes":                     "platform.yes",
	"general.no":                      "platform.no",
	"general.choose":                  "platform.choose",
	"general.search":                  "platform.search",
	"general.from":                    "platform.from",
	"general.to":                      "platform.to",
	"general.optional":                "platform.optional",
	"general.download":                "platform.download",
	"navigation.next":                 "platform.next",
	"navigation.back":                 "platform.back",
	"form_filler.summary_item_change": "platform.change",
}

// fromPlatform gives Altinn's own text at a key.
func fromPlatform(lang, key string) (resource, bool) {
	ours, ok := platform[key]
	if !ok {
		return resource{}, false
	}
	m, ok := find(lang, ours)
	return resource{message: m}, ok
}
