package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/form"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/live"
	"stafett/internal/login"
	"stafett/internal/message"
	"stafett/internal/pdf"
	"stafett/internal/register"
	"stafett/internal/theme"
	"stafett/store"
	"stafett/web"
	"stafett/web/api"
)

// program is everything that one server process runs.
type program struct {
	handler   http.Handler
	handovers *handover.Service
	workers   *store.WorkerClient
	store     *store.Store
	events    *event.Service
	live      *live.Hub
	instances *instance.Service
	log       *slog.Logger
	persons   []register.Party
	ready     atomic.Bool
	// turnedAway counts requests that got 503 because there was too much to do.
	turnedAway atomic.Int64
	// watch is nil where no folder is watched.
	watch *watcher
	// keys are the key files in use.
	keys *keyFiles
}

// outsideTime is how long a call to another server may take: a token, a key set.
const outsideTime = 15 * time.Second

// deliverTime is how long the delivery of one handover may take, attachments included. It is
// less than the job engine's own limit.
const deliverTime = 50 * time.Second

// newProgram puts in force what apps gives, and builds the services, the edges and the workers.
func newProgram(
	ctx context.Context, c Config, apps func() ([]catalogue.Folder, []app.Finding), s *store.Store,
	listening string, log *slog.Logger,
) (*program, error) {
	definitions := catalogue.New(s)
	definitions.ServedElsewhere(c.elsewhere)
	themes := &theme.Shelf{}
	watch, err := newWatcher(c, definitions, themes, log)
	if err != nil {
		return nil, err
	}
	people, findings, err := fillCatalogue(ctx, c, apps, s, definitions, log)
	if err != nil {
		return nil, err
	}
	watch.note(append(findings, fillThemes(c, themes, log)...))
	places, err := postalPlaces(c)
	if err != nil {
		return nil, err
	}
	parts, err := units(c)
	if err != nil {
		return nil, err
	}
	b, err := c.providers(c, people)
	if err != nil {
		return nil, err
	}
	if b.sender == nil {
		log.Warn("nobody is told of messages, letters and deadlines: notice-url is not set")
	}
	altinn, err := altinnOf(c)
	if err != nil {
		return nil, err
	}
	rights := access.New(s, definitions)
	messages := message.New(message.Config{
		Store: s, Sender: b.sender, BaseURL: c.BaseURL, Now: c.now, Log: log,
	})
	handovers := handover.New(handover.Config{
		Store: s, Catalogue: definitions, Access: rights, Messages: messages, Tokens: b.tokens,
		Locate: locate(c, definitions, listening, altinn), HTTP: noRedirects(deliverTime),
		Render: renderSubmission, Budget: c.DeliveryTime, OutboxWait: c.OutboxWait,
		Now: c.now, Log: log,
	})
	scanner, err := scannerOf(c)
	if err != nil {
		return nil, err
	}
	instances := instance.New(instance.Config{
		Store: s, Catalogue: definitions, Access: rights, Handover: handovers,
		Messages: messages, Now: c.now, PostalPlace: places, Units: parts,
		Scanner: scanner, Log: log,
	})
	sessions := login.New(login.Config{
		Store: s, Access: rights, Issuer: b.oidcIssuer, ClientID: b.oidcClientID, Ring: b.oidcKeys,
		BaseURL: c.BaseURL, ACR: c.OIDCACR,
		Synthetic: c.Mode == Development, HTTP: noRedirects(outsideTime), Now: c.now,
	})
	events := event.New(event.Config{
		Store: s, Catalogue: definitions, Access: rights, BaseURL: c.BaseURL,
		HTTP: event.NewClient(c.Mode == Development), Open: c.Mode == Development, Log: log,
	})
	p := &program{
		store: s, events: events, instances: instances, live: live.New(s, 0), log: log, watch: watch,
		handovers: handovers, keys: b.keys,
	}
	if people != nil {
		p.persons = people.Persons()
	}
	p.handler = web.New(web.Config{
		Instances: instances, Access: rights, Handover: handovers, Login: sessions,
		Events: events, Live: p.live, Themes: themes,
		API: api.New(api.Config{
			Instances: instances, Access: rights, Login: sessions, Events: events, Checker: b.checker,
			Exchange: b.exchange, Exchanged: b.exchanged,
			BaseURL: c.BaseURL, Rate: c.APIRate, Now: c.now, Log: log,
		}),
		BaseURL: c.BaseURL, Development: c.Mode == Development, Findings: watch.findings,
		Notices: b.outbox, Under: p.under(b, s), Now: c.now, Log: log,
		MaxRequests: c.MaxRequests, ClientTime: c.ClientTime, Busy: func() { p.turnedAway.Add(1) },
	})
	workers := river.NewWorkers()
	river.AddWorker(workers, &handover.Worker{Service: handovers})
	river.AddWorker(workers, &message.Worker{Service: messages})
	p.workers, err = s.NewWorkerClient(store.WorkerConfig{Workers: workers, Lease: c.WorkerLease})
	return p, err
}

// under gives the handlers that stand beside the pages, by path.
func (p *program) under(b *providers, s *store.Store) map[string]http.Handler {
	live, may := health(&p.ready, s.Ping)
	under := map[string]http.Handler{"/healthz": live, "/readyz": may}
	for path, h := range b.development {
		under[path] = h
	}
	return under
}

// fillCatalogue loads the definitions, puts them in force and, in development, seeds the people
// of the register that stands beside them.
func fillCatalogue(
	ctx context.Context, c Config, apps func() ([]catalogue.Folder, []app.Finding), s *store.Store,
	definitions *catalogue.Catalogue, log *slog.Logger,
) (*register.Register, []app.Finding, error) {
	folders, findings := apps()
	for _, f := range findings {
		log.Warn("app definition", "finding", f.String())
	}
	if err := definitions.Put(ctx, folders...); err != nil {
		return nil, nil, err
	}
	if c.Mode != Development || c.NoSeed {
		return nil, findings, nil
	}
	people, err := readRegister(folders)
	if err != nil {
		return nil, nil, err
	}
	return people, findings, people.Seed(ctx, s, time.Now())
}

// fillThemes puts the organisations' colours and logos in force. What is wrong with one is told, and its
// organisation's pages look as everybody's.
func fillThemes(c Config, themes *theme.Shelf, log *slog.Logger) []app.Finding {
	list, findings := c.themes()
	for _, f := range findings {
		log.Warn("theme", "finding", f.String())
	}
	themes.Put(list)
	return findings
}

// renderSubmission draws the PDF of what a delivery's source submitted.
func renderSubmission(
	d *app.Definition, source store.DeliverySource, receiver string,
) ([]byte, error) {
	in := form.Input{
		Data: map[string]core.Document{}, Elements: source.Content.Attachments,
		Instance: source.Instance, Owner: source.Owner, Language: source.Instance.Language,
		Now: *source.Instance.Submitted, ReadOnly: true,
	}
	for _, row := range source.Content.Documents {
		in.Data[row.Element.Type] = row.Document
	}
	return pdf.Submission(d, in, receiver)
}

// noRedirects gives a client that follows no redirect: a token or a case must not travel where
// configuration did not say.
func noRedirects(limit time.Duration) *http.Client {
	return &http.Client{
		Timeout: limit,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute},
	}
}

// locate tells where an app is reached: elsewhere as configured, else in this process at its own
// listening address, whatever the public address is.
func locate(
	c Config, definitions *catalogue.Catalogue, listening string, altinn *handover.Altinn,
) func(core.AppRef) handover.Target {
	return func(ref core.AppRef) handover.Target {
		switch t, ok := c.Targets[ref]; {
		case ok && t.altinn:
			return handover.Target{URL: t.address, Altinn: altinn}
		case ok:
			return handover.Target{URL: t.address, Audience: t.address + "/" + ref.String()}
		}
		if _, err := definitions.App(ref); err != nil {
			return handover.Target{}
		}
		return handover.Target{URL: "http://" + listening, Audience: c.BaseURL + "/" + ref.String()}
	}
}

// elsewhere tells whether another installation serves the app.
func (c Config) elsewhere(ref core.AppRef) bool {
	t, ok := c.Targets[ref]
	return ok && t.address != c.BaseURL
}

// tidyEvery is how often what nobody needs any more is removed.
const tidyEvery = time.Minute

// tidy removes drafts whose time is over, uploads that belong to nothing, lists that nobody reads any
// more, who was in a case long ago, sessions that are over and posts that were kept after them, until
// ctx ends. Any number of processes may do it beside each other.
func (p *program) tidy(ctx context.Context) {
	ticker := time.NewTicker(tidyEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		_, err := p.store.CleanUploads(ctx)
		_, posts := p.store.CleanPosts(ctx)
		_, drafts := p.instances.ExpireDrafts(ctx)
		err = errors.Join(err, posts, drafts, p.store.CleanDrafts(ctx), p.store.CleanPicks(ctx),
			p.store.ForgetLostWords(ctx), p.store.CleanPresence(ctx), p.store.CleanBulks(ctx),
			p.store.CleanSteps(ctx),
			p.store.CleanSubscriptionAttempts(ctx, event.AttemptsKept),
			p.store.CleanSessions(ctx, login.Idle, login.Absolute))
		if err != nil && ctx.Err() == nil {
			p.log.Error("tidy", "err", err)
		}
	}
}

// greet tells where the server is, and in development who can sign in.
func (p *program) greet(out io.Writer, c Config) {
	fmt.Fprintf(out, "\nStafett is ready: %s\n", c.BaseURL)
	if len(p.persons) == 0 {
		return
	}
	fmt.Fprintln(out, "\nMade-up people to sign in as:")
	for _, person := range p.persons {
		fmt.Fprintf(out, "  %s  %-16s %s\n", person.Number, person.Name, person.Note["en"])
	}
	fmt.Fprintln(out, "\nCtrl-C stops it.")
}
