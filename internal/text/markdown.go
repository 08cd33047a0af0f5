package text

import (
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// HTML is safe to write into a page as it is.
type HTML string

// markdown is CommonMark without blocks of HTML: their tags are then read as tags within a
// paragraph, and dropped one by one, while the words between them stay.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(safe{}, 100))),
)

// Markdown makes Markdown into HTML that is safe whoever wrote it: no HTML of its own but line
// breaks, no pictures, links only to http, https, mailto, tel and addresses without a scheme.
// Headings begin at h3, since a text stands under a page's own. One paragraph is unwrapped.
func Markdown(src string) HTML {
	if plain, ok := simple(src); ok {
		return HTML(html.EscapeString(plain))
	}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(numbered(src)), &b); err != nil {
		// Writing to a buffer cannot fail; should it, the source is shown.
		return HTML(html.EscapeString(src))
	}
	return HTML(unwrap(strings.TrimSpace(b.String())))
}

// numbered keeps a text of one line that begins with a number and a full stop from being read as
// a list of one: it is a date or a numbered heading.
func numbered(src string) string {
	digits := len(src) - len(strings.TrimLeft(src, "0123456789"))
	if digits == 0 || !opensBlock(src) || strings.ContainsAny(src, "\n\r") {
		return src
	}
	return src[:digits] + `\` + src[digits:]
}

// unwrap takes the paragraph off a text that is only one.
func unwrap(s string) string {
	inner, ok := strings.CutPrefix(s, "<p>")
	if !ok || strings.Contains(inner, "<p>") {
		return s
	}
	if inner, ok = strings.CutSuffix(inner, "</p>"); ok && !strings.Contains(inner, "</p>") {
		return inner
	}
	return s
}

// simple tells whether a text has nothing that Markdown reads as more than words, as most
// labels do, and gives it without the blanks around it.
func simple(src string) (string, bool) {
	if strings.ContainsAny(src, "\\`*_[]<&\n\r\t\x00") {
		return "", false
	}
	src = strings.TrimSpace(src)
	return src, !opensBlock(src) || src[0] >= '0' && src[0] <= '9'
}

// opensBlock tells whether the beginning of a text would open a heading, a list, a quotation, a
// code block or a line.
func opensBlock(s string) bool {
	if s == "" {
		return false
	}
	if strings.IndexByte("#+-=>~", s[0]) >= 0 {
		return true
	}
	rest := strings.TrimLeft(s, "0123456789")
	return len(rest) < len(s) && rest != "" && (rest[0] == '.' || rest[0] == ')')
}

var marks = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "&", `\&`,
	"[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"\r\n", " ", "\n", " ", "\r", " ", "\t", " ", "\x00", "",
)

// Escape gives Markdown that shows the text as it is: for what people have typed, where it goes
// into Markdown. Line breaks become blanks.
func Escape(s string) string { return escape(s, true) }

// escape does what Escape does; what only matters at the beginning of a line is escaped there
// only, so that names and amounts stay readable.
func escape(s string, lineStart bool) string {
	if lineStart {
		s = strings.TrimLeft(s, " \t\r\n\v\f")
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	opens := lineStart && opensBlock(s)
	out := marks.Replace(s)
	switch {
	case !opens:
		return out
	case digits > 0:
		return out[:digits] + `\` + out[digits:]
	case s[0] == '>':
		return out
	default:
		return `\` + out
	}
}

// safe draws the nodes that are drawn otherwise than goldmark does.
type safe struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (safe) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, heading)
	r.Register(ast.KindLink, link)
	r.Register(ast.KindAutoLink, autoLink)
	r.Register(ast.KindImage, wordsOnly)
	r.Register(ast.KindRawHTML, rawHTML)
}

func heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	level := byte('0' + min(n.(*ast.Heading).Level+2, 6))
	if entering {
		_, _ = w.Write([]byte{'<', 'h', level, '>'})
	} else {
		_, _ = w.Write([]byte{'<', '/', 'h', level, '>', '\n'})
	}
	return ast.WalkContinue, nil
}

func link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	href, kind := address(n.(*ast.Link).Destination)
	switch {
	case kind == forbidden:
	case entering:
		open(w, href, kind)
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func autoLink(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	l := n.(*ast.AutoLink)
	url := l.URL(src)
	if l.AutoLinkType == ast.AutoLinkEmail {
		url = append([]byte("mailto:"), url...)
	}
	href, kind := address(url)
	if kind != forbidden {
		open(w, href, kind)
	}
	_, _ = w.Write(util.EscapeHTML(l.Label(src)))
	if kind != forbidden {
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// wordsOnly draws what is inside a node and not the node: a picture's describing text.
func wordsOnly(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkContinue, nil
}

// rawHTML keeps line breaks, which existing texts are full of, and drops every other tag.
func rawHTML(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := strings.ToLower(string(n.(*ast.RawHTML).Segments.Value(src)))
	if entering && strings.Trim(tag, "</> \t\r\n") == "br" {
		_, _ = w.WriteString("<br>")
	}
	return ast.WalkSkipChildren, nil
}

func open(w util.BufWriter, href []byte, kind linkKind) {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(href))
	if kind == external {
		_, _ = w.WriteString(`" rel="noopener`)
	}
	_, _ = w.WriteString(`">`)
}

type linkKind int

const (
	forbidden linkKind = iota
	internal
	external
)

// address gives a link's address as it will be written, and what kind it is. The judgement is
// on what is written, after entities are resolved, because that is what a browser reads.
func address(destination []byte) ([]byte, linkKind) {
	href := bytes.TrimSpace(util.URLEscape(destination, true))
	for _, c := range href {
		// Browsers drop line breaks and read a backslash as a slash.
		if c <= ' ' || c == '\\' || c == 0x7f {
			return nil, forbidden
		}
	}
	head, _, hasColon := bytes.Cut(href, []byte(":"))
	if !hasColon || bytes.ContainsAny(head, "/?#") {
		if bytes.HasPrefix(href, []byte("//")) {
			return nil, forbidden
		}
		return href, internal
	}
	switch strings.ToLower(string(head)) {
	case "http", "https":
		return href, external
	case "mailto", "tel":
		return href, internal
	}
	return nil, forbidden
}

// Plain gives the words of a Markdown text, for titles, labels and documents: blocks and line
// breaks become lines, items of lists keep their number or get a dash.
func Plain(src string) string {
	if plain, ok := simple(src); ok {
		return plain
	}
	var p words
	rest := strings.ReplaceAll(string(Markdown(src)), "\n", " ")
	for rest != "" {
		text, tail, found := strings.Cut(rest, "<")
		p.write(text)
		if !found {
			break
		}
		// Markdown escapes < and > in words and attributes, so a tag ends at the first >.
		tag, after, _ := strings.Cut(tail, ">")
		p.tag(tag)
		rest = after
	}
	return tidy(html.UnescapeString(p.out.String()))
}

// words collects the words of Markdown's HTML.
type words struct {
	out strings.Builder
	// lists are the open lists: the next item's number, or 0 for a list with dashes.
	lists []int
	// marked tells that nothing has followed an item's mark yet.
	marked bool
}

func (p *words) write(text string) {
	p.out.WriteString(text)
	p.marked = p.marked && strings.Trim(text, " ") == ""
}

func (p *words) tag(tag string) {
	name, attribute, _ := strings.Cut(tag, " ")
	switch name {
	case "a", "/a", "em", "/em", "strong", "/strong", "code", "/code":
		return
	case "ol":
		first, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(attribute, "start="), `"`))
		if err != nil {
			first = 1
		}
		p.lists = append(p.lists, first)
	case "ul":
		p.lists = append(p.lists, 0)
	case "/ol", "/ul":
		p.lists = p.lists[:len(p.lists)-1]
	}
	if !p.marked {
		p.out.WriteByte('\n')
	}
	if name == "li" {
		p.mark()
	}
}

func (p *words) mark() {
	next := &p.lists[len(p.lists)-1]
	if *next == 0 {
		p.out.WriteString("– ")
	} else {
		p.out.WriteString(strconv.Itoa(*next) + ". ")
		*next++
	}
	p.marked = true
}

// tidy takes out blank lines and blanks that stand together.
func tidy(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.FieldsFunc(line, isBlank), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// isBlank leaves non-breaking spaces alone.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
