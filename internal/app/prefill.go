package app

import (
	"regexp"
	"slices"
	"strings"
)

// The fields of the sources that a prefill file may name (FORMAT.md 1.3). A name outside the
// list is an error, as it is in Altinn, where it stops every instance from being made.
var (
	personFields = []string{
		"SSN", "Name", "FirstName", "MiddleName", "LastName", "TelephoneNumber", "MobileNumber",
		"MailingAddress", "MailingPostalCode", "MailingPostalCity", "AddressMunicipalityNumber",
		"AddressMunicipalityName", "AddressStreetName", "AddressHouseNumber", "AddressHouseLetter",
		"AddressPostalCode", "AddressCity",
	}
	organisationFields = []string{
		"OrgNumber", "Name", "UnitType", "TelephoneNumber", "MobileNumber", "FaxNumber",
		"EMailAddress", "InternetAddress", "MailingAddress", "MailingPostalCode",
		"MailingPostalCity", "BusinessAddress", "BusinessPostalCode", "BusinessPostalCity",
	}
	profileFields = []string{
		"UserId", "UserName", "PhoneNumber", "Email", "PartyId", "Party.Name", "Party.SSN",
		"Party.Person.Name", "Party.Person.SSN", "Party.Person.FirstName", "Party.Person.MiddleName",
		"Party.Person.LastName", "Party.Person.MobileNumber", "Party.Person.TelephoneNumber",
		"Party.Person.MailingAddress", "Party.Person.MailingPostalCode",
		"Party.Person.MailingPostalCity", "Party.Person.AddressCity",
		"Party.Person.AddressPostalCode", "Party.Person.AddressStreetName",
		"ProfileSettingPreference.Language",
	}
)

// The sections of a prefill file.
const (
	SectionPerson       = "DSF"
	SectionOrganisation = "ER"
	SectionProfile      = "UserProfile"
	SectionQuery        = "QueryParameters"
)

// KnownFacts are the fields that the register here has, by section of a prefill file; the others
// that a file may name stay empty.
var KnownFacts = map[string][]string{
	SectionPerson: {"SSN", "Name", "FirstName", "LastName", "TelephoneNumber", "MobileNumber"},
	SectionOrganisation: {
		"OrgNumber", "Name", "TelephoneNumber", "MobileNumber", "EMailAddress",
	},
	SectionProfile: {
		"UserId", "PartyId", "PhoneNumber", "Email", "Party.Name", "Party.SSN", "Party.Person.Name",
		"Party.Person.SSN", "Party.Person.FirstName", "Party.Person.LastName",
		"Party.Person.MobileNumber", "Party.Person.TelephoneNumber",
		"ProfileSettingPreference.Language",
	},
}

func (r *reader) readPrefill(dataType string, m *Model) {
	v := r.object(r.json("models/"+dataType+".prefill.json"), "the file")
	if v == nil {
		return
	}
	m.Prefill = Prefill{
		AllowOverwrite: r.flag(v.get("allowOverwrite"), "allowOverwrite"),
		Person:         r.prefillSource(m, v, SectionPerson, personFields),
		Organisation:   r.prefillSource(m, v, SectionOrganisation, organisationFields),
		UserProfile:    r.prefillSource(m, v, SectionProfile, profileFields),
		Query:          r.prefillSource(m, v, SectionQuery, nil),

		query: v.get(SectionQuery),
	}
}

// prefillSource reads one section; names nil takes any source name.
func (r *reader) prefillSource(m *Model, v *value, what string, names []string) map[string]string {
	out := map[string]string{}
	for from, target := range r.object(v.get(what), what).members {
		path := r.text(target, what)
		if names != nil && !slices.Contains(names, from) {
			r.errorAt(target, "%s has no field %q", what, from)
			continue
		}
		f, ok := m.Schema.Field(path)
		if !ok {
			r.errorAt(target, "the field %s is not in the model%s", path,
				suggestion(path, fieldPaths(m.Schema)))
			continue
		}
		if f.Repeated || f.Type == "array" || f.Type == "object" {
			r.errorAt(target, "%s is not a single field: it cannot be filled in", path)
			continue
		}
		if names == nil {
			r.checkParameter(from, path, target)
		} else {
			r.checkFact(what, from, f.Type, target)
		}
		out[from] = path
	}
	return out
}

// checkFact tells of a fact that nobody here has, or that its field cannot hold.
func (r *reader) checkFact(section, from, fieldType string, at *value) {
	if !slices.Contains(KnownFacts[section], from) {
		r.tell("prefill-unknown", at, SeverityInfo,
			"the register here does not know %s of %s: the field stays empty", from, section)
	}
	digits := strings.HasSuffix(from, "Number") || strings.HasSuffix(from, "SSN") ||
		strings.HasSuffix(from, "Id") || strings.HasSuffix(from, "PostalCode")
	if fieldType == "boolean" || fieldType != "string" && !digits {
		r.errorAt(at, "%s of %s is a text, and the field takes %s", from, section, fieldType)
	}
}

// personal are words that tell that a parameter is meant to hold a person's number.
var personal = regexp.MustCompile(`(?i)ssn|fnr|f(o|ø)dselsnummer|personn(umme)?r|personnumber|nationalid`)

// checkParameter tells of a parameter of the address that must not be one.
func (r *reader) checkParameter(name, path string, at *value) {
	if personal.MatchString(name) || personal.MatchString(path) {
		r.warnAt(at, "a person's number must not stand in an address: %s will be refused", name)
	}
	if PassedOver(name) {
		r.errorAt(at, "%s is a name that mailings and ads put into addresses: it is passed over", name)
	}
}

// passedOver are parameters that mailings, ads and social media put into every address that they
// link to: they say nothing to an app.
var passedOver = []string{"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "_hsenc", "_hsmi"}

// PassedOver tells whether a parameter of an address is of those that say nothing to an app.
func PassedOver(parameter string) bool {
	return slices.Contains(passedOver, parameter) || strings.HasPrefix(parameter, "utm_")
}

// checkPrefill tells of parameters that nothing reads: those of form data that does not begin
// with the instance.
func (r *reader) checkPrefill(d *Definition) {
	for _, t := range d.Meta.DataTypes {
		m := d.Models[t.ID]
		if m == nil || m.Prefill.query == nil || d.Begins(t) {
			continue
		}
		r.warnAt(m.Prefill.query, "%s is not made when the form starts: its QueryParameters fill in nothing",
			t.ID)
	}
}

// Begins tells whether form data of the type is made when an instance is.
func (d *Definition) Begins(t DataType) bool {
	if !t.Form || !t.AutoCreate || d.Process == nil {
		return false
	}
	first, err := d.Process.Start(nil)
	return err == nil && (t.Task == "" || t.Task == first.Task)
}
