package app

import (
	"regexp"
	"slices"

	"stafett/internal/text"
)

const rolesFile = "config/roles.json"

// readRoles reads config/roles.json: what the roles that the policy asks for are called, in
// plain words.
func (r *reader) readRoles(d *Definition) {
	v := r.object(r.json(rolesFile), "the file")
	if v != nil {
		r.known(v, "roles")
		for _, item := range r.array(v.get("roles"), "roles") {
			if role, ok := r.role(item); ok {
				d.Roles = append(d.Roles, role)
			}
		}
	}
	r.checkRoles(d, v)
}

func (r *reader) role(v *value) (Role, bool) {
	if r.object(v, "a role") == nil {
		return Role{}, false
	}
	r.known(v, "code", "name", "description", "purpose")
	role := Role{
		line:        v.line,
		Code:        r.text(v.get("code"), "code"),
		Name:        r.texts(v.get("name"), "name"),
		Description: r.texts(v.get("description"), "description"),
		Purpose:     r.texts(v.get("purpose"), "purpose"),
	}
	if role.Code == "" {
		r.errorAt(v, "a role needs a code")
		return role, false
	}
	for what, texts := range map[string]map[string]string{
		"name": role.Name, "description": role.Description, "purpose": role.Purpose,
	} {
		for _, lang := range text.Languages {
			if texts[lang] == "" {
				r.errorAt(v, "the role %s has no %s in %s", role.Code, what, lang)
			}
		}
	}
	return role, true
}

// registerRole is what the codes of roles from registers look like (DAGL, PRIV, REGNA, A0236).
var registerRole = regexp.MustCompile(`^[A-Za-z0-9]{1,5}$`)

// checkRoles checks that every role which can only be granted here is described: an
// administrator cannot grant what nobody has told the meaning of.
func (r *reader) checkRoles(d *Definition, v *value) {
	if d.Policy == nil {
		return
	}
	line := 0
	if v != nil {
		line = v.line
	}
	for _, code := range d.Policy.Subjects() {
		described := slices.ContainsFunc(d.Roles, func(role Role) bool { return role.Code == code })
		if !described && !registerRole.MatchString(code) {
			r.add(r.path(rolesFile), line, SeverityError,
				"the policy asks for the role %s, which is not described here", code)
		}
	}
}
