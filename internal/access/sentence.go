package access

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/policy"
	"stafett/internal/text"
)

// Sentence says in plain words what a rule of an app's policy lets whom do, and where. Roles are
// called what the app's config/roles.json calls them.
func Sentence(lang string, d *app.Definition, r policy.Rule) string {
	subject := joined(lang, "explain.or", r.Subjects, func(s policy.Literals) string {
		return WhoText(lang, d, Who(s))
	})
	if subject == "" {
		subject = text.T(lang, "explain.who.anybody")
	}
	action := joined(lang, "explain.and", r.Actions, func(a policy.Literals) string {
		return actionText(lang, a[0].Value)
	})
	if action == "" {
		action = text.T(lang, "explain.action.any")
	}
	if r.Deny {
		return capital(text.T(lang, "explain.deny", subject, action, whereText(lang, d, r)))
	}
	return capital(text.T(lang, "explain.permit", subject, action, whereText(lang, d, r)))
}

// joined writes a list as "a, b and c", each text once.
func joined[T any](lang, word string, list []T, write func(T) string) string {
	var parts []string
	for _, one := range list {
		if t := write(one); !slices.Contains(parts, t) {
			parts = append(parts, t)
		}
	}
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + text.T(lang, word) + " " + parts[last]
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// WhoText names a subject in plain words.
func WhoText(lang string, d *app.Definition, w Who) string {
	if len(w) == 0 {
		return text.T(lang, "explain.who.anybody")
	}
	return joined(lang, "explain.and", w, func(l policy.Literal) string {
		return literalText(lang, d, l)
	})
}

func literalText(lang string, d *app.Definition, l policy.Literal) string {
	switch l.Attribute {
	case policy.AttrRoleCode:
		return roleText(lang, d, l.Value)
	case policy.AttrOrg:
		return text.T(lang, "explain.who.org", l.Value)
	case policy.AttrOrganisationNumber, policy.AttrOrganisationID, policy.AttrOrgNumber:
		return text.T(lang, "explain.who.number", l.Value)
	case policy.AttrAccessPackage:
		return text.T(lang, "explain.who.package", l.Value)
	case policy.AttrUserID:
		return text.T(lang, "explain.who.user", l.Value)
	case policy.AttrSystemUser:
		return text.T(lang, "explain.who.systemuser", l.Value)
	case policy.AttrDelegation:
		return text.T(lang, "explain.who.delegation")
	}
	return text.T(lang, "explain.who.attribute", l.Attribute, l.Value)
}

// roleText: the app's own name, else ours for the register's roles, else the code.
func roleText(lang string, d *app.Definition, code string) string {
	for _, r := range d.Roles {
		if strings.EqualFold(r.Code, code) && r.Name[lang] != "" {
			return r.Name[lang]
		}
	}
	if key := "explain.role." + strings.ToLower(code); text.Has(key) {
		return text.T(lang, key)
	}
	return text.T(lang, "explain.who.role", code)
}

// ActionsText says actions in plain words, as the sentences of the rules do.
func ActionsText(lang string, actions []string) string {
	return joined(lang, "explain.and", actions, func(id string) string {
		return actionText(lang, id)
	})
}

func actionText(lang, id string) string {
	if id == anyAction {
		return text.T(lang, "explain.action.any")
	}
	if key := "explain.action." + strings.ToLower(id); text.Has(key) {
		return text.T(lang, key)
	}
	return text.T(lang, "explain.action.unnamed", id)
}

func whereText(lang string, d *app.Definition, r policy.Rule) string {
	if len(r.Resources) == 0 {
		return text.T(lang, "explain.where.everything")
	}
	return joined(lang, "explain.and", r.Resources, func(l policy.Literals) string {
		return resourceText(lang, d, l)
	})
}

func resourceText(lang string, d *app.Definition, l policy.Literals) string {
	var parts []string
	org, hasOrg := l.Value(policy.AttrOrg)
	named, hasApp := l.Value(policy.AttrApp)
	_, hasID := l.Value(policy.AttrResource)
	if !hasID && (!hasOrg || !hasApp || org != d.Ref.Org || named != d.Ref.App) {
		// Not just this app: say which.
		parts = append(parts, text.T(lang, "explain.where.app", org+"/"+named))
	}
	if id, ok := l.Value(policy.AttrTask); ok {
		parts = append(parts, text.T(lang, "explain.where.task", taskName(d, id)))
	}
	if id, ok := l.Value(policy.AttrEndEvent); ok {
		parts = append(parts, text.T(lang, "explain.where.end", id))
	}
	if id, ok := l.Value(policy.AttrAppResource); ok {
		parts = append(parts, text.T(lang, "explain.where.events", id))
	}
	if value, ok := l.Value(policy.AttrDataField + d.LimitField()); ok && value != policy.AnyValue {
		parts = append(parts, text.T(lang, "explain.where.field", d.LimitField(), value))
	}
	if len(parts) == 0 {
		return text.T(lang, "explain.where.any")
	}
	return strings.Join(parts, " ")
}

// taskName is the process's name of a task, with its id.
func taskName(d *app.Definition, id string) string {
	if t, ok := d.Process.Task(id); ok && t.Name != "" {
		return t.Name + " (" + id + ")"
	}
	return id
}
