package app

import (
	"regexp"
	"slices"
	"strings"
)

// registerRoles are the codes of roles that come from the registers and from Altinn itself: of a
// person for themselves, of the company register, and those that Altinn gives with them.
var registerRoles = strings.Fields(`
	PRIV HADM DAGL LEDE NEST MEDL VARA OBS BEST INNH DELT DTPR DTSO KOMP BOBE BOSTYRE STYR SIGN PROK
	POFE POHV REPR KONT FFØR REGN REVI KNUF FISJ EIKM BEDR AAFY OPMV READ ORGL HLSE FGRP HMDL KENK
	KDAT KGRL KIRK KMOR KTRF LEDER DAGLIG SREVA REGNA REVAI UTINN UTOMR LOPER ADMAI APIADM APIADMNUF
	ATTST AREVA BOADM ECKEYROLE EKTJ HVASK KLADM PASIG PAVAD SENS SISKD SIGNE UIHTL UILUF
	UTKU PRIVILEGE
	SALIN REPKO BLADM SELN`)

// altinnRole is what Altinn's older roles are called: A0236.
var altinnRole = regexp.MustCompile(`^A\d{4}$`)

// checkRoleUse tells of roles that no register we know of gives, and of those that are described
// for nothing. A code that looks like a register's may be one that is not in our list.
func (r *reader) checkRoleUse(d *Definition) {
	if d.Policy == nil {
		return
	}
	described := func(code string) bool {
		return slices.ContainsFunc(d.Roles, func(role Role) bool { return role.Code == code })
	}
	asked := d.Policy.Subjects()
	for _, l := range d.Policy.Roles() {
		known := described(l.Value) || altinnRole.MatchString(l.Value) ||
			slices.ContainsFunc(registerRoles, func(c string) bool {
				return strings.EqualFold(c,
					l.Value)
			})
		if !known && registerRole.MatchString(l.Value) {
			r.tell("role-unknown", &value{file: r.path(policyFile), line: l.Line}, SeverityWarning,
				"no register that we know of gives the role %s%s", l.Value,
				suggestion(l.Value, registerRoles))
		}
	}
	for _, role := range d.Roles {
		if !slices.ContainsFunc(asked, func(c string) bool { return strings.EqualFold(c, role.Code) }) {
			r.tell("role-unused", &value{file: r.path(rolesFile), line: role.line}, SeverityWarning,
				"the policy never asks for the role %s%s", role.Code, suggestion(role.Code, asked))
		}
	}
}
