package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withAddress gives a copy of the example apps in which the event's address is an Address.
func withAddress(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, appA, "ui", "soknad", "layouts", "arrangement.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Data struct {
			Layout []map[string]any `json:"layout"`
		} `json:"data"`
	}
	if err := json.Unmarshal(raw, &page); err != nil {
		t.Fatal(err)
	}
	page.Data.Layout = slices.DeleteFunc(page.Data.Layout, func(c map[string]any) bool {
		return slices.Contains([]any{"arrangement-postnummer", "arrangement-sted"}, c["id"])
	})
	for _, c := range page.Data.Layout {
		if c["id"] == "arrangement-adresse" {
			c["type"], c["dataModelBindings"] = "Address", map[string]string{
				"address": "arrangement.adresse", "zipCode": "arrangement.postnummer",
				"postPlace": "arrangement.sted",
			}
		}
	}
	if raw, err = json.Marshal(page); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// The postal place is the register's, filled in when the page is saved, without scripting; for a
// postcode that the register does not have, people write it.
func TestAddress_ThePostalPlaceIsFilledIn(t *testing.T) {
	t.Parallel()
	address, _ := runningWith(t, t.TempDir(), map[string]string{"apps": withAddress(t)})
	b := signedIn(t, address, kari)
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.TrimSuffix(p.URL, "soker") + "arrangement"
	const zip, place = "arrangement.postnummer", "arrangement.sted"

	p = look(t, b, at)
	if !asks(p, place) {
		t.Fatalf("the place is not asked for before there is a postcode: %s", p.Main())
	}
	p = answer(t, b, p, map[string]string{zip: "9008"}, "go", "stay")
	if asks(p, place) || !strings.Contains(p.Main(), "PoststedTROMSØ") {
		t.Fatalf("the place is not filled in: %s", p.Main())
	}
	p = answer(t, b, p, map[string]string{zip: "1234"}, "go", "stay")
	if got := typed(t, p, place); got != "" {
		t.Errorf("the place of the postcode before stays: %q", got)
	}
	p = answer(t, b, p, map[string]string{place: "Langtvekk"}, "go", "stay")
	if got := typed(t, p, place); got != "Langtvekk" {
		t.Errorf("what was written is not kept: %q", got)
	}
}

func TestPostalPlaces_NoFileIsNoRegisterAndABadOneStopsTheStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := Config{Apps: []string{folder}}
	if place, err := postalPlaces(c); place != nil || err != nil {
		t.Errorf("without a file: got a register, or %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, postcodesFile),
		[]byte(`{"places": {"150": "OSLO"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := postalPlaces(c); err == nil || !strings.Contains(err.Error(), `"150"`) {
		t.Errorf("a bad file: got %v", err)
	}
}
