package handover_test

import (
	"cmp"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/orgtoken"
	"stafett/internal/relaytest"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/web/api"
)

// whole is the services with the real API before them, as target of their own deliveries. The way
// to it loses answers, also of what has been done.
type whole struct {
	*solutiontest.Solution
	mux  *http.ServeMux
	mu   sync.Mutex
	lose *rand.Rand
	lost int
}

func newWhole(t *testing.T, seed uint64) *whole {
	t.Helper()
	w := &whole{mux: http.NewServeMux(), lose: rand.New(rand.NewPCG(seed, 2))}
	server := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(server.Close)
	const base = "https://stafett.example"
	client, issuer := tokens(t)
	w.Solution = solutiontest.New(t, func(c *handover.Config) {
		// Answers are lost by chance, also many in a row: that must not hold the next attempt back.
		c.Hold.Limit = math.MaxInt32
		c.Tokens = func(string) *orgtoken.Client { return client }
		c.Locate = func(ref core.AppRef) handover.Target {
			return handover.Target{URL: server.URL, Audience: base + "/" + ref.String()}
		}
	})
	public := &key().PublicKey
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{Now: time.Now,
		Issuers: []orgtoken.TrustedIssuer{{Issuer: issuer,
			Keys: map[string]*rsa.PublicKey{orgtoken.KeyID(public): public}}}})
	if err != nil {
		t.Fatal(err)
	}
	api.New(api.Config{Instances: w.Instances, Access: w.Access, Checker: checker, BaseURL: base,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(w.Log, nil))}).Routes(w.mux)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log: %.3000s", w.Log)
		}
	})
	return w
}

// serve answers, and now and then loses the answer on its way back.
func (w *whole) serve(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	lose := w.lose.IntN(4) == 0
	if lose {
		w.lost++
	}
	w.mu.Unlock()
	if !lose {
		w.mux.ServeHTTP(out, r)
		return
	}
	w.mux.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// TestProperty_TheServicesDeliverEachValueOnce runs made-up solutions through the services, over
// a way that loses answers: what must be there is, once, and nothing else.
func TestProperty_TheServicesDeliverEachValueOnce(t *testing.T) {
	t.Parallel()
	solutions := madeUp(t, *relays)
	folder := fstest.MapFS{}
	for _, s := range solutions {
		maps.Copy(folder, s.Folder())
	}
	loaded(t, folder)
	w := newWhole(t, slices.Min(slices.Collect(maps.Keys(solutions))))
	w.Put(t, folder)
	checked := 0
	for seed, s := range solutions {
		checked += w.run(t, fmt.Sprintf("seed %d", seed), s)
	}
	t.Logf("%d instances checked; %d answers were lost on the way", checked, w.lost)
	if checked <= len(solutions) {
		t.Error("nothing was handed over")
	}
}

// run takes one solution from its first instance to the last of every chain.
func (w *whole) run(t *testing.T, seed string, s *relaytest.Solution) (checked int) {
	t.Helper()
	expected := s.Expected()
	at := map[*relaytest.Instance]core.InstanceRef{expected[0]: w.begin(t, s)}
	for _, in := range expected {
		ref, arrived := at[in]
		if !arrived {
			t.Errorf("%s: %s by %s never arrives", seed, in.App.Name, in.Via.ID)
			continue
		}
		w.step(t, ref)
		for id, made := range w.deliver(t, seed, ref, in.Sent) {
			for _, child := range expected {
				if child.From == in && child.Via.ID == id {
					at[child] = made
				}
			}
		}
	}
	if t.Failed() {
		return 0
	}
	for in, ref := range at {
		w.check(t, fmt.Sprintf("%s, %s", seed, in.App.Name), in, ref)
		checked++
	}
	prefix, _, _ := strings.Cut(s.Apps[0].Name, "-")
	if n := w.Count(t, "instance", "app LIKE $1", prefix+"-%"); n != len(expected) {
		t.Errorf("%s: %d instances, want %d", seed, n, len(expected))
	}
	return checked
}

// begin makes the first instance, which the citizen owns.
func (w *whole) begin(t *testing.T, s *relaytest.Solution) core.InstanceRef {
	t.Helper()
	a := solutiontest.System()
	template := instance.Template{
		App: refOf(s.Apps[0]), Owner: instance.OwnerName{Party: solutiontest.Kari},
		Documents: map[string]core.Document{},
	}
	for id, doc := range s.Documents {
		template.Documents[id] = doc
	}
	d, err := w.Catalogue.App(template.App)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Files {
		part, err := w.Instances.Receive(t.Context(), a, d, instance.File{
			DataType: f.Type, Filename: f.Name, Body: strings.NewReader(f.Content)})
		if err != nil {
			t.Fatal(err)
		}
		template.Files = append(template.Files, part)
	}
	made, err := w.Instances.Instantiate(t.Context(), a, template)
	if err != nil {
		t.Fatal(err)
	}
	return made.InstanceRef
}

// step takes an instance through its first task.
func (w *whole) step(t *testing.T, ref core.InstanceRef) {
	t.Helper()
	v := w.Open(t, solutiontest.System(), ref)
	step := solutiontest.Step(v)
	step.Language = cmp.Or(v.Instance.Language, step.Language)
	if step.Task != "Task_1" {
		t.Fatalf("%s stands in %q", ref, step.Task)
	}
	if _, done, err := w.Instances.Next(t.Context(), solutiontest.System(), step); err != nil || !done {
		t.Fatalf("%s: the step is done %v, %v", ref, done, err)
	}
}

// deliver tries what an instance hands over until it has arrived, and gives where, by handover.
func (w *whole) deliver(
	t *testing.T, seed string, from core.InstanceRef, sent map[string]map[string]any,
) map[string]core.InstanceRef {
	t.Helper()
	out := map[string]core.InstanceRef{}
	for _, planned := range w.deliveriesOf(t, from) {
		for try := 0; w.Handover.Deliver(t.Context(), planned.ID) != nil; try++ {
			if try == 30 {
				t.Fatalf("%s: %s of %s is not delivered", seed, planned.Handover, from)
			}
		}
	}
	for _, d := range w.deliveriesOf(t, from) {
		if _, twice := out[d.Handover]; twice || sent[d.Handover] == nil || d.Target == nil {
			t.Errorf("%s: %s hands over %s: %s %s %s", seed, from.App, d.Handover, d.State,
				d.ErrorCode, d.ErrorDetail)
			continue
		}
		out[d.Handover] = *d.Target
	}
	if len(out) != len(sent) {
		t.Errorf("%s: %s hands over %v, want %v", seed, from.App, slices.Collect(maps.Keys(out)),
			slices.Collect(maps.Keys(sent)))
	}
	return out
}

func (w *whole) deliveriesOf(t *testing.T, from core.InstanceRef) (list []core.Delivery) {
	t.Helper()
	w.Tx(t, func(tx *store.Tx) (err error) {
		list, err = tx.DeliveriesOf(t.Context(), from.ID)
		return err
	})
	return list
}

// check holds an instance as it is stored against what must be in it.
func (w *whole) check(t *testing.T, at string, in *relaytest.Instance, ref core.InstanceRef) {
	t.Helper()
	v := w.Open(t, solutiontest.System(), ref)
	got, want := map[string]any{}, map[string]any{}
	for id, doc := range v.Input.Data {
		got[id] = doc
	}
	for id, doc := range in.Documents {
		want[id] = doc
	}
	if have, _ := v.Input.Data[relaytest.MainForm][relaytest.Answers].([]any); len(have) > 0 {
		same(t, at+", what came back", sorted(t, have), sorted(t, in.Returned))
		delete(v.Input.Data[relaytest.MainForm], relaytest.Answers)
	} else if len(in.Returned) > 0 {
		t.Errorf("%s: nothing came back", at)
	}
	same(t, at, text(t, got), text(t, want))
	same(t, at+", files", files(v.Input.Elements), filesOf(in, v.Instance.Reference))
	owner := solutiontest.Nordvik
	if in.From == nil || in.Via.ToSource {
		owner = solutiontest.Kari
	}
	if v.Instance.Owner != owner || in.From != nil && v.Instance.Language != in.Language {
		t.Errorf("%s: owner %d, language %q; want %d, %q", at, v.Instance.Owner,
			v.Instance.Language, owner, in.Language)
	}
}

func same(t *testing.T, at, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", at, got, want)
	}
}

// sorted writes rows whose order does not count.
func sorted(t *testing.T, rows []any) string {
	t.Helper()
	var out []string
	for _, row := range rows {
		out = append(out, text(t, row))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// files tells the attachments, one a line.
func files(elements []core.DataElement) string {
	var out []string
	for _, e := range elements {
		if e.SHA256 != nil {
			out = append(out, fmt.Sprintf("%s %s %x", e.Type, e.Filename, e.SHA256))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// filesOf tells in the same way what must be attached.
func filesOf(in *relaytest.Instance, reference string) string {
	var out []string
	for _, f := range in.Files {
		if f.Name == "" {
			f.Name, f.Content = reference+".pdf", "%PDF-1.7\n% "+reference+"\n%%EOF\n"
		}
		out = append(out, fmt.Sprintf("%s %s %x", f.Type, f.Name, sha256.Sum256([]byte(f.Content))))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
