package text

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	cases := []struct{ src, html, plain string }{
		{"", "", ""},
		{"Bransje", "Bransje", "Bransje"},
		{" Bransje ", "Bransje", "Bransje"},
		{"Mat & drikke", "Mat &amp; drikke", "Mat & drikke"},
		{"5 < 6", "5 &lt; 6", "5 < 6"},
		{"«Kari» \"Solbakken\"", "«Kari» &#34;Solbakken&#34;", `«Kari» "Solbakken"`},
		{"60\u00a0000 kr", "60\u00a0000 kr", "60\u00a0000 kr"},
		{"**fet** og *kursiv*", "<strong>fet</strong> og <em>kursiv</em>", "fet og kursiv"},
		{"en\nto", "en\nto", "en to"},
		{"en  \nto", "en<br>\nto", "en\nto"},
		{"en\n\nto", "<p>en</p>\n<p>to</p>", "en\nto"},
		{"en<br/>to<BR>tre</br>", "en<br>to<br>tre<br>", "en\nto\ntre"},
		{"# En", "<h3>En</h3>", "En"},
		{"## En", "<h4>En</h4>", "En"},
		{"#### En\n\nto", "<h6>En</h6>\n<p>to</p>", "En\nto"},
		{"###### En", "<h6>En</h6>", "En"},
		{"En\n==", "<h3>En</h3>", "En"},
		{"1. en\n2. to", "<ol>\n<li>en</li>\n<li>to</li>\n</ol>", "1. en\n2. to"},
		{"- en\n- to", "<ul>\n<li>en</li>\n<li>to</li>\n</ul>", "– en\n– to"},
		{"a\n\n4. en\n\n   mer\n5. to\n   - tre\n", "", "a\n4. en\nmer\n5. to\n– tre"},
		{"- en\n\n- to", "", "– en\n– to"},
		{"+47 400 00 123", "+47 400 00 123", "+47 400 00 123"},
		{"3. desember 2026", "3. desember 2026", "3. desember 2026"},
		{"1. Om **deg**", "1. Om <strong>deg</strong>", "1. Om deg"},
		{"[Altinn](https://altinn.no/a?b=c&d=e)",
			`<a href="https://altinn.no/a?b=c&amp;d=e" rel="noopener">Altinn</a>`, "Altinn"},
		{"[Søk](/støtte#sp%C3%B8r)", `<a href="/st%C3%B8tte#sp%C3%B8r">Søk</a>`, "Søk"},
		{"[Ring](tel:40000123)", `<a href="tel:40000123">Ring</a>`, "Ring"},
		{"[Skriv](MAILTO:post@nordvik.no)", `<a href="MAILTO:post@nordvik.no">Skriv</a>`, "Skriv"},
		{"[her](side.html \"Tittel\")", `<a href="side.html">her</a>`, "her"},
		{"[her](#del:to)", `<a href="#del:to">her</a>`, "her"},
		{"<https://altinn.no>", `<a href="https://altinn.no" rel="noopener">https://altinn.no</a>`,
			"https://altinn.no"},
		{"<post@nordvik.no>", `<a href="mailto:post@nordvik.no">post@nordvik.no</a>`, "post@nordvik.no"},
		{"https://altinn.no", "https://altinn.no", "https://altinn.no"},
		{"![bilde av *kart*](https://evil.example/a.png)", "bilde av <em>kart</em>", "bilde av kart"},
		{"<div class=\"x\">Inni</div>", "Inni", "Inni"},
		{"<p>Inni</p>\n\nto", "<p>Inni</p>\n<p>to</p>", "Inni\nto"},
		{"a <!-- borte --> b", "a  b", "a b"},
		{"`a<b`", "<code>a&lt;b</code>", "a<b"},
		{"> sitat", "<blockquote>\n<p>sitat</p>\n</blockquote>", "sitat"},
		{"&lt;b&gt; &amp; \\*", "&lt;b&gt; &amp; *", "<b> & *"},
		{"[ingen serie]", "[ingen serie]", "[ingen serie]"},
		{"3. desember\\\n2026", "", "3. desember\n2026"},
	}
	for _, c := range cases {
		if got := string(Markdown(c.src)); got != c.html && c.html != "" {
			t.Errorf("%q:\n got %s\nwant %s", c.src, got, c.html)
		}
		if got := Plain(c.src); got != c.plain {
			t.Errorf("%q: got words %q, want %q", c.src, got, c.plain)
		}
	}
	t.Logf("%d texts", len(cases))
}

// TestMarkdown_IsSafeWhoeverWroteIt puts every address that should be no link in every form that
// makes one, and HTML in every place where it might get through (SECURITY.md P26).
func TestMarkdown_IsSafeWhoeverWroteIt(t *testing.T) {
	t.Parallel()
	n := 0
	for _, src := range payloads() {
		n++
		checkSafe(t, src)
	}
	t.Logf("%d payloads", n)
	if n < 200 {
		t.Error("too few payloads")
	}
}

func payloads() []string {
	addresses := []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript&colon;alert(1)",
		"javascript&#58;alert(1)",
		"javascript&#x3a;alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)",
		"&#106;avascript:alert(1)", "java\tscript:alert(1)", "javascript\\:alert(1)",
		"%6Aavascript:alert(1)",
		"\x01javascript:alert(1)", " javascript:alert(1)", "vbscript:x",
		"data:text/html,<script>1</script>",
		"data:text/html;base64,PHNjcmlwdD4=", "file:///etc/passwd", "//evil.example", "/\\evil.example",
		"\\\\evil.example", "&#47;/evil.example", "blob:https://a/b", "ftp://a", "about:blank", "x-y:a",
		"&#x09;javascript:alert(1)", "jav&#x0A;ascript:alert(1)", "&#x2F;&#x2F;evil.example",
	}
	forms := []string{
		"[x](%)", "[x](<%>)", "<%>", "![x](%)", "[x][y]\n\n[y]: %", "[x]\n\n[x]: <%>", "[**x**](%)",
		"[x](% \"a\" onclick=alert(1))", "[![x](%)](%)",
	}
	var out []string
	for _, a := range addresses {
		for _, f := range forms {
			out = append(out, strings.ReplaceAll(f, "%", a))
		}
	}
	tags := []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
		"<br onclick=x>",
		"<a href=javascript:alert(1)>x</a>", "<iframe src=//evil.example>", "<style>*{}</style>",
		"<br/x>",
		"<!--><img src=x>-->", "<![CDATA[<img>]]>", "<?x <img>?>", "<!X <img>>",
		"</p><script>", "<p style=x>",
		"<input autofocus onfocus=x>", "<div hx-get=/x hx-trigger=load>", "<form action=//x>",
		"<base href=//x>",
		"<math><mi xlink:href=x>", "<a\nhref='x'>", "<<script>>", "\"><script>", "' onclick='x",
		"<b", "<br",
	}
	places := []string{
		"%", "a %", "a\n%", "# %", "- %", "> %", "`%`", "    %", "```%\n%\n```", "[%](/a)", "[a](/%)",
		"[a](/b \"%\")", "![%](/a)", "**%**", "%\n\n%",
	}
	for _, tag := range tags {
		for _, place := range places {
			out = append(out, strings.ReplaceAll(place, "%", tag))
		}
	}
	return out
}

var ourTags = strings.Fields("p br hr h3 h4 h5 h6 ul ol li a em strong code pre blockquote")

// checkSafe reads the HTML as a browser does: only our tags, only our attributes, only our
// schemes.
func checkSafe(t *testing.T, src string) {
	t.Helper()
	out := string(Markdown(src))
	for z := html.NewTokenizer(strings.NewReader(out)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		if kind == html.CommentToken || kind == html.DoctypeToken {
			t.Errorf("%q: %v in %s", src, token, out)
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		if !slices.Contains(ourTags, token.Data) {
			t.Errorf("%q: tag %s in %s", src, token.Data, out)
		}
		for _, a := range token.Attr {
			checkAttribute(t, src, token.Data+" "+a.Key, a.Val)
		}
	}
	if words := Plain(src); strings.Contains(words, "rel=\"noopener") {
		t.Errorf("%q: words %q", src, words)
	}
}

func checkAttribute(t *testing.T, src, name, value string) {
	t.Helper()
	switch name {
	case "a rel", "ol start", "code class":
		return
	case "a href":
		lower := strings.ToLower(value)
		scheme, _, has := strings.Cut(lower, ":")
		has = has && !strings.ContainsAny(scheme, "/?#")
		bad := strings.HasPrefix(lower, "//") || strings.ContainsAny(lower, "\\\t\n\r ") ||
			has && !slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme)
		if !bad {
			return
		}
	}
	t.Errorf("%q: %s is %q", src, name, value)
}

func FuzzMarkdown(f *testing.F) {
	for _, src := range payloads()[:40] {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		checkSafe(t, src)
		if got := Plain(Escape(src)); strings.Contains(src, "*") && !strings.Contains(got, "*") {
			t.Fatalf("Escape loses a mark of %q: %q", src, got)
		}
	})
}

func BenchmarkMarkdown(b *testing.B) {
	b.Run("label", func(b *testing.B) {
		for b.Loop() {
			Markdown("Hva skal dere arrangere?")
		}
	})
	b.Run("markdown", func(b *testing.B) {
		for b.Loop() {
			Markdown("Les **hele** [veiledningen](/veiledning) før du søker.")
		}
	})
}
