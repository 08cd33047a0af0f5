package main

import (
	"os"
	"path/filepath"
	"testing"

	"stafett/internal/message"
)

// TestConfig_NoticeGatewayIsAnAddress holds which gateways are taken, and who carries notices then.
func TestConfig_NoticeGatewayIsAnAddress(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("hemmelig\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := Config{Addr: "127.0.0.1:1", Mode: Development, OIDCACR: "idporten-loa-high"}
	for url, good := range map[string]bool{
		"": true, "https://varsel.example/send": true, "http://127.0.0.1:9/": true, "varsel": false,
	} {
		c := base
		c.NoticeURL = url
		if err := c.Check(); (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
	insecure := base
	insecure.Mode, insecure.NoticeURL = Production, "http://varsel.example"
	if err := insecure.Check(); err == nil || err.Error() !=
		"notice-url: must begin with https:// in production mode" {
		t.Errorf("production takes %v", err)
	}
	for name, c := range map[string]Config{
		"files":   {Mode: Development, DataDir: t.TempDir()},
		"gateway": {Mode: Production, NoticeURL: "https://varsel.example", NoticeKeyFile: key},
		"none":    {Mode: Production},
	} {
		var p providers
		if err := p.notices(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, gateway := p.sender.(*message.Gateway)
		if gateway != (name == "gateway") || (p.outbox != nil) != (name == "files") ||
			(p.sender == nil) != (name == "none") {
			t.Errorf("%s: sender %T", name, p.sender)
		}
	}
	var p providers
	if err := p.notices(Config{NoticeURL: "https://varsel.example", NoticeKeyFile: key + "x"}); err == nil {
		t.Error("a key that is not there is taken")
	}
}
