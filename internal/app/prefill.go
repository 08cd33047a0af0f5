package app

import "slices"

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

func (r *reader) readPrefill(dataType string, m *Model) {
	v := r.object(r.json("models/"+dataType+".prefill.json"), "the file")
	if v == nil {
		return
	}
	m.Prefill = Prefill{
		AllowOverwrite: r.flag(v.get("allowOverwrite"), "allowOverwrite"),
		Person:         r.prefillSource(m, v.get("DSF"), "DSF", personFields),
		Organisation:   r.prefillSource(m, v.get("ER"), "ER", organisationFields),
		UserProfile:    r.prefillSource(m, v.get("UserProfile"), "UserProfile", profileFields),
		Query:          r.prefillSource(m, v.get("QueryParameters"), "QueryParameters", nil),
	}
}

// prefillSource reads one section; names nil takes any source name.
func (r *reader) prefillSource(m *Model, v *value, what string, names []string) map[string]string {
	out := map[string]string{}
	for from, target := range r.object(v, what).members {
		path := r.text(target, what)
		if names != nil && !slices.Contains(names, from) {
			r.errorAt(target, "%s has no field %q", what, from)
			continue
		}
		if _, ok := m.Schema.Field(path); !ok {
			r.errorAt(target, "the field %s is not in the model%s", path,
				suggestion(path, fieldPaths(m.Schema)))
			continue
		}
		out[from] = path
	}
	return out
}
