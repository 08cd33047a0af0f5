package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/devidp"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/message"
	"stafett/internal/orgtoken"
	"stafett/internal/register"
	"stafett/internal/scan"
	"stafett/static"
	"stafett/web/api"
)

// providers are sign-in and organisation tokens: real ones as configured, else the development
// ones that this process serves itself. What uses them cannot tell which.
type providers struct {
	oidcIssuer, oidcClientID string
	oidcKeys                 *orgtoken.Ring
	tokens                   func(org string) *orgtoken.Client
	checker                  *orgtoken.Checker
	// exchange trades organisation tokens for ours, which exchanged checks; nil without a key.
	exchange  *orgtoken.Exchange
	exchanged *orgtoken.Checker
	// keys are the files that the rings of keys are read from, again when they change.
	keys *keyFiles
	// sender carries notices out; nil when nothing does. outbox is the development one.
	sender message.Sender
	outbox *message.Outbox
	// development serves the development providers, by the path they stand under.
	development map[string]http.Handler
}

// The paths and names of the development providers.
const (
	devIDPorten     = "/dev/idporten"
	devMaskinporten = "/dev/maskinporten"
	devOIDCClient   = "stafett"
)

func newProviders(c Config, people *register.Register) (*providers, error) {
	p := &providers{development: map[string]http.Handler{}, keys: &keyFiles{}}
	if err := p.signIn(c, people); err != nil {
		return nil, err
	}
	if err := p.tokenExchange(c); err != nil {
		return nil, err
	}
	if err := p.notices(c); err != nil {
		return nil, err
	}
	return p, p.orgTokens(c, people)
}

// notices sets up who carries notices out: the configured gateway, else in development files in
// the data folder. Production without a gateway sends none.
func (p *providers) notices(c Config) error {
	switch {
	case c.NoticeURL != "":
		var key []byte
		if c.NoticeKeyFile != "" {
			var err error
			if key, err = os.ReadFile(c.NoticeKeyFile); err != nil {
				return fmt.Errorf("notice-key-file: %w", err)
			}
		}
		p.sender = message.NewGateway(c.NoticeURL, strings.TrimSpace(string(key)),
			noRedirects(outsideTime))
	case c.Mode == Development:
		p.outbox = message.NewOutbox(filepath.Join(c.DataDir, "notices"))
		p.sender = p.outbox
	}
	return nil
}

// scannerOf gives the configured virus scanner, else none.
func scannerOf(c Config) (instance.Scanner, error) {
	if c.Clamd == "" {
		return nil, nil
	}
	scanner, err := scan.New(c.Clamd, instance.MaxFile)
	if err != nil {
		return nil, &usageError{"clamd: " + err.Error()}
	}
	return scanner, nil
}

// tokenExchange sets up the exchange with the configured key, or in development with one of its
// own. Production without a key has no exchange.
func (p *providers) tokenExchange(c Config) error {
	var ring *orgtoken.Ring
	var err error
	switch {
	case c.ExchangeKeyFile != "":
		ring, err = p.keys.open(c.ExchangeKeyFile)
	case c.Mode == Development:
		ring, err = p.keys.openDevelopment(c.DataDir, "exchange")
	default:
		return nil
	}
	if err != nil {
		return err
	}
	issuer := c.BaseURL + api.ExchangeIssuer
	p.exchange, err = orgtoken.NewExchange(orgtoken.ExchangeConfig{
		Issuer: issuer, Audience: c.BaseURL, Ring: ring, Now: time.Now,
	})
	if err != nil {
		return err
	}
	p.exchanged, err = orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{
			Issuer: issuer, Ring: ring, Life: orgtoken.ExchangedLife,
		}},
		Now: time.Now,
	})
	return err
}

func (p *providers) signIn(c Config, people *register.Register) error {
	var err error
	if c.OIDCIssuer != "" {
		p.oidcIssuer, p.oidcClientID = c.OIDCIssuer, c.OIDCClientID
		p.oidcKeys, err = p.keys.open(c.OIDCKeyFile)
		return err
	}
	p.oidcIssuer, p.oidcClientID = c.BaseURL+devIDPorten, devOIDCClient
	if p.oidcKeys, err = p.keys.openDevelopment(c.DataDir, "oidc-client"); err != nil {
		return err
	}
	key, err := developmentKey(c.DataDir, "idporten")
	if err != nil {
		return err
	}
	idp, err := devidp.New(devidp.Config{
		Issuer: p.oidcIssuer, Key: key, Persons: persons(people), Now: time.Now,
		StylesheetURL: static.URL("app.css"),
		Clients: []devidp.Client{{
			ID: devOIDCClient, Ring: p.oidcKeys,
			RedirectURIs:           []string{c.BaseURL + "/auth/callback"},
			PostLogoutRedirectURIs: []string{c.BaseURL + "/"},
		}},
	})
	if err != nil {
		return err
	}
	p.development[devIDPorten] = http.StripPrefix(devIDPorten, idp.Handler())
	return nil
}

func persons(people *register.Register) []devidp.Person {
	if people == nil {
		return nil
	}
	var out []devidp.Person
	for _, p := range people.Persons() {
		out = append(out, devidp.Person{Number: core.PersonNumber(p.Number), Name: p.Name, Note: p.Note})
	}
	return out
}

func (p *providers) orgTokens(c Config, people *register.Register) error {
	if c.MaskinportenIssuer != "" {
		return p.realTokens(c)
	}
	issuer := developmentIssuer(c)
	ring, err := p.keys.openDevelopment(c.DataDir, "maskinporten")
	if err != nil {
		return err
	}
	clients, registered, err := developmentClients(c, people, issuer, p.keys)
	if err != nil {
		return err
	}
	served, err := orgtoken.NewIssuer(orgtoken.IssuerConfig{
		URL: issuer, Clients: registered, Ring: ring, Now: time.Now,
	})
	if err != nil {
		return err
	}
	p.development[devMaskinporten] = http.StripPrefix(devMaskinporten, served.Handler())
	p.tokens = func(org string) *orgtoken.Client { return clients[org] }
	p.checker, err = orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{
			Issuer: issuer, Ring: ring, Life: served.AccessLife,
		}},
		HTTP: noRedirects(outsideTime), Now: time.Now,
	})
	return err
}

// developmentIssuer is the development issuer's name: it ends with a slash, as Maskinporten's.
func developmentIssuer(c Config) string { return c.BaseURL + devMaskinporten + "/" }

// developmentClients gives each service owner of the register a token client with a key of its
// own, and what the development issuer must know of it.
func developmentClients(
	c Config, people *register.Register, issuer string, keys *keyFiles,
) (map[string]*orgtoken.Client, []orgtoken.Registration, error) {
	clients := map[string]*orgtoken.Client{}
	var registered []orgtoken.Registration
	if people == nil {
		return clients, nil, nil
	}
	for _, owner := range people.ServiceOwners() {
		ring, err := keys.openDevelopment(c.DataDir, "client-"+owner.Org)
		if err != nil {
			return nil, nil, err
		}
		registered = append(registered, orgtoken.Registration{
			ID: owner.Org, Organisation: owner.Number,
			Ring:   ring,
			Scopes: []string{access.ScopeRead, access.ScopeWrite, access.ScopeSubscribe},
		})
		clients[owner.Org], err = orgtoken.NewClient(orgtoken.ClientConfig{
			Issuer: issuer, ClientID: owner.Org, Ring: ring,
			HTTP: noRedirects(outsideTime), Now: time.Now,
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return clients, registered, nil
}

// realTokens uses a real issuer with the configured client, for every service owner here.
func (p *providers) realTokens(c Config) error {
	ring, err := p.keys.open(c.MaskinportenKeyFile)
	if err != nil {
		return err
	}
	client, err := orgtoken.NewClient(orgtoken.ClientConfig{
		Issuer: c.MaskinportenIssuer, ClientID: c.MaskinportenClientID, Ring: ring,
		HTTP: noRedirects(outsideTime), Now: time.Now,
	})
	if err != nil {
		return err
	}
	p.tokens = func(string) *orgtoken.Client { return client }
	p.checker, err = orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: c.MaskinportenIssuer}},
		HTTP:    noRedirects(outsideTime), Now: time.Now,
	})
	return err
}

// altinnOf gives the real Altinn 3 environment that targets may run in.
func altinnOf(c Config) (*handover.Altinn, error) {
	var key []byte
	if c.AltinnKeyFile != "" {
		var err error
		if key, err = os.ReadFile(c.AltinnKeyFile); err != nil {
			return nil, fmt.Errorf("altinn-key-file: %w", err)
		}
	}
	if c.AltinnPlatform == "" {
		return nil, nil
	}
	platform, err := orgtoken.NewPlatform(orgtoken.PlatformConfig{
		URL: c.AltinnPlatform, Key: orgtoken.Secret(strings.TrimSpace(string(key))),
		HTTP: noRedirects(outsideTime), Now: c.now,
	})
	return &handover.Altinn{Platform: platform}, err
}

// token prints a development organisation token for the running server, for curl:
// stafett token <org> <org/app> [scope].
func token(ctx context.Context, c Config, args []string, out io.Writer) error {
	if len(args) < 2 || len(args) > 3 {
		return &usageError{"token <org> <org/app> [scope], for example: token nordvik nordvik/stottesak"}
	}
	if c.Mode != Development || c.MaskinportenIssuer != "" {
		return &usageError{"token: only the development issuer gives tokens out like this"}
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://" + c.Addr
	}
	folders, _ := loadApps(c)
	people, err := readRegister(folders)
	if err != nil {
		return err
	}
	clients, _, err := developmentClients(c, people, developmentIssuer(c), &keyFiles{})
	if err != nil {
		return err
	}
	client := clients[args[0]]
	if client == nil {
		return &usageError{fmt.Sprintf("token: %q is no service owner here", args[0])}
	}
	scope := access.ScopeWrite
	if len(args) == 3 {
		scope = args[2]
	}
	t, err := client.Token(ctx, scope, c.BaseURL+"/"+args[1])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, t)
	return err
}
