package theme

import (
	"errors"
	"strings"
	"testing"
)

const plainDrawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 40"><path fill="#0b5d66" d="M2 2h32v20z"></path></svg>`

func TestReadDrawing_TakesWhatDraws(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ svg, want string }{
		"as it is": {plainDrawing, plainDrawing},
		"declaration, comment, title, metadata and size are left out": {`<?xml version="1.0" encoding="UTF-8"?>
			<svg version="1.1" width="360" height="400" viewBox="0 0 36 40" xmlns:x="urn:x">
			<!-- drawn by hand --><title>A & B</title><metadata><x:y z="1">t<script>1</script></x:y></metadata>
			<path fill="#0b5d66" d="M2 2h32v20z"/></svg>`, plainDrawing},
		"own parts": {`<svg viewBox="0,0,10,10"><defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/>` +
			`</linearGradient></defs><g transform="rotate(4 2 2)"><rect fill="url(#a)" width="3" height="4"/></g></svg>`,
			`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0,0,10,10"><defs><linearGradient id="a">` +
				`<stop offset="0" stop-color="#fff"></stop></linearGradient></defs><g transform="rotate(4 2 2)">` +
				`<rect fill="url(#a)" width="3" height="4"></rect></g></svg>`},
	} {
		c.svg = strings.Replace(c.svg, "A & B", "A &amp; B", 1)
		d, err := ReadDrawing([]byte(c.svg))
		if got := strings.NewReplacer("\n", "", "\t", "").Replace(string(d.SVG)); err != nil || got != c.want {
			t.Errorf("%s:\ngot  %s, %v\nwant %s", name, got, err, c.want)
		}
		if d.Width == 0 || d.Height == 0 {
			t.Errorf("%s: is %g by %g", name, d.Width, d.Height)
		}
	}
}

// drawing is a drawing with something in it, in its third line.
func drawing(inside string) string {
	return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 36 40\">\n<g>\n" + inside + "\n</g>\n</svg>"
}

var refusedDrawings = map[string]struct {
	svg, want string
	line      int
}{
	"script":         {drawing(`<script>alert(1)</script>`), "the element script may not stand", 3},
	"foreign object": {drawing(`<foreignObject/>`), "the element foreignObject may not stand", 3},
	"style":          {drawing(`<style>@import "x"</style>`), "the element style may not stand", 3},
	"image":          {drawing(`<image href="https://x.example/a.png"/>`), "the element image may not stand", 3},
	"use":            {drawing(`<use href="#a"/>`), "the element use may not stand", 3},
	"link":           {drawing(`<a href="javascript:alert(1)"/>`), "the element a may not stand", 3},
	"animation":      {drawing(`<animate/>`), "the element animate may not stand", 3},
	"text element":   {drawing(`<text>Nordvik</text>`), "the element text may not stand", 3},
	"other space":    {drawing(`<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>`), "the element x:script may not", 3},
	"turned space":   {drawing(`<g xmlns="http://www.w3.org/1999/xhtml"/>`), "the elements must be SVG's own", 3},
	"handler":        {drawing(`<path onload="alert(1)"/>`), "the attribute onload may not stand", 3},
	"style attr":     {drawing(`<path style="fill:red"/>`), "the attribute style may not stand", 3},
	"class":          {drawing(`<path class="a"/>`), "the attribute class may not stand", 3},
	"href":           {drawing(`<linearGradient href="#a"/>`), "the attribute href may not stand", 3},
	"xlink":          {drawing(`<linearGradient xlink:href="x"/>`), "the attribute xlink:href may not stand", 3},
	"reference":      {drawing(`<path fill="url(https://x.example/a)"/>`), "refer to its own parts alone", 3},
	"quoted":         {drawing(`<path fill="url('#a')"/>`), "refer to its own parts alone", 3},
	"escaped":        {drawing(`<path fill="\75rl(#a)"/>`), "refer to its own parts alone", 3},
	"entity in it":   {drawing(`<path fill="u&#114;l(//x.example)"/>`), "refer to its own parts alone", 3},
	"fallback":       {drawing(`<path fill="url(#a) url(x)"/>`), "refer to its own parts alone", 3},
	"text":           {drawing(`Nordvik`), "text is not drawn", 4},
	"id twice":       {drawing(`<g id="a"/><g id="a"/>`), `the id "a" stands twice`, 3},
	"doctype":        {"<!DOCTYPE svg [<!ENTITY a \"b\">]>\n" + plainDrawing, "a declaration (<!…>) may not", 1},
	"instruction":    {"<?xml-stylesheet href=\"a\"?>" + plainDrawing, "<?xml-stylesheet …?>", 1},
	"entity":         {drawing(`<path d="&a;"/>`), "not XML", 3},
	"not XML":        {"PNG", "text is not drawn", 1},
	"nothing":        {"", "there is no whole svg element", 1},
	"cut off":        {plainDrawing[:len(plainDrawing)-6], "there is no whole svg element", 1},
	"crossed":        {drawing(`<g></path>`), "</path> ends nothing", 3},
	"two":            {plainDrawing + plainDrawing, "there must be one svg element", 1},
	"svg in svg":     {drawing(`<svg/>`), "there must be one svg element", 3},
	"another root":   {`<g/>`, "there must be one svg element", 1},
	"title as root":  {`<title/>`, "there must be one svg element", 1},
	"no box":         {`<svg/>`, "the svg element needs a viewBox", 1},
	"bad box":        {`<svg viewBox="0 0 10"/>`, "viewBox must be four numbers", 1},
	"no number":      {`<svg viewBox="0 0 NaN 10"/>`, "viewBox must be four numbers", 1},
	"huge box":       {`<svg viewBox="0 0 1e99 1e99"/>`, "viewBox must be four numbers", 1},
	"too wide":       {`<svg viewBox="0 0 40 10"/>`, "a logo is from half as wide as it is high", 1},
	"too tall":       {`<svg viewBox="0 0 10 21"/>`, "a logo is from half as wide as it is high", 1},
	"too deep":       {drawing(strings.Repeat("<g>", 40)), "elements stand 33 deep", 3},
	"too large":      {plainDrawing + strings.Repeat(" ", MaxLogo), "a logo may have 8192 bytes", 0},
}

func TestReadDrawing_RefusesAllElse(t *testing.T) {
	t.Parallel()
	for name, c := range refusedDrawings {
		d, err := ReadDrawing([]byte(c.svg))
		wrong, ok := errors.AsType[*DrawingError](err)
		if !ok || !strings.Contains(wrong.Reason, c.want) || wrong.Line != c.line || d.SVG != nil {
			t.Errorf("%s: got %v, want line %d: %s", name, err, c.line, c.want)
		}
	}
	t.Logf("checked %d drawings", len(refusedDrawings))
}

// FuzzReadDrawing: whatever comes, what is given reads as itself again, with nothing in it that could
// run or load.
func FuzzReadDrawing(f *testing.F) {
	f.Add([]byte(plainDrawing))
	for _, c := range refusedDrawings {
		f.Add([]byte(c.svg))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ReadDrawing(raw)
		if err != nil {
			wrong, ok := errors.AsType[*DrawingError](err)
			if !ok || wrong.Line < 0 || wrong.Reason == "" || d.SVG != nil {
				t.Errorf("got %#v, %v", d, err)
			}
			return
		}
		again, err := ReadDrawing(d.SVG)
		// What is written may be longer than what was read, by escapes.
		if err != nil && len(d.SVG) <= MaxLogo || err == nil && string(again.SVG) != string(d.SVG) {
			t.Errorf("%s\nreads as\n%s, %v", d.SVG, again.SVG, err)
		}
		for _, never := range []string{"<script", "<style", "<foreignObject", "<use", "<!", "<?", "&#0"} {
			if strings.Contains(string(d.SVG), never) {
				t.Errorf("%q stands in %s", never, d.SVG)
			}
		}
		l := NewLogo(d, nil, nil)
		if l.Width < 1 || l.Width > logoWidth || l.Height < 1 || l.Height > logoHeight {
			t.Errorf("is shown as %d by %d", l.Width, l.Height)
		}
	})
}
