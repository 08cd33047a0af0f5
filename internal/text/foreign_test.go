package text

import "testing"

// TestUX5_ATextInAnotherLanguageSaysSo: the mark goes on the element, or round the words, and never
// where none can stand.
func TestUX5_ATextInAnotherLanguageSaysSo(t *testing.T) {
	t.Parallel()
	nb := In("nb", "en", "Båt")
	for name, c := range map[string][2]string{
		"alone in its element":       {"<h1 id=\"a\">" + nb + "</h1>", `<h1 id="a" lang="nb">Båt</h1>`},
		"in a sentence":              {"<p>From " + nb + ".</p>", `<p>From <span lang="nb">Båt</span>.</p>`},
		"first of more":              {"<p>" + nb + " – x</p>", `<p><span lang="nb">Båt</span> – x</p>`},
		"before an element":          {"<label>" + nb + "<b>x</b></label>", `<label><span lang="nb">Båt</span><b>x</b></label>`},
		"after an element":           {"<br/>" + nb + "</p>", `<br/><span lang="nb">Båt</span></p>`},
		"in an attribute":            {`<a title="` + nb + `">x</a>`, `<a title="Båt">x</a>`},
		"the title of the page":      {"<title>" + nb + " – x</title>", "<title>Båt – x</title>"},
		"later in the title":         {"<title>Error: " + nb + " – x</title>", "<title>Error: Båt – x</title>"},
		"an option":                  {`<option value="1">` + nb + "</option>", `<option value="1" lang="nb">Båt</option>`},
		"an option with more":        {`<option value="1">` + nb + " (2)</option>", `<option value="1">Båt (2)</option>`},
		"in one that is marked":      {`<p lang="nn">` + nb + "</p>", `<p lang="nn"><span lang="nb">Båt</span></p>`},
		"two of them":                {"<p>" + nb + nb + "</p>", `<p><span lang="nb">Båt</span><span lang="nb">Båt</span></p>`},
		"what was typed, no end":     {"<p>" + tagBegin + "x</p><p>" + nb + "</p>", `<p>x</p><p lang="nb">Båt</p>`},
		"what was typed, over a tag": {"<p>" + tagBegin + "\U000E006E\U000E0062x</p><b>" + tagEnd + "</b>", "<p>x</p><b></b>"},
		"a flag is no mark":          {"<p>🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F</p>", "<p>🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F</p>"},
		"what is HTML":               {"<div id=\"a\">" + string(HTMLIn("nb", "en", "<p>Båt</p>")) + "</div>", `<div id="a" lang="nb"><p>Båt</p></div>`},
		"HTML after something":       {"<div>x" + string(HTMLIn("nb", "en", "<p>Båt</p>")) + "</div>", "<div>x<p>Båt</p></div>"},
		"no language":                {"<p>" + In(`n" x="`, "en", "Båt") + "</p>", "<p>Båt</p>"},
		"the reader's own":           {"<p>" + In("en", "en", "Boat") + "</p>", "<p>Boat</p>"},
		"what we say in those words": {"<p>" + In("nb", "nn", T("nn", "core.next")) + "</p>", "<p>" + T("nn", "core.next") + "</p>"},
	} {
		if got := string(WriteLanguages([]byte(c[0]))); got != c[1] {
			t.Errorf("%s: got %s, want %s", name, got, c[1])
		}
	}
	if got := Bare("From " + nb + "."); got != "From Båt." {
		t.Errorf("bare: got %q", got)
	}
	mark, rest := CutHTML(HTMLIn("nb", "en", "<p>Båt</p>"))
	if HTML(mark+rest) != HTMLIn("nb", "en", "<p>Båt</p>") || rest != "<p>Båt</p>" {
		t.Errorf("cut: got %q and %q", mark, rest)
	}
}

// TestResources_TellTheLanguageTheyAreFoundIn: a text is in the reader's language, else the nearest.
func TestResources_TellTheLanguageTheyAreFoundIn(t *testing.T) {
	t.Parallel()
	r := NewResources()
	r.Add("nb", map[string]Entry{"a": {Value: "x"}, "b": {Value: "x"}})
	r.Add("en", map[string]Entry{"a": {Value: "x"}})
	for _, c := range [][3]string{
		{"en", "a", "en"}, {"en", "b", "nb"}, {"nn", "a", "nb"}, {"nn", "none", "nn"},
	} {
		if got := r.FoundIn(c[0], c[1]); got != c[2] {
			t.Errorf("%s for %s: got %s, want %s", c[1], c[0], got, c[2])
		}
	}
	if en, nn := r.Nearest("en"), r.Nearest("nn"); en != "en" || nn != "nb" {
		t.Errorf("got %s and %s", en, nn)
	}
	if got := NewResources().Nearest("nn"); got != "nn" {
		t.Errorf("without texts: got %s", got)
	}
}
