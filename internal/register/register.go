// Package register reads the people, organisations and register roles of a solution from a
// file, for development: what the population register, the company register and their roles are
// in production. It seeds them, and the first grants, into the store. It grants nothing that
// the file does not name, and is no user interface.
package register

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

// Register is the file.
type Register struct {
	Parties []Party `json:"parties"`
	// Roles are held by official register: nobody here can withdraw them.
	Roles []Role `json:"roles"`
	// Grants are what administrators have granted when the program first starts.
	Grants []Grant `json:"grants"`
}

// Party is a person or an organisation.
type Party struct {
	ID       core.PartyID   `json:"id"`
	Kind     core.PartyKind `json:"kind"`
	Name     string         `json:"name"`
	Number   string         `json:"number"`
	Language string         `json:"language,omitempty"`
	Email    string         `json:"email,omitempty"`
	Phone    string         `json:"phone,omitempty"`
	// Org is the service owner code of an organisation that has apps.
	Org string `json:"org,omitempty"`
	// Note tells a developer, in each language, what the made-up person is for.
	Note map[string]string `json:"note,omitempty"`
}

// Role says that a person holds a role for a party.
type Role struct {
	Person core.PartyID `json:"person"`
	Party  core.PartyID `json:"party"`
	Role   string       `json:"role"`
}

// Grant is a role that an administrator has granted.
type Grant struct {
	Role
	GrantedBy core.PartyID `json:"grantedBy"`
	Reason    string       `json:"reason"`
}

// Load reads the file with the name. Unknown keys, wrong numbers and roles of unknown people are
// errors.
func Load(fsys fs.FS, name string) (*Register, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	var r Register
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("register %s: %w", name, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("register %s: there is more after the end", name)
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return &r, nil
}

func (r *Register) check() error {
	known := map[core.PartyID]core.PartyKind{}
	for _, p := range r.Parties {
		if p.ID <= 0 || known[p.ID] != "" || p.Name == "" || !p.numbered() {
			return fmt.Errorf("register: party %d (%s) has no good id, name or number", p.ID, p.Kind)
		}
		known[p.ID] = p.Kind
	}
	holds := func(r Role) bool {
		return known[r.Person] == core.PartyPerson && known[r.Party] != "" && r.Role != ""
	}
	for _, role := range r.Roles {
		if !holds(role) {
			return fmt.Errorf("register: a role of person %d at %d is of nobody", role.Person, role.Party)
		}
	}
	for _, g := range r.Grants {
		if !holds(g.Role) || known[g.GrantedBy] != core.PartyPerson || g.Reason == "" {
			return fmt.Errorf("register: a grant to person %d at %d is of nobody", g.Person, g.Party)
		}
	}
	return nil
}

// numbered tells whether the party's number is one of its kind; only an organisation has apps.
func (p Party) numbered() bool {
	switch p.Kind {
	case core.PartyPerson:
		return core.ValidPersonNumber(p.Number) && p.Org == ""
	case core.PartyOrganisation:
		return core.ValidOrganisationNumber(p.Number)
	}
	return false
}

// grantMonths is how long the first grants last.
const grantMonths = 12

// Seed writes parties, register roles and the first grants. It may be run again: a grant that an
// administrator has withdrawn since does not come back.
func (r *Register) Seed(ctx context.Context, s *store.Store, now time.Time) error {
	return s.InTx(ctx, core.System(), func(tx *store.Tx) error {
		for _, p := range r.Parties {
			if err := tx.PutParty(ctx, p.Core()); err != nil {
				return fmt.Errorf("party %d: %w", p.ID, err)
			}
		}
		return tx.PutRegisterRoles(ctx, r.Held(now))
	})
}

// Held are the roles that the register gives, and those that are granted at first.
func (r *Register) Held(now time.Time) []core.Grant {
	var out []core.Grant
	for _, role := range r.Roles {
		out = append(out, core.Grant{
			Person: role.Person, Party: role.Party, Role: role.Role, Source: core.RoleFromRegister,
		})
	}
	end := now.AddDate(0, grantMonths, 0)
	for _, g := range r.Grants {
		out = append(out, core.Grant{
			Person: g.Person, Party: g.Party, Role: g.Role.Role, Source: core.RoleGranted,
			Reason: g.Reason, GrantedBy: g.GrantedBy, To: &end,
		})
	}
	return out
}

// Core is the party as the program knows it.
func (p Party) Core() core.Party {
	out := core.Party{
		ID: p.ID, Kind: p.Kind, Name: p.Name, Language: p.Language, Email: p.Email, Phone: p.Phone,
		Org: p.Org,
	}
	if p.Kind == core.PartyOrganisation {
		out.OrganisationNumber = p.Number
	} else {
		out.PersonNumber = core.PersonNumber(p.Number)
	}
	return out
}

// ServiceOwners are the organisations that have apps.
func (r *Register) ServiceOwners() []Party {
	var out []Party
	for _, p := range r.Parties {
		if p.Org != "" {
			out = append(out, p)
		}
	}
	return out
}

// Persons are the people, in the file's order.
func (r *Register) Persons() []Party {
	var out []Party
	for _, p := range r.Parties {
		if p.Kind == core.PartyPerson {
			out = append(out, p)
		}
	}
	return out
}
