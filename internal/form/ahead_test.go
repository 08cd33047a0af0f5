package form

import (
	"slices"
	"testing"

	"stafett/internal/app"
	"stafett/internal/expr"
)

func TestLookAhead_OfTheExampleSolution(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Ahead{
		"arrangementsstotte": {Pages: 4, Questions: 38, Varies: true, Documents: []AheadDocument{
			{"Hva vil du legge ved?", NeedOptional, "PDF, JPG og PNG", 20 << 20},
		}},
		"parkering": {Pages: 4, Questions: 15, Varies: true, Documents: []AheadDocument{
			{"Erklæring fra lege", NeedAlways, "PDF, JPG og PNG", 20 << 20},
			{"Andre vedlegg", NeedOptional, "PDF, JPG og PNG", 20 << 20},
		}},
	} {
		d := nordvikApp(t, name)
		first, err := d.Process.Start(nil)
		if err != nil {
			t.Fatal(err)
		}
		got := LookAhead(d, first.Task, "nb")
		if got.Pages != want.Pages || got.Questions != want.Questions || got.Varies != want.Varies ||
			!slices.Equal(got.Documents, want.Documents) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if none := LookAhead(d, "no such task", "nb"); none.Pages+none.Questions != 0 {
			t.Errorf("%s: a task without a form asks for %+v", name, none)
		}
	}
}

func TestLookAhead_TellsWhatDependsOnTheAnswers(t *testing.T) {
	t.Parallel()
	d, whole := soknad(t)
	yes, no := expr.Literal(true), expr.Literal(false)
	page := whole.Pages[0]
	asked, err := expr.Parse([]byte(`["equals", ["dataModel", "soker.type"], "lag"]`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		component app.Component
		page      *expr.Expr
		group     *app.RepeatingGroupProps
		want      Need
	}{
		"always":           {component: app.Component{Required: yes, Hidden: no}, want: NeedAlways},
		"fewest":           {component: app.Component{Props: &app.FileUploadProps{MinCount: 1}}, want: NeedAlways},
		"optional":         {component: app.Component{Required: no}, want: NeedOptional},
		"required for lag": {component: app.Component{Required: asked}, want: NeedDepends},
		"hidden for lag":   {component: app.Component{Required: yes, Hidden: asked}, want: NeedDepends},
		"hidden":           {component: app.Component{Required: yes, Hidden: yes}},
		"read-only":        {component: app.Component{ReadOnly: yes}},
		"page for lag":     {component: app.Component{Required: yes}, page: asked, want: NeedDepends},
		"page hidden":      {component: app.Component{Required: yes}, page: yes},
		"rows": {
			component: app.Component{Required: yes}, group: &app.RepeatingGroupProps{}, want: NeedDepends,
		},
		"one row at least": {
			component: app.Component{Required: yes}, group: &app.RepeatingGroupProps{MinCount: 1},
			want: NeedAlways,
		},
	} {
		one := c.component
		one.ID, one.Type, one.Page = "attest", app.TypeFileUpload, &app.Page{ID: page.ID, Hidden: c.page}
		one.Texts = map[string]*expr.Expr{"title": expr.Literal("Attest")}
		if one.Props == nil {
			one.Props = &app.FileUploadProps{MaxSize: 5 << 20, Ext: []string{".pdf", ".jpg", ".jpeg"}}
		}
		one.Page.Components = []*app.Component{&one}
		if c.group != nil {
			one.Parent = &app.Component{
				Type: app.TypeRepeatingGroup, Props: c.group, Children: []*app.Component{&one}, Page: one.Page,
			}
			one.Page.Components = []*app.Component{one.Parent}
		}
		l := lookout{builder: builder{view: newView(d, whole, &Input{Language: "nb"})}}
		l.look(&app.LayoutSet{Pages: []*app.Page{one.Page}}, false)
		if c.want == "" {
			if l.out.Questions+len(l.out.Documents) != 0 {
				t.Errorf("%s: asked for: %+v", name, l.out)
			}
			continue
		}
		if len(l.out.Documents) != 1 || l.out.Documents[0].Need != c.want ||
			l.out.Documents[0].Title != "Attest" || l.out.Varies != (c.want == NeedDepends && name != "required for lag") {
			t.Errorf("%s: got %+v, want %s", name, l.out, c.want)
		}
	}
}

func TestAhead_Minutes(t *testing.T) {
	t.Parallel()
	for questions, want := range map[int]int{0: 0, 1: 5, 10: 5, 11: 10, 23: 15, 200: 100} {
		if got := (Ahead{Questions: questions}).Minutes(); got != want {
			t.Errorf("%d questions: got %d minutes, want %d", questions, got, want)
		}
	}
}
