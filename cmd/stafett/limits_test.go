package main

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// withSetting reads the configuration with one setting given in the environment.
func withSetting(name, value string) (Config, error) {
	c, _, err := ReadConfig("serve", nil, func(env string) string {
		if env == "STAFETT_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")) {
			return value
		}
		return ""
	}, io.Discard)
	return c, err
}

func TestConfig_LimitsHaveDefaultsAndBounds(t *testing.T) {
	t.Parallel()
	c, err := withSetting("", "")
	want := Limits{
		MaxRequests: 64, ClientTime: 30 * time.Second, DBConnections: 20, DBWait: 1500 * time.Millisecond,
		StatementTimeout: 10 * time.Second, LockTimeout: 5 * time.Second,
		IdleTransactionTimeout: 15 * time.Second,
	}
	if err != nil || c.Limits != want {
		t.Errorf("got %+v, %v, want %+v", c.Limits, err, want)
	}
	if o := c.Limits.options(); o.MaxConns != 20 || o.AcquireTimeout != want.DBWait ||
		o.StatementTimeout != want.StatementTimeout || o.LockTimeout != want.LockTimeout ||
		o.IdleInTransaction != want.IdleTransactionTimeout {
		t.Errorf("the store gets %+v", o)
	}
	tests := map[string][2]string{ // what is taken, and what is not
		"max-requests": {"1", "0"}, "db-connections": {"4", "3"}, "client-time": {"1s", "999ms"},
		"db-wait": {"100ms", "0"}, "statement-timeout": {"1m", "1h"}, "lock-timeout": {"1s", "ja"},
		"idle-transaction-timeout": {"1s", "1ms"}, "log-format": {"json", "xml"},
		"failpoint": {"marked:2", "marked"},
	}
	for name, values := range tests {
		if _, err := withSetting(name, values[0]); err != nil {
			t.Errorf("%s=%s: %v", name, values[0], err)
		}
		if _, err := withSetting(name, values[1]); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s is taken, or the line does not name it: %v", name, values[1], err)
		}
	}
	t.Logf("checked %d settings", len(tests))
}

func TestConfig_ProductionDoesNotDieOnPurpose(t *testing.T) {
	t.Parallel()
	c := Config{Addr: "127.0.0.1:1", Mode: Production, OIDCACR: "idporten-loa-high", Failpoint: "marked:1"}
	if err := c.Check(); err == nil || !strings.HasPrefix(err.Error(), "failpoint: ") {
		t.Errorf("production takes a failpoint: %v", err)
	}
}

func TestLog_IsStructured(t *testing.T) {
	t.Parallel()
	c, err := withSetting("log-format", "json")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := newLog(c).Handler().(*slog.JSONHandler); !ok {
		t.Errorf("log-format=json logs by %T", newLog(c).Handler())
	}
}
