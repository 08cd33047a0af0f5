package register

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
)

// Postcodes are Norwegian postcodes with their places. The file may be an excerpt: for a code that
// it does not have, people write the place themselves.
type Postcodes struct {
	// About tells where the list is from, for its readers.
	About  string            `json:"about"`
	Places map[string]string `json:"places"`
}

// LoadPostcodes reads the file with the name. Codes that are not four digits, and places without
// a name, are errors.
func LoadPostcodes(fsys fs.FS, name string) (*Postcodes, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("postcodes: %w", err)
	}
	var p Postcodes
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("postcodes %s: %w", name, err)
	}
	for code, place := range p.Places {
		if !postcode(code) || place == "" {
			return nil, fmt.Errorf("postcodes %s: %q (%s) is no postcode with its place", name, code, place)
		}
	}
	return &p, nil
}

func postcode(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) == 4
}

// Place gives the place of a postcode; "" for one that the file does not have.
func (p *Postcodes) Place(code string) string { return p.Places[code] }
