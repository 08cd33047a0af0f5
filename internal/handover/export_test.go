package handover

import (
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
)

// MapRows is what maps the rows of one list.
var MapRows = mapRows

// Mapped gives the form document of each handover that the moment sets off, as Plan maps it, for
// tests over very many of them: it needs no database. The targets are looked up in apps.
func Mapped(
	src Source, apps map[core.AppRef]*app.Definition, m app.Moment,
) (map[string]core.Document, error) {
	out := map[string]core.Document{}
	for _, h := range src.App.Handovers {
		if !h.On.Fits(m) || h.Into == app.IntoSource && !cameFrom(src.Input.Instance, h.To) {
			continue
		}
		src := src.of(h)
		c := form.Context(src.App, src.Set, src.Input, nil)
		wanted, err := holds(h.When, c)
		if err != nil {
			return nil, err
		}
		if !wanted {
			continue
		}
		target := FormDataType(apps[h.To])
		out[h.ID], err = mapDocument(src, h, c, target, apps[h.To].Models[target].Schema)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
