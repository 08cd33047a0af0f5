package app_test

import (
	"testing"

	"stafett/apps"
	"stafett/internal/app"
)

// BenchmarkLoadAndCheck loads and checks every example app: what `stafett check` does, and what a
// change in development waits for.
func BenchmarkLoadAndCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		defs, found := app.LoadAll(apps.FS)
		if found = append(found, app.Check(defs)...); app.HasErrors(found) || len(defs) == 0 {
			b.Fatalf("%d apps, %v", len(defs), found)
		}
	}
}
