// Package solutiontest builds the services of the example solution over a database of its own,
// as cmd does, with the made-up people of its register. It is for tests only, and holds no
// assertion of its own beside that its own steps work.
package solutiontest

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stafett/apps"
	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/message"
	"stafett/internal/orgtoken"
	"stafett/internal/register"
	"stafett/store"
	"stafett/store/storetest"
)

// The parties of the example solution that tests speak of.
const (
	Kari   core.PartyID = 50001
	Ola    core.PartyID = 50002
	Ingrid core.PartyID = 50004
	Per    core.PartyID = 50005
	Lise   core.PartyID = 50006
	Tor    core.PartyID = 50007
	Siri   core.PartyID = 50008
	Jon    core.PartyID = 50009
	Berit  core.PartyID = 50010

	Nordvik core.PartyID = 51001
	Sorvik  core.PartyID = 51002
	Band    core.PartyID = 51003
)

// The organisation numbers of the two service owners.
const (
	NordvikNumber = "310246816"
	SorvikNumber  = "311357921"
)

// The two apps: what the citizen fills in, and the case that it becomes.
var (
	Application = core.AppRef{Org: "nordvik", App: "arrangementsstotte"}
	Case        = core.AppRef{Org: "nordvik", App: "stottesak"}
)

// Solution is the services over one database.
type Solution struct {
	Store     *store.Store
	Database  string
	Catalogue *catalogue.Catalogue
	Register  *register.Register
	Access    *access.Service
	Handover  *handover.Service
	Messages  *message.Service
	Instances *instance.Service
	// Outbox is where notices are written.
	Outbox *message.Outbox
	// Log is what the services have logged, as JSON lines.
	Log *Log
}

// New builds the solution. Each change is made to the handover's configuration before the
// service is: a test of failing deliveries hands in its own target and tokens.
func New(t testing.TB, changes ...func(*handover.Config)) *Solution {
	t.Helper()
	s := &Solution{Log: &Log{}}
	s.Store, s.Database = storetest.New(t)
	s.Catalogue = catalogue.New(s.Store)
	s.Put(t, apps.FS)
	s.seed(t)
	s.Access = access.New(s.Store, s.Catalogue)
	log := slog.New(slog.NewJSONHandler(s.Log, nil))
	s.Outbox = message.NewOutbox(filepath.Join(t.TempDir(), "notices"))
	s.Messages = message.New(message.Config{
		Store: s.Store, Sender: s.Outbox, BaseURL: "https://stafett.example", Now: time.Now, Log: log,
	})
	c := handover.Config{
		Store: s.Store, Catalogue: s.Catalogue, Access: s.Access, Messages: s.Messages,
		Tokens: func(string) *orgtoken.Client { return nil },
		Locate: func(core.AppRef) handover.Target { return handover.Target{} },
		HTTP:   &http.Client{Timeout: time.Minute},
		Render: render, Now: time.Now, Log: log,
	}
	for _, change := range changes {
		change(&c)
	}
	s.Handover = handover.New(c)
	units, err := register.LoadUnits(apps.FS, "units.json")
	if err != nil {
		t.Fatal(err)
	}
	s.Instances = instance.New(instance.Config{
		Store: s.Store, Catalogue: s.Catalogue, Access: s.Access, Handover: s.Handover,
		Messages: s.Messages, Now: time.Now, Units: units, Log: log,
	})
	return s
}

// Put loads every app of the folder and puts them in force. An app that does not load fails
// the test.
func (s *Solution) Put(t testing.TB, files fs.FS) {
	t.Helper()
	definitions, findings := LoadAll(files)
	for _, f := range findings {
		if f.Severity == app.SeverityError {
			t.Fatalf("app definition: %s", f)
		}
	}
	folder := catalogue.Folder{Files: files, Definitions: definitions}
	if err := s.Catalogue.Put(t.Context(), folder); err != nil {
		t.Fatalf("put apps: %v", err)
	}
}

func (s *Solution) seed(t testing.TB) {
	t.Helper()
	var err error
	if s.Register, err = register.Load(apps.FS, "register.json"); err != nil {
		t.Fatalf("register: %v", err)
	}
	if err := s.Register.Seed(t.Context(), s.Store, time.Now()); err != nil {
		t.Fatalf("seed: %v", err)
	}
}

func render(_ *app.Definition, source store.DeliverySource, _ string) ([]byte, error) {
	return []byte("%PDF-1.7\n% " + source.Delivery.Reference + "\n%%EOF\n"), nil
}

// Person is the actor of a made-up person who has signed in at the highest level and acts for
// themselves.
func (s *Solution) Person(id core.PartyID) core.Actor {
	a := core.Actor{Kind: core.ActorPerson, User: id, Party: id, Level: 4, Session: "test"}
	for _, p := range s.Register.Parties {
		if p.ID == id {
			a.Name = p.Name
		}
	}
	return a
}

// Organisation is the actor of an organisation token with both scopes.
func Organisation(party core.PartyID, org, number string) core.Actor {
	return core.Actor{
		Kind: core.ActorOrg, Party: party, Org: org, OrganisationNumber: number, Level: 3,
		Scopes: []string{access.ScopeRead, access.ScopeWrite}, Session: "token",
	}
}

// System is the actor of Nordvik kommune's own token, NeighbourSystem that of Sørvik's.
func System() core.Actor { return Organisation(Nordvik, "nordvik", NordvikNumber) }

// NeighbourSystem is the actor of the token of another service owner.
func NeighbourSystem() core.Actor { return Organisation(Sorvik, "sorvik", SorvikNumber) }

// Log is what was logged. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

var _ io.Writer = (*Log)(nil)

// Write takes one line.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// String gives everything that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Tx runs fn in a transaction of the program's own, and fails the test on an error.
func (s *Solution) Tx(t testing.TB, fn func(tx *store.Tx) error) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	if err := s.Store.InTx(ctx, core.System(), fn); err != nil {
		t.Fatalf("transaction: %v", err)
	}
}
