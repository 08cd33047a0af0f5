package web

import (
	"net/http"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/templates/layout"
)

// problems gives what is wrong with the app definitions, for the developer who is changing them:
// every error, and on an app's own pages its warnings too. There are none in production.
func (s *site) problems(r *http.Request) []layout.Problem {
	if !s.Development || s.Findings == nil {
		return nil
	}
	var out []layout.Problem
	for _, f := range s.Findings() {
		own := strings.HasPrefix(r.URL.Path+"/", "/"+f.App.String()+"/")
		if f.Severity != app.SeverityError && !(own && f.Severity == app.SeverityWarning) {
			continue
		}
		where := f.File
		if f.Line > 0 {
			where += ":" + strconv.Itoa(f.Line)
		}
		out = append(out, layout.Problem{
			Where: where, Kind: string(f.Severity), Text: f.Message, Do: f.Do(), Code: f.Code,
		})
	}
	return out
}
