package handover

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
)

const (
	// altinnInstances is the list of instances on Altinn's platform.
	altinnInstances = "/storage/api/v1/instances"
	// altinnPage is how many instances are asked for at once, altinnPages how many pages are read.
	altinnPage, altinnPages = 100, 50
	// clocksDiffer is how much earlier than ours the other clock may say that something was made.
	clocksDiffer = 5 * time.Minute
	// maxList is how much is read of a page of the list, in bytes.
	maxList = 4 << 20
)

// altinnInstance is what is read of an instance in the list.
type altinnInstance struct {
	ID         string            `json:"id"`
	AppID      string            `json:"appId"`
	Created    time.Time         `json:"created"`
	DataValues map[string]string `json:"dataValues"`
	Status     struct {
		HardDeleted bool `json:"isHardDeleted"`
	} `json:"status"`
}

// holds tells whether the instance is of the delivery: by any of its data values, since the app may
// take one of its own from the form.
func (i altinnInstance) holds(delivery uuid.UUID) bool {
	for _, value := range i.DataValues {
		if value == delivery.String() {
			return true
		}
	}
	return false
}

// ours tells whether the instance says which delivery made it.
func (i altinnInstance) ours() bool { return i.DataValues[ValueDelivery] != "" }

// lookInAltinn finds what an earlier attempt has made. It gives nil when the delivery may be asked
// for now: nothing is unanswered, or the list has been seen to know of what was made later.
func (s *Service) lookInAltinn(ctx context.Context, p parcel) (*core.InstanceRef, error) {
	list, err := s.altinnList(ctx, p)
	if err != nil {
		return nil, err
	}
	var found []altinnInstance
	for _, i := range list {
		if i.holds(p.delivery.ID) && !i.Status.HardDeleted {
			found = append(found, i)
		}
	}
	to, asked := p.delivery.To, p.delivery.Unanswered
	switch {
	case len(found) > 1:
		s.counts.add(to, func(c *AltinnCount) { c.Parked++ })
		return nil, &failure{code: "altinn_several", park: true}
	case len(found) == 1:
		s.counts.add(to, func(c *AltinnCount) { c.Found++ })
		return altinnRef(found[0].ID, to)
	case asked == nil:
		return nil, nil
	case conclusive(list, *asked, p.target.Altinn.flight()):
		s.counts.add(to, func(c *AltinnCount) { c.Again++ })
		return nil, nil
	}
	settle := p.target.Altinn.settle()
	if s.Now().Sub(*asked) < settle {
		return nil, &failure{code: "altinn_unclear", asked: settle / 8}
	}
	s.counts.add(to, func(c *AltinnCount) { c.Parked++ })
	return nil, &failure{code: "altinn_unclear", park: true}
}

// conclusive tells whether a list that does not hold what was asked for would have held it: it
// knows of something that was made when that could not be on its way any more, and of nothing made
// meanwhile that does not say where it is from.
func conclusive(list []altinnInstance, asked time.Time, flight time.Duration) bool {
	later := false
	for _, i := range list {
		switch {
		case i.Created.After(asked.Add(flight)):
			later = true
		case i.Created.After(asked.Add(-flight)) && !i.ours():
			return false
		}
	}
	return later
}

func altinnRef(id string, to core.AppRef) (*core.InstanceRef, error) {
	party, guid, _ := strings.Cut(id, "/")
	owner, err := strconv.ParseInt(party, 10, 64)
	parsed, err2 := uuid.Parse(guid)
	if err != nil || err2 != nil {
		return nil, &failure{code: "strange_answer", park: true, says: targetFails}
	}
	return &core.InstanceRef{AppRef: to, Owner: core.PartyID(owner), ID: parsed}, nil
}

// altinnList gives the owner's instances of the app that were made since the delivery was planned.
func (s *Service) altinnList(ctx context.Context, p parcel) ([]altinnInstance, error) {
	query := url.Values{
		"appId": {p.delivery.To.String()}, "size": {strconv.Itoa(altinnPage)},
		"created": {"gte:" + p.delivery.Created.Add(-clocksDiffer).UTC().Format(time.RFC3339)},
	}
	var all []altinnInstance
	for range altinnPages {
		list, token, err := s.altinnPage(ctx, p, query)
		if err != nil {
			return nil, err
		}
		if all = append(all, list...); token == "" {
			return all, nil
		}
		query.Set("continuationToken", token)
	}
	// So much was made meanwhile that it cannot be read through.
	return nil, &failure{code: "altinn_list", park: true}
}

func (s *Service) altinnPage(
	ctx context.Context, p parcel, query url.Values,
) (list []altinnInstance, token string, err error) {
	platform := p.target.Altinn.Platform
	r, err := http.NewRequestWithContext(ctx, http.MethodGet,
		platform.URL+altinnInstances+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, "", fmt.Errorf("request to the platform: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("X-Ai-InstanceOwnerIdentifier", altinnOwner(p.owner))
	platform.Subscribe(r)
	answer, err := s.HTTP.Do(r)
	if err != nil {
		return nil, "", networkFailure(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		_, err := read(answer, &p, s.Now())
		return nil, "", err
	}
	var body struct {
		Instances []altinnInstance `json:"instances"`
		Next      string           `json:"next"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxList)).Decode(&body); err != nil {
		return nil, "", &failure{code: "network", detail: "broken", says: targetFails}
	}
	// Only the token of the address is followed: a token must not travel elsewhere.
	next, err := url.Parse(body.Next)
	if err != nil {
		return nil, "", &failure{code: "strange_answer", says: targetFails}
	}
	return body.Instances, next.Query().Get("continuationToken"), nil
}

func altinnOwner(owner core.Party) string {
	if owner.Kind == core.PartyPerson {
		return "person:" + owner.PersonNumber.Reveal()
	}
	return "organisation:" + owner.OrganisationNumber
}
