package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notPages are the GET routes that show no page of their own, with the reason.
var notPages = map[string]string{
	"GET /dev/gallery":                                         "a sheet of parts for developers",
	"GET /static/{file}":                                       "a file",
	"GET /static/theme/{file}":                                 "a file",
	"GET /login":                                               "leads to the provider",
	"GET /auth/callback":                                       "leads to where the person was",
	"GET /auth/frontchannel-logout":                            "an empty frame",
	"GET /admin/{orgnr}":                                       "leads to the people",
	"GET /admin/{orgnr}/log.csv":                               "a file",
	"GET /inbox/{orgnr}/case/{guid}/files/{element}":           "a file",
	"GET /inbox/{orgnr}/case/{guid}/files/{element}/content":   "a file",
	"GET /inbox/{orgnr}/case/{guid}/attachments.zip":           "an archive",
	"GET /inbox/{orgnr}/case/{guid}/dossier.pdf":               "a PDF",
	"GET /my/data.zip":                                         "a file",
	"GET /inbox/{orgnr}/cases.csv":                             "a file",
	"GET /inbox/{orgnr}/live":                                  "a stream; leads to the list by hand",
	"GET /inbox/{orgnr}/numbers.csv":                           "a file",
	"GET /{org}/{app}/instance/{party}/{guid}":                 "leads to the draft's page",
	"GET /{org}/{app}/instance/{party}/{guid}/files/{element}": "a file",
	"GET /{org}/{app}/instance/{party}/{guid}/receipt.pdf":     "a PDF",
	"GET " + entryPages:                                        "leads to the entry's first page",
}

// pageRoutes are the GET patterns of web/routes.go, as a server that tells which one is meant.
func pageRoutes(t *testing.T) (patterns []string, muxes []*http.ServeMux) {
	t.Helper()
	file, err := parser.ParseFile(gotoken.NewFileSet(), "../../web/routes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasSuffix(f.Name.Name, "Routes") {
			continue
		}
		mux := http.NewServeMux()
		muxes = append(muxes, mux)
		for _, pattern := range mounted(t, f) {
			if strings.HasPrefix(pattern, "GET ") {
				patterns = append(patterns, pattern)
				mux.Handle(pattern, http.NotFoundHandler())
			}
		}
	}
	if len(muxes) != 2 || len(patterns) < 20 {
		t.Fatalf("web/routes.go has %d lists and %d pages: is it read right?", len(muxes), len(patterns))
	}
	return patterns, muxes
}

// mounted are the patterns that a function gives to mux.Handle.
func mounted(t *testing.T, f *ast.FuncDecl) []string {
	var patterns []string
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Handle" {
			patterns = append(patterns, literal(t, f, call.Args[0]))
		}
		return true
	})
	return patterns
}

// literal is the value of a string of literals and of the function's own constants.
func literal(t *testing.T, f *ast.FuncDecl, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		return s
	case *ast.BinaryExpr:
		return literal(t, f, e.X) + literal(t, f, e.Y)
	case *ast.Ident:
		value := ""
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && v.Names[0].Name == e.Name {
				value = literal(t, f, v.Values[0])
			}
			return true
		})
		return value
	}
	t.Fatalf("a pattern of web/routes.go is no text: %T", e)
	return ""
}

// pattern is the route that an address belongs to; "" when it is none of web/routes.go.
func (s *stage) pattern(t *testing.T, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, mux := range s.muxes {
		r := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host}
		if _, pattern := mux.Handler(r); pattern != "" {
			return pattern
		}
	}
	return ""
}

func key(pattern string, js, dark bool) string {
	return fmt.Sprintf("%s, scripting %v, dark %v", pattern, js, dark)
}

// check fails when a page of web/routes.go was never looked at.
func (s *stage) check(t *testing.T) {
	t.Helper()
	pages := 0
	for _, pattern := range s.patterns {
		if notPages[pattern] != "" {
			continue
		}
		pages++
		for _, js := range []bool{true, false} {
			for _, dark := range []bool{true, false} {
				if !s.shown[key(pattern, js, dark)] {
					t.Errorf("axe never saw %s", key(pattern, js, dark))
				}
			}
		}
	}
	for pattern := range notPages {
		if !slices.Contains(s.patterns, pattern) {
			t.Errorf("%s is no route: take it off the list", pattern)
		}
	}
	if s.looks == 0 {
		t.Error("axe saw no page")
	}
	t.Logf("%d pages on %d of %d routes; axe saw them %d times; %d tried at 320 pixels",
		s.pages, pages, len(s.patterns), s.looks, s.widths)
}
