package event

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
)

// Cloud is an event as systems get it: CloudEvents 1.0 in JSON, with Altinn's extensions. No person
// number is in it.
type Cloud struct {
	SpecVersion string `json:"specversion"`
	// ID is the same however often the event is sent.
	ID     string `json:"id"`
	Source string `json:"source"`
	Type   string `json:"type"`
	// Subject is the instance owner's party; AlternativeSubject its organisation number.
	Subject            string    `json:"subject,omitempty"`
	AlternativeSubject string    `json:"alternativesubject,omitempty"`
	Resource           string    `json:"resource,omitempty"`
	ResourceInstance   string    `json:"resourceinstance,omitempty"`
	Time               time.Time `json:"time"`
}

const specVersion = "1.0"

// Resource names an app as a resource.
func Resource(app core.AppRef) string {
	return "urn:altinn:resource:app_" + app.Org + "_" + app.App
}

func (s *Service) cloud(e core.InstanceEvent) Cloud {
	owner := strconv.FormatInt(int64(e.Instance.Owner), 10)
	c := Cloud{
		SpecVersion: specVersion, ID: e.ID.String(), Type: e.Type, Time: e.At,
		Source:  s.BaseURL + "/" + e.Instance.AppRef.String() + "/instances/" + e.Instance.String(),
		Subject: "/party/" + owner, Resource: Resource(e.Instance.AppRef),
		ResourceInstance: e.Instance.String(),
	}
	if e.OrganisationNumber != "" {
		c.AlternativeSubject = "/org/" + e.OrganisationNumber
	}
	return c
}

// own is an event of the subscription's own: a validation or a test.
func (s *Service) own(sub core.Subscription, what string, at time.Time) Cloud {
	return Cloud{
		SpecVersion: specVersion, ID: uuid.NewString(), Type: what, Time: at.UTC(),
		Source: s.BaseURL + "/events/api/v1/subscriptions/" + strconv.FormatInt(sub.ID, 10),
	}
}
