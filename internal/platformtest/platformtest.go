// Package platformtest is a made-up Altinn 3 environment for tests: token exchange, an app's
// instances API and the platform's list of instances, as far as a sender uses them. It knows no
// idempotency key, loses answers before and after it has made an instance, and its list may lag
// behind, all by a seed. It is for tests only.
package platformtest

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"stafett/internal/orgtoken"
)

// Fault is what becomes of a request for an instance.
type Fault string

// The faults; the zero value is none.
const (
	LostAfter   Fault = "made, and the answer lost"
	LostBefore  Fault = "the request lost"
	ErrorAfter  Fault = "made, and 500 answered"
	ErrorBefore Fault = "500 answered, and nothing made"
	Cut         Fault = "made, and the answer cut in half"
)

// Instance is what the environment has made.
type Instance struct {
	ID         string
	App        string
	Owner      string
	Created    time.Time
	DataValues map[string]string
	// Parts are the names of the parts that it was made from.
	Parts []string
}

// Environment is an Altinn 3 environment: platform and apps at one address. Its fields may be
// changed under Lock.
type Environment struct {
	*httptest.Server
	sync.Mutex
	// Next gives the fault of the next request for an instance; nil is none.
	Next func() Fault
	// Lag is how far the list is behind, Page how many instances it gives at once.
	Lag  time.Duration
	Page int
	// Unknown are the paths that were asked for and are not there.
	Unknown []string

	key       *rsa.PrivateKey
	token     string
	instances []Instance
	done      map[Fault]int
}

// New starts an environment, which signs its tokens with the key; Close ends it.
func New(key *rsa.PrivateKey) *Environment {
	e := &Environment{key: key, Page: 3, done: map[Fault]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authentication/api/v1/exchange/maskinporten", e.exchange)
	mux.HandleFunc("POST /{org}/{app}/instances", e.instantiate)
	mux.HandleFunc("GET /storage/api/v1/instances", e.list)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		e.Lock()
		e.Unknown = append(e.Unknown, r.Method+" "+r.URL.Path)
		e.Unlock()
		http.NotFound(w, r)
	})
	e.Server = httptest.NewServer(mux)
	return e
}

// Faults gives a Next that draws faults by a seed: about half of the requests have one.
func Faults(seed uint64) func() Fault {
	random := rand.New(rand.NewPCG(seed, 7))
	all := []Fault{LostAfter, LostBefore, ErrorAfter, ErrorBefore, Cut}
	return func() Fault {
		if random.IntN(2) == 0 {
			return ""
		}
		return all[random.IntN(len(all))]
	}
}

// Made gives the instances with a data value.
func (e *Environment) Made(value string) []Instance {
	e.Lock()
	defer e.Unlock()
	var out []Instance
	for _, i := range e.instances {
		for _, v := range i.DataValues {
			if v == value {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// Count tells how many instances there are.
func (e *Environment) Count() int {
	e.Lock()
	defer e.Unlock()
	return len(e.instances)
}

// Done tells how often each fault was done; "" counts the requests without one.
func (e *Environment) Done() map[Fault]int {
	e.Lock()
	defer e.Unlock()
	out := map[Fault]int{}
	for f, n := range e.done {
		out[f] = n
	}
	return out
}

// Add puts an instance there that the sender has not asked for.
func (e *Environment) Add(app, owner string, values map[string]string) {
	e.Lock()
	defer e.Unlock()
	e.add(Instance{App: app, Owner: owner, DataValues: values})
}

func (e *Environment) add(i Instance) Instance {
	i.ID, i.Created = "500700/"+uuid.NewString(), time.Now()
	e.instances = append(e.instances, i)
	return i
}

// exchange trades a token for one of the environment's own.
func (e *Environment) exchange(w http.ResponseWriter, r *http.Request) {
	if len(bearer(r)) < 100 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	token, err := orgtoken.Sign(e.key, "platform", map[string]any{
		"iss": e.URL + "/authentication/api/v1/openid/", "urn:altinn:org": "nordvik",
		"exp": time.Now().Add(30 * time.Minute).Unix(), "jti": uuid.NewString(),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	e.Lock()
	e.token = token
	e.Unlock()
	_, _ = io.WriteString(w, token)
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// known tells whether the request has the environment's own token.
func (e *Environment) known(w http.ResponseWriter, r *http.Request) bool {
	e.Lock()
	defer e.Unlock()
	if e.token == "" || bearer(r) != e.token {
		w.WriteHeader(http.StatusUnauthorized)
		return false
	}
	return true
}

func (e *Environment) instantiate(w http.ResponseWriter, r *http.Request) {
	if !e.known(w, r) {
		return
	}
	made, err := readInstance(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	made.App = r.PathValue("org") + "/" + r.PathValue("app")
	e.Lock()
	fault := Fault("")
	if e.Next != nil {
		fault = e.Next()
	}
	e.done[fault]++
	if fault != LostBefore && fault != ErrorBefore {
		made = e.add(made)
	}
	e.Unlock()
	answer(w, fault, made)
}

// answer tells of the instance, as far as the fault lets it.
func answer(w http.ResponseWriter, fault Fault, made Instance) {
	var body bytes.Buffer
	_ = json.NewEncoder(&body).Encode(shape(made)) // texts and maps of texts always can be
	switch fault {
	case ErrorAfter, ErrorBefore:
		w.WriteHeader(http.StatusInternalServerError)
	case LostAfter, LostBefore:
		panic(http.ErrAbortHandler)
	case Cut:
		w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body.Bytes()[:body.Len()/2])
		panic(http.ErrAbortHandler)
	default:
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body.Bytes())
	}
}

// readInstance reads what an app takes of a template; what else is in it an app leaves.
func readInstance(r *http.Request) (Instance, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return Instance{}, err
	}
	var i Instance
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return i, err
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return i, err
		}
		i.Parts = append(i.Parts, part.FormName())
		if part.FormName() != "instance" {
			continue
		}
		var template struct {
			InstanceOwner struct{ OrganisationNumber, PersonNumber string }
			DataValues    map[string]string
		}
		if err := json.Unmarshal(body, &template); err != nil {
			return i, err
		}
		i.DataValues = template.DataValues
		i.Owner = "organisation:" + template.InstanceOwner.OrganisationNumber
		if number := template.InstanceOwner.PersonNumber; number != "" {
			i.Owner = "person:" + number
		}
	}
	if !slices.Contains(i.Parts, "instance") {
		return i, fmt.Errorf("no part instance")
	}
	return i, nil
}

// shape is an instance as Altinn tells of it.
func shape(i Instance) map[string]any {
	org, _, _ := strings.Cut(i.App, "/")
	owner := map[string]string{"partyId": "500700"}
	if number, ok := strings.CutPrefix(i.Owner, "organisation:"); ok {
		owner["organisationNumber"] = number
	}
	return map[string]any{
		"id": i.ID, "appId": i.App, "org": org, "created": i.Created.UTC(), "instanceOwner": owner,
		"dataValues": i.DataValues, "status": map[string]any{"isHardDeleted": false},
	}
}

// list is the platform's list of instances, as far behind as it is.
func (e *Environment) list(w http.ResponseWriter, r *http.Request) {
	if !e.known(w, r) {
		return
	}
	q, owner := r.URL.Query(), r.Header.Get("X-Ai-InstanceOwnerIdentifier")
	after, err := time.Parse(time.RFC3339, strings.TrimPrefix(q.Get("created"), "gte:"))
	from, err2 := strconv.Atoi("0" + q.Get("continuationToken"))
	if q.Get("appId") == "" || owner == "" || err != nil || err2 != nil {
		http.Error(w, "appId, owner and created are needed", http.StatusBadRequest)
		return
	}
	e.Lock()
	defer e.Unlock()
	found := []map[string]any{}
	for _, i := range e.instances {
		if i.App == q.Get("appId") && i.Owner == owner && i.Created.After(after) &&
			time.Since(i.Created) >= e.Lag {
			found = append(found, shape(i))
		}
	}
	body := map[string]any{"count": len(found)}
	end := min(from+e.Page, len(found))
	body["instances"] = found[min(from, end):end]
	if end < len(found) {
		body["next"] = e.URL + "/storage/api/v1/instances?continuationToken=" + strconv.Itoa(end)
	}
	_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody is left to tell
}
