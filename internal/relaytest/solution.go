package relaytest

import (
	"fmt"
	"math/rand/v2"
)

// Org is whose apps they are.
const Org = "nordvik"

// MainForm is the id of each app's own form data type.
const MainForm = "skjema"

// Answers is the list in which an app that waits gets what comes back.
const Answers = "svar"

// The bounds of a solution.
const (
	longest   = 5 // handovers after one another
	widest    = 4 // handovers from one app
	instances = 30
)

// Solution is apps that hand over to one another, and what is filled in at the first of them.
type Solution struct {
	Apps []*App
	// Documents are the answers, by form data type; Files what is attached.
	Documents map[string]map[string]any
	Files     []File
}

// File is an attachment; one without a name is a submission as PDF.
type File struct{ Type, Name, Content string }

// App is one app. An app that waits has a second task after the one that hands over.
type App struct {
	Name  string
	Forms []*Form
	// FileTypes are the data types of attachments.
	FileTypes []string
	Waits     bool
	// Citizens tells that persons may own an instance.
	Citizens bool
	Links    []*Link
}

// Form is a form data type.
type Form struct {
	ID    string
	Model *Field
}

func (a *App) model() *Field { return a.Forms[0].Model }

// Generate makes up a solution whose apps' names begin with the prefix.
func Generate(r *rand.Rand, prefix string) *Solution {
	m := &maker{Rand: r}
	s := &Solution{Documents: map[string]map[string]any{}}
	for range 2 + m.IntN(longest) {
		s.addApp(m, prefix)
	}
	ends := s.plan(m, prefix)
	s.Apps[0].hide(m)
	for _, from := range s.Apps {
		for _, to := range ends[from] {
			from.Links = append(from.Links, m.link(from, to, len(from.Links)))
		}
	}
	s.fillIn(m)
	return s
}

// addApp makes an app with fields of its own, which nothing that is handed over may touch.
func (s *Solution) addApp(m *maker, prefix string) *App {
	a := &App{Name: fmt.Sprintf("%s-%d", prefix, len(s.Apps)), Waits: m.chance(40),
		Citizens: len(s.Apps) == 0}
	own := append([]*Field{{Name: m.name(), Kind: Text}}, m.fields(5, 2)...)
	a.Forms = []*Form{{MainForm, &Field{Kind: Object, Fields: own}}}
	if len(s.Apps) == 0 {
		for range 2 {
			a.Forms = append(a.Forms, &Form{m.name(), &Field{Kind: Object, Fields: m.fields(3, 1)}})
			a.FileTypes = append(a.FileTypes, m.name())
		}
	}
	if a.Waits {
		a.model().Fields = append(a.model().Fields, &Field{Name: Answers, Kind: Rows,
			Fields: []*Field{{Name: "en", Kind: Text}, {Name: "to", Kind: Text}}})
	}
	s.Apps = append(s.Apps, a)
	return a
}

// plan decides who hands over to whom: a chain through the apps that are there, and branches from
// it to further apps or to ones ahead in the chain. No app hands over to one before it, so there
// is no ring.
func (s *Solution) plan(m *maker, prefix string) map[*App][]*App {
	ends := map[*App][]*App{}
	for i := range len(s.Apps) - 1 {
		ends[s.Apps[i]] = []*App{s.Apps[i+1]}
	}
	for range m.IntN(7) {
		i := m.IntN(len(s.Apps))
		from := s.Apps[i]
		var to *App
		if ahead := s.Apps[i+1:]; len(ahead) > 0 && m.chance(50) {
			to = ahead[m.IntN(len(ahead))]
		} else {
			to = s.addApp(m, prefix)
		}
		ends[from] = append(ends[from], to)
		if depth, n := reach(ends, s.Apps[0]); len(ends[from]) > widest || depth > longest ||
			n > instances {
			ends[from] = ends[from][:len(ends[from])-1]
		}
	}
	return ends
}

// reach tells the longest way from an app, and how many instances there are when every condition
// holds.
func reach(ends map[*App][]*App, from *App) (depth, n int) {
	n = 1
	for _, to := range ends[from] {
		d, more := reach(ends, to)
		depth, n = max(depth, d+1), n+more
	}
	return depth, n
}

// hide takes a question off the page of the first app.
func (a *App) hide(m *maker) {
	if all := a.model().below(isSingle); m.chance(60) && len(all) > 1 {
		all[m.IntN(len(all))].field.Hidden = true
	}
}

func (s *Solution) fillIn(m *maker) {
	for _, f := range s.Apps[0].Forms {
		s.Documents[f.ID] = m.answers(f.Model)
	}
	for _, fileType := range s.Apps[0].FileTypes {
		for range m.IntN(3) {
			name := m.name()
			s.Files = append(s.Files, File{fileType, name + ".pdf",
				"%PDF-1.4\n% " + name + "\n%%EOF\n"})
		}
	}
}
