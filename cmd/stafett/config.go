package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/register"
	"stafett/store"
)

// The modes.
const (
	Development = "development"
	Production  = "production"
)

// Config is every setting, read from the environment and then from flags. This file is the only
// place that reads them.
type Config struct {
	Addr, OpsAddr, BaseURL, Mode string
	DatabaseURL, DataDir         string
	ServeRole                    string
	Apps                         []string
	PostgresBin                  string
	OIDCIssuer, OIDCClientID     string
	OIDCKeyFile, OIDCACR         string
	MaskinportenIssuer           string
	MaskinportenClientID         string
	MaskinportenKeyFile          string
	ExchangeKeyFile              string
	// DeliveryTime is how long a delivery is tried, WorkerLease how long a process may be silent
	// before others take its jobs over.
	DeliveryTime, WorkerLease time.Duration
	// StopDelay is how long a process that stops still takes requests, while it says that it is not
	// ready.
	StopDelay time.Duration
	// OutboxWait is how long what a caseworker writes can be stopped.
	OutboxWait time.Duration
	// APIRate is how many API calls each client may make in a minute; 0 is any number.
	APIRate int
	Limits
	Targets                       map[core.AppRef]target
	AltinnPlatform, AltinnKeyFile string
	NoticeURL, NoticeKeyFile      string
	// Clamd is the address of the virus scanner; empty for none.
	Clamd                          string
	LogLevel                       slog.Level
	LogJSON                        bool
	AllowRemoteDevelopment, NoSeed bool
	// Failpoint is where the process is to die, for the crash test; empty for nowhere.
	Failpoint string
	// own are the values of the command's own settings.
	own map[string]string
	// allowUnsafe lets tests use a database that does not wait for its disk.
	allowUnsafe bool
	// now and providers let a test put its own clock, sign-in and issuer of tokens in place.
	now       func() time.Time
	providers func(Config, *register.Register) (*providers, error)
	// load reads a folder's apps, and lookEvery is how often the folders are looked at for changes:
	// tests lend what was read before, and look seldom where nothing changes.
	load      func(fs.FS) ([]*app.Definition, []app.Finding)
	lookEvery time.Duration
	// logTo lets a test read the log; nil is standard error.
	logTo io.Writer
}

// usageError is a setting that is wrong or missing: exit code 2.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// roleName is what a database role may be called.
var roleName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// setting is one row of the table of settings: a flag, and an environment variable of the same
// name in capitals behind STAFETT_.
type setting struct {
	name, value, about string
}

var settings = []setting{
	{"addr", "127.0.0.1:8080", "address to listen on"},
	{"ops-addr", "127.0.0.1:0", "address of the operations listener (metrics)"},
	{"base-url", "", "public address; default http://<addr>"},
	{"mode", Development, "development or production"},
	{"database-url", "", "PostgreSQL; default: one of our own in the data folder"},
	{"serve-role", store.ServingRole, "database role that servers work as: migrate makes it, development" +
		" takes it on"},
	{"data-dir", ".data", "folder for keys and for a database of our own"},
	{"apps", "", "comma-separated list of folders with app definitions; default: apps, else the built-in ones"},
	{"postgres-bin", "", "folder with initdb and postgres for a database of our own"},
	{"oidc-issuer", "", "OpenID provider; default: the development one"},
	{"oidc-client-id", "", "client id at the OpenID provider"},
	{"oidc-client-key-file", "", "private key (PEM) of the OpenID client"},
	{"oidc-acr", "idporten-loa-substantial", "least assurance to take"},
	{"maskinporten-issuer", "", "issuer of organisation tokens; default: the development one"},
	{"maskinporten-client-id", "", "client id at the issuer"},
	{"maskinporten-key-file", "", "private key (PEM) of the client"},
	{"exchange-key-file", "", "private key (PEM) that exchanged tokens are signed with; without it " +
		"production has no token exchange"},
	{"api-rate", "60000", "API calls that each client may make in a minute; 0 is any number"},
	{"delivery-time", "168h", "how long a delivery is tried before it waits for a person"},
	{"outbox-wait", "", "how long what a caseworker writes waits, and can be stopped, before it is sent;" +
		" default: 10m in production mode, else 0s"},
	{"worker-lease", "8s", "how long a process may be silent before others take its jobs over; 2s to 20s"},
	{"stop-delay", "", "how long a process that stops still takes requests while it is not ready, so that" +
		" a proxy sees it; default 0s, in production 5s"},
	{"targets", "", "apps that run elsewhere: org/app=https://…, comma-separated; altinn+https://… for one" +
		" in a real Altinn 3 environment"},
	{"altinn-platform", "https://platform.altinn.no", "that environment's platform"},
	{"altinn-key-file", "", "file with the subscription key of that platform"},
	{"notice-url", "", "gateway that sends notices by e-mail and text message; development without one" +
		" writes files"},
	{"notice-key-file", "", "file with the key that the gateway asks for"},
	{"clamd", "", "virus scanner that sees each file before it is kept: host:port or a unix socket of clamd;" +
		" default: none"},
	{"max-requests", "64", "requests that are worked on at once; further ones wait a moment, then get 503"},
	{"client-time", "30s", "how long a client may take over each 16 kB; 1s to 10m"},
	{"db-connections", "20", "most database connections of this process"},
	{"db-wait", "1500ms", "how long to wait for a free one before 503; 100ms to 30s"},
	{"statement-timeout", "10s", "longest that one statement may run; 100ms to 10m"},
	{"lock-timeout", "5s", "longest that a statement may wait for a lock; 100ms to 10m"},
	{"idle-transaction-timeout", "15s", "longest that a transaction may stand still; 1s to 10m"},
	{"log", "info", "debug, info, warn or error"},
	{"log-format", formatText, "text or json"},
	{"allow-remote-development", "", "1: let development mode listen on other addresses than loopback"},
	{"no-seed", "", "1: add no people and organisations at the first start"},
	{"failpoint", "", "name:n: die the nth time that this place in the code is passed; not in production mode"},
}

// ownSettings are flags of one command only, without an environment variable.
var ownSettings = map[string][]setting{
	"check": {
		{"format", formatText, "text, json or sarif"},
		{"app", "", "comma-separated list of org/app: tell of these only"},
	},
	"try": {
		{"format", formatText, "text or json"},
		{"app", "", "comma-separated list of org/app: play the scenarios of these only"},
		{"watch", off, "play them again whenever a file changes"},
	},
	"new": {
		{"dir", "apps", "folder that the app is put in, at <org>/<app>"},
		{"kind", "form", "form: people fill it in; case: an organisation handles it"},
	},
	"seed": {
		{"cases", "0", "also add cases of made-up people until there are so many; not in production mode"},
		{"seed", "1", "number that the made-up cases are drawn by"},
	},
	"audit": {
		{"from", "", "verify from this seal on; default: the first"},
		{"to", "", "verify up to this seal; default: the newest"},
		{"head", "", "an outside copy of a seal, as audit head prints it, that must still be there"},
	},
	"decide": {
		{"policy", "", "the policy, or a set of them; - is standard input"},
		{"request", "", "the request, in XACML's XML or its JSON profile; - is standard input"},
		{"strict", off, "all AnyOf of a rule must fit, as by the standard; Altinn, and so this program," +
			" takes those of one category as alternatives"},
	},
	"keys": {
		{"in", "24h", "publish: how long until the key signs; let everyone's cache have it first"},
	},
	"graph": {
		{"format", formatSVG, "svg, text, dot or html"},
		{"lang", "nb", "nb, nn or en"},
	},
	"explain": {
		{"format", formatText, "text or json"},
		{"lang", "nb", "nb, nn or en"},
		{"role", "", "ask about this role only: a role code, org:<code> or nobody"},
		{"action", "", "ask about this action only"},
		{"task", "", "ask about this task or end event only"},
	},
}

// productionStopDelay is longer than a proxy takes to see that a process is not ready.
const productionStopDelay = 5 * time.Second

// off is the default of a setting that is a switch: naming it turns it on.
const off = "false"

// ReadConfig reads the settings of a command; what is left of the arguments is given back.
func ReadConfig(
	command string, args []string, getenv func(string) string, out io.Writer,
) (Config, []string, error) {
	flags := flag.NewFlagSet("stafett "+command, flag.ContinueOnError)
	flags.SetOutput(out)
	values := map[string]*string{}
	for _, s := range settings {
		value := s.value
		env := "STAFETT_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
		if v := getenv(env); v != "" {
			value = v
		}
		values[s.name] = flags.String(s.name, value, s.about+" ("+env+")")
	}
	own := map[string]*string{}
	for _, s := range ownSettings[command] {
		own[s.name] = flags.String(s.name, s.value, s.about)
		if s.value == off {
			flags.Lookup(s.name).Value = &switchValue{own[s.name]}
		}
	}
	rest, err := parseFlags(flags, args)
	if err != nil {
		return Config{}, nil, err
	}
	c, err := newConfig(func(name string) string { return *values[name] })
	if err != nil {
		return c, nil, err
	}
	c.own = map[string]string{}
	for name, value := range own {
		c.own[name] = *value
	}
	return c, rest, c.Check()
}

// switchValue is the value of a switch.
type switchValue struct{ text *string }

func (v *switchValue) Set(text string) error {
	on, err := strconv.ParseBool(text)
	*v.text = strconv.FormatBool(on)
	return err
}

func (v *switchValue) String() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// IsBoolFlag lets the switch stand without a value.
func (v *switchValue) IsBoolFlag() bool { return true }

// parseFlags takes flags before, between and after the arguments, which it gives back.
func parseFlags(flags *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		err := flags.Parse(args)
		if err == flag.ErrHelp {
			return nil, err
		}
		if err != nil {
			return nil, &usageError{err.Error()}
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}

func newConfig(get func(string) string) (Config, error) {
	c := Config{
		now: time.Now, providers: newProviders,
		Addr: get("addr"), OpsAddr: get("ops-addr"), BaseURL: strings.TrimSuffix(get("base-url"), "/"),
		Mode: get("mode"), DatabaseURL: get("database-url"), DataDir: get("data-dir"),
		ServeRole:   cmp.Or(get("serve-role"), store.ServingRole),
		PostgresBin: get("postgres-bin"), OIDCIssuer: get("oidc-issuer"),
		OIDCClientID: get("oidc-client-id"), OIDCKeyFile: get("oidc-client-key-file"),
		OIDCACR: get("oidc-acr"), MaskinportenIssuer: get("maskinporten-issuer"),
		MaskinportenClientID: get("maskinporten-client-id"),
		MaskinportenKeyFile:  get("maskinporten-key-file"),
		ExchangeKeyFile:      get("exchange-key-file"),
		AltinnPlatform:       strings.TrimSuffix(get("altinn-platform"), "/"),
		AltinnKeyFile:        get("altinn-key-file"),
		NoticeURL:            get("notice-url"), NoticeKeyFile: get("notice-key-file"),
		Clamd:                  get("clamd"),
		AllowRemoteDevelopment: get("allow-remote-development") == "1",
		NoSeed:                 get("no-seed") == "1",
		Failpoint:              get("failpoint"),
	}
	for folder := range strings.SplitSeq(get("apps"), ",") {
		if folder = strings.TrimSpace(folder); folder != "" {
			c.Apps = append(c.Apps, folder)
		}
	}
	if rate := get("api-rate"); rate != "" {
		var err error
		if c.APIRate, err = strconv.Atoi(rate); err != nil || c.APIRate < 0 {
			return c, &usageError{"api-rate: must be a number of calls in a minute"}
		}
	}
	if !roleName.MatchString(c.ServeRole) {
		return c, &usageError{"serve-role: must be a plain name: small letters, digits and _"}
	}
	if err := errors.Join(c.readTimes(get), c.readLimits(get)); err != nil {
		return c, err
	}
	if err := c.LogLevel.UnmarshalText([]byte(get("log"))); err != nil {
		return c, &usageError{"log: must be debug, info, warn or error"}
	}
	var err error
	c.Targets, err = readTargets(get("targets"))
	return c, err
}

// readTimes reads the settings that are lengths of time.
func (c *Config) readTimes(get func(string) string) error {
	if c.Mode == Production {
		c.StopDelay, c.OutboxWait = productionStopDelay, 10*time.Minute
	}
	for _, t := range []struct {
		name        string
		least, most time.Duration
		into        *time.Duration
	}{
		{"delivery-time", time.Minute, 90 * 24 * time.Hour, &c.DeliveryTime},
		{"worker-lease", 2 * time.Second, 20 * time.Second, &c.WorkerLease},
		{"stop-delay", 0, time.Minute, &c.StopDelay},
		{"client-time", time.Second, 10 * time.Minute, &c.ClientTime},
		{"db-wait", 100 * time.Millisecond, 30 * time.Second, &c.DBWait},
		{"statement-timeout", 100 * time.Millisecond, 10 * time.Minute, &c.StatementTimeout},
		{"lock-timeout", 100 * time.Millisecond, 10 * time.Minute, &c.LockTimeout},
		{"idle-transaction-timeout", time.Second, 10 * time.Minute, &c.IdleTransactionTimeout},
		{"outbox-wait", 0, time.Hour, &c.OutboxWait},
	} {
		value := get(t.name)
		if value == "" {
			continue
		}
		d, err := time.ParseDuration(value)
		if err != nil || d < t.least || d > t.most {
			return &usageError{fmt.Sprintf("%s: must be a time such as %s, from %s to %s", t.name, t.least,
				t.least, t.most)}
		}
		*t.into = d
	}
	return nil
}

// target is where an app runs that runs elsewhere; altinn tells that it does so in a real Altinn 3
// environment.
type target struct {
	address string
	altinn  bool
}

func readTargets(list string) (map[core.AppRef]target, error) {
	targets := map[core.AppRef]target{}
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		name, address, ok := strings.Cut(entry, "=")
		org, app, ok2 := strings.Cut(name, "/")
		address, altinn := strings.CutPrefix(address, "altinn+")
		u, err := url.Parse(address)
		if !ok || !ok2 || err != nil || u.Host == "" {
			return nil, &usageError{fmt.Sprintf("targets: %q is not org/app=https://…", entry)}
		}
		targets[core.AppRef{Org: org, App: app}] = target{strings.TrimSuffix(address, "/"), altinn}
	}
	return targets, nil
}

// Check refuses settings that do not fit together, with a line that says which.
func (c Config) Check() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return &usageError{"addr: must be host:port"}
	}
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Path != "" {
			return &usageError{"base-url: must be an address such as https://skjema.example.no"}
		}
	}
	if c.NoticeURL != "" {
		if u, err := url.Parse(c.NoticeURL); err != nil || u.Host == "" {
			return &usageError{"notice-url: must be an address such as https://varsel.example.no/send"}
		}
		if c.Mode == Production && !strings.HasPrefix(c.NoticeURL, "https://") {
			return &usageError{"notice-url: must begin with https:// in production mode"}
		}
	}
	if _, err := scannerOf(c); err != nil {
		return err
	}
	if u, err := url.Parse(c.AltinnPlatform); c.AltinnPlatform != "" && (err != nil || u.Host == "") {
		return &usageError{"altinn-platform: must be an address such as https://platform.altinn.no"}
	}
	if c.OIDCACR != "idporten-loa-substantial" && c.OIDCACR != "idporten-loa-high" {
		return &usageError{"oidc-acr: must be idporten-loa-substantial or idporten-loa-high"}
	}
	if c.Failpoint != "" {
		if _, _, err := failpoint.Parse(c.Failpoint); err != nil {
			return &usageError{"failpoint: " + err.Error()}
		}
	}
	switch c.Mode {
	case Development:
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) &&
			c.OIDCIssuer == "" && !c.AllowRemoteDevelopment {
			return &usageError{"addr: development sign-in lets anyone in as anyone, so it listens on" +
				" loopback only; set allow-remote-development=1 if you mean it"}
		}
		return nil
	case Production:
		return c.checkProduction()
	}
	return &usageError{"mode: must be development or production"}
}

// checkProduction refuses every development part: own database, own sign-in, own token issuer.
func (c Config) checkProduction() error {
	if c.Failpoint != "" {
		return &usageError{"failpoint: a server in production mode does not die on purpose"}
	}
	for name, value := range map[string]string{
		"base-url": c.BaseURL, "database-url": c.DatabaseURL, "oidc-issuer": c.OIDCIssuer,
		"oidc-client-id": c.OIDCClientID, "oidc-client-key-file": c.OIDCKeyFile,
		"maskinporten-issuer":    c.MaskinportenIssuer,
		"maskinporten-client-id": c.MaskinportenClientID,
		"maskinporten-key-file":  c.MaskinportenKeyFile,
	} {
		if value == "" {
			return &usageError{name + ": must be set in production mode"}
		}
	}
	for name, value := range map[string]string{
		"base-url": c.BaseURL, "oidc-issuer": c.OIDCIssuer, "maskinporten-issuer": c.MaskinportenIssuer,
	} {
		if !strings.HasPrefix(value, "https://") {
			return &usageError{name + ": must begin with https:// in production mode"}
		}
		if strings.Contains(value, "/dev/") {
			return &usageError{name + ": a development provider is refused in production mode"}
		}
	}
	return nil
}
