package register

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"stafett/internal/core"
)

// maxUnitName is how long a unit's name may be: applicants read it as the sender of messages.
const maxUnitName = 80

// LoadUnits reads the file with the parts that organisations give cases to. A unit without an
// organisation, a name or roles, and one that stands twice, are errors.
func LoadUnits(fsys fs.FS, name string) ([]core.Unit, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	var file struct {
		Units []struct {
			Org   string   `json:"org"`
			Name  string   `json:"name"`
			Roles []string `json:"roles"`
		} `json:"units"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("units %s: %w", name, err)
	}
	var out []core.Unit
	for _, u := range file.Units {
		switch {
		case u.Org == "" || len(u.Roles) == 0 || slices.Contains(u.Roles, ""):
			return nil, fmt.Errorf("units %s: %q needs an org and roles", name, u.Name)
		case u.Name == "" || u.Name != strings.TrimSpace(u.Name) || strings.ContainsAny(u.Name, "\"\n"),
			utf8.RuneCountInString(u.Name) > maxUnitName:
			return nil, fmt.Errorf("units %s: %q is no name of a unit", name, u.Name)
		}
		same := func(o core.Unit) bool { return o.Org == u.Org && strings.EqualFold(o.Name, u.Name) }
		if slices.ContainsFunc(out, same) {
			return nil, fmt.Errorf("units %s: %s stands twice", name, u.Name)
		}
		out = append(out, core.Unit{Org: u.Org, Name: u.Name, Roles: u.Roles})
	}
	return out, nil
}
