package store_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

// The parties of the tests: two citizens, two service owners and their people.
const (
	kari   core.PartyID = 50001
	ola    core.PartyID = 50002
	ingrid core.PartyID = 50004
	tor    core.PartyID = 50007
	siri   core.PartyID = 50008
	nord   core.PartyID = 51001
	sor    core.PartyID = 51002
)

var (
	appA   = core.AppRef{Org: "nordvik", App: "arrangementsstotte"}
	appB   = core.AppRef{Org: "nordvik", App: "stottesak"}
	actor  = core.Actor{Kind: core.ActorPerson, User: kari, Party: kari, Name: "Kari Solbakken"}
	system = core.System()
)

func person(id core.PartyID, name, number string) core.Party {
	return core.Party{
		ID: id, Kind: core.PartyPerson, Name: name, PersonNumber: core.PersonNumber(number),
	}
}

func organisation(id core.PartyID, name, number, org string) core.Party {
	return core.Party{
		ID: id, Kind: core.PartyOrganisation, Name: name, OrganisationNumber: number, Org: org,
	}
}

// setup gives a store with the parties in it, and the database's address.
func setup(t testing.TB) (*store.Store, string) {
	t.Helper()
	s, url := storetest.New(t)
	do(t, s, func(tx *store.Tx) error {
		for _, p := range []core.Party{
			person(kari, "Kari Solbakken", "14827941388"), person(ola, "Ola Fjeld", "03859138887"),
			person(ingrid, "Ingrid Berg", "07838432179"), person(tor, "Tor Haugen", "30817137810"),
			person(siri, "Siri Dahl", "01869350075"),
			organisation(nord, "Nordvik kommune", "310246816", "nordvik"),
			organisation(sor, "Sørvik kommune", "311357921", "sorvik"),
		} {
			if err := tx.PutParty(t.Context(), p); err != nil {
				return err
			}
		}
		return nil
	})
	return s, url
}

// do runs fn in a transaction of the program's own, which must go well.
func do(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), system, fn); err != nil {
		t.Fatal(err)
	}
}

// get reads one thing in a transaction, which must go well.
func get[T any](t testing.TB, s *store.Store, fn func(*store.Tx) (T, error)) T {
	t.Helper()
	var value T
	do(t, s, func(tx *store.Tx) error {
		var err error
		value, err = fn(tx)
		return err
	})
	return value
}

func wantFault(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a fault of kind %s", err, kind)
	}
}

// draft is an instance that a person fills in.
func draft(owner core.PartyID) core.Instance {
	return core.Instance{
		InstanceRef: core.InstanceRef{AppRef: appA, Owner: owner, ID: uuid.Must(uuid.NewV7())},
		AppVersion:  "hash", Status: core.StatusDraft, Language: "nb", CreatedBy: owner,
		Process: core.ProcessState{Task: "Task_1", TaskType: "data"},
	}
}

// caseOf is a case in an organisation's inbox.
func caseOf(owner core.PartyID, submitted time.Time) core.Instance {
	i := draft(owner)
	i.AppRef, i.Status, i.Submitted = appB, core.StatusActive, &submitted
	i.Title, i.Applicant, i.Reference = "Sommerkonsert", "Kari Solbakken", "NK-7F3K-92QD"
	i.Source = &core.InstanceRef{AppRef: appA, Owner: kari, ID: uuid.New()}
	return i
}

func add(t testing.TB, s *store.Store, list ...core.Instance) {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		for _, i := range list {
			if err := tx.AddInstance(t.Context(), &i); err != nil {
				return err
			}
		}
		return nil
	})
}

// upload stores a file and gives the element that would attach it.
func upload(t testing.TB, s *store.Store, instance uuid.UUID, content []byte) core.DataElement {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	id, err := s.BeginUpload(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n*store.ChunkSize < len(content); n++ {
		piece := content[n*store.ChunkSize : min((n+1)*store.ChunkSize, len(content))]
		if err := s.AppendChunk(ctx, actor, id, n, piece); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(content)
	return core.DataElement{
		ID: uuid.New(), Instance: instance, Type: "vedlegg", ContentType: "application/pdf",
		Filename: "budsjett.pdf", Size: int64(len(content)), SHA256: sum[:], Upload: id,
	}
}

// count counts rows, past the store.
func count(t testing.TB, url, from string, args ...any) int64 {
	t.Helper()
	return storetest.Exec(t, url, "SELECT FROM "+from, args...)
}
