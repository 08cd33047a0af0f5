package page

// newURL leads to where cases that have come stand: the list itself, where it shows what is new.
func (p Inbox) newURL() string {
	if v := p.view(); p.Query == "" && !p.Found && (v == ViewOpen || v == ViewUnassigned) {
		return p.with("")
	}
	return p.viewURL(ViewOpen)
}
