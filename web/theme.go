package web

import (
	"net/http"
	"strconv"

	"stafett/templates/layout"
)

// themePrefix is the path under which the files of themes are served.
const themePrefix = "/static/theme/"

// logoPolicy is for who opens a logo by itself: there is nothing in it to run or fetch, and were there,
// it could not.
const logoPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// dress gives the head of an organisation's page the organisation's colours and logo, if it has any. Its
// logo is the page's icon too, so that a first visit asks for no further file.
func (s *site) dress(h *layout.Head, org string) {
	t := s.Themes.Of(org)
	if t.Style.Name != "" {
		h.ThemeURL = themePrefix + t.Style.Name
	}
	if t.Logo == nil {
		return
	}
	h.Logo = layout.Logo{
		URL: themePrefix + t.Logo.Light.Name, Name: t.Logo.Names[h.Lang],
		Width: t.Logo.Width, Height: t.Logo.Height,
	}
	if t.Logo.Dark.Name != "" {
		h.Logo.DarkURL = themePrefix + t.Logo.Dark.Name
	}
	h.IconURL = h.Logo.URL
}

// themeFile answers with a file of a theme. It is public and never changes: what is in it is in its
// name.
func (s *site) themeFile(w http.ResponseWriter, r *http.Request) {
	f, ok := s.Themes.File(r.PathValue("file"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.ContentType)
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", logoPolicy)
	_, _ = w.Write(f.Data) // an error is a reader that went away
}
