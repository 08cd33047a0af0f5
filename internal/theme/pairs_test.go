package theme

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const designSystem = "../../node_modules/@digdir/designsystemet-css/dist/"

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// system gives the design system's own colours of a scheme.
func system(t *testing.T, scheme Scheme) Shades {
	t.Helper()
	css := read(t, designSystem+"theme/designsystemet.css")
	_, block, ok := strings.Cut(css, "[data-color-scheme="+string(scheme)+"]{")
	if !ok {
		t.Fatalf("the design system has no colours for %s", scheme)
	}
	block, _, _ = strings.Cut(block, "}")
	out := Shades{}
	for _, m := range regexp.MustCompile(`--ds-color-([a-z0-9-]+):#([0-9a-f]+)`).FindAllStringSubmatch(block, -1) {
		hex := m[2]
		if len(hex) == 3 {
			hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
		}
		out[m[1]] = color(t, "#"+hex)
	}
	return out
}

// TestShades_AreOfTheDesignSystem: what the accent meets is what the design system has, and its own
// accent is as light as what we derive from it.
func TestShades_AreOfTheDesignSystem(t *testing.T) {
	t.Parallel()
	n := 0
	for _, scheme := range []Scheme{Light, Dark} {
		own := system(t, scheme)
		got := ShadesOf(scheme, own["accent-base-default"])
		for name, c := range own {
			mine, has := got[name]
			if !has {
				if strings.HasPrefix(name, "accent-") {
					t.Errorf("%s: %s is not derived", scheme, name)
				}
				continue
			}
			n++
			if _, fixed := neutral[scheme][name]; fixed && mine != c {
				t.Errorf("%s: %s is %v, and the design system has %v", scheme, name, mine, c)
			}
			if off := (mine.Luminance() + flare) / (c.Luminance() + flare); off < .8 || off > 1.25 {
				t.Errorf("%s: %s is %v, far from the design system's %v", scheme, name, mine, c)
			}
		}
		if n < 20 {
			t.Errorf("%s: only %d shades were compared", scheme, n)
		}
	}
	if got, want := DarkOf(system(t, Light)["accent-base-default"]), system(t, Dark)["accent-base-default"]; got != want {
		t.Errorf("the accent in dark: got %v, want the design system's %v", got, want)
	}
	t.Logf("compared %d shades", n)
}

// TestPairs_HaveEveryShadeInUse looks through the style sheets: a shade of the accent that comes into
// use is held to its contrast, or is said to be decoration.
func TestPairs_HaveEveryShadeInUse(t *testing.T) {
	t.Parallel()
	decoration := map[string]string{
		"accent-border-subtle": "a line between things that are told apart by more, or round a surface",
	}
	sheets, err := filepath.Glob("../../static/css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]string{}
	shade := regexp.MustCompile(`var\(--ds-color-(?:accent-)?((?:background|surface|border|text|base)-[a-z-]+)`)
	for _, sheet := range append(sheets, designSystem+"src/index.css") {
		for _, m := range shade.FindAllStringSubmatch(read(t, sheet), -1) {
			used["accent-"+m[1]] = sheet
		}
	}
	held := map[string]bool{}
	for _, p := range pairs {
		held[p.front], held[p.back] = true, true
		for _, scheme := range []Scheme{Light, Dark} {
			shades := ShadesOf(scheme, color(t, "#0062ba"))
			for _, name := range []string{p.front, p.back} {
				if _, ok := shades[name]; !ok {
					t.Errorf("%s: there is no shade %s", scheme, name)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if !held[name] && decoration[name] == "" {
			t.Errorf("%s, used in %s, stands in no pair", name, used[name])
		}
	}
	if len(used) < 14 || len(pairs) < 70 {
		t.Fatalf("found %d shades in use and %d pairs", len(used), len(pairs))
	}
	t.Logf("checked %d shades in use in %d style sheets, %d pairs", len(used), len(sheets)+1, len(pairs))
}

func TestCheck_TellsThePairAndTheNearestColour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme Scheme
		accent string
		want   string
	}{
		{Light, "#0b5d66", ""}, {Dark, "#62b3bd", ""}, {Light, "#000000", ""}, {Dark, "#ffffff", ""},
		{Light, "#ffd500", "in light, accent-base-default #ffd500 on neutral-surface-tinted #e8e8e9 has a contrast of " +
			"1.16:1 and needs 3:1 (and 7 pairs more); the nearest colour that would do is #9e8300"},
		{Dark, "#0b5d66", "in dark, accent-base-default #0b5d66 on neutral-surface-tinted #2c2e31 has a contrast of " +
			"1.79:1 and needs 3:1 (and 7 pairs more); the nearest colour that would do is #408087"},
	} {
		got := ""
		if p := Check(c.scheme, color(t, c.accent)); p != nil {
			got = p.String()
		}
		if got != c.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", c.scheme, c.accent, got, c.want)
		}
	}
}

// TestCheck_HoldsOfEveryColour tries colours all over: what is derived for dark always does, and the
// colour that is named does too.
func TestCheck_HoldsOfEveryColour(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, c := range grid() {
		if p := Check(Dark, DarkOf(c)); p != nil {
			t.Errorf("%v in dark, derived: %s", c, p)
		}
		for _, scheme := range []Scheme{Light, Dark} {
			p := Check(scheme, c)
			if p == nil {
				continue
			}
			refused++
			if again := Check(scheme, p.Nearest); again != nil {
				t.Errorf("%v: %s, which has the same wrong: %s", c, p, again)
			}
		}
	}
	if refused < 100 {
		t.Errorf("%d colours were refused, want those near the background in both schemes", refused)
	}
	t.Logf("tried %d colours in two schemes; %d were refused", len(grid()), refused)
}

// TestLacking_SeesTextToo: with the shades that we derive, text always has its contrast; with others it
// would not be passed over.
func TestLacking_SeesTextToo(t *testing.T) {
	t.Parallel()
	for name, front := range map[string]string{"accent-text-subtle": "#808080",
		"accent-base-contrast-default": "#0b5d60", "focus-outer": "#cccccc"} {
		s := ShadesOf(Light, color(t, "#0b5d66"))
		s[name] = color(t, front)
		if p := lacking(s); p == nil || p.Front != name {
			t.Errorf("%s: got %v", name, p)
		}
	}
}
