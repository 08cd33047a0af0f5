package api

import (
	"net/http"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
)

// route is one line of the API: a method with a path, and who answers.
type route struct {
	pattern string
	answer  func(http.ResponseWriter, *http.Request) error
}

// oneHandler answers for an actor about the instance that the address names.
type oneHandler func(http.ResponseWriter, *http.Request, core.Actor, core.InstanceRef) error

// appRoutes are an app's own (FORMAT.md 7.1 and 7.2), in the order a system meets them.
func (a *API) appRoutes() []route {
	const list = "/{org}/{app}/instances"
	const one = list + "/{party}/{guid}"
	const element = one + "/data/{element}"
	read, write := access.ScopeRead, access.ScopeWrite
	return []route{
		{"POST " + list, a.instantiate},
		{"POST " + list + "/create", a.create},
		{"GET " + one, a.in(read, core.ActRead, a.show)},
		{"DELETE " + one, a.in(write, core.ActDelete, a.remove)},
		{"GET " + list + "/{party}/active", a.active},
		{"POST " + one + "/complete", a.in(write, core.ActComplete, a.complete)},
		{"PUT " + one + "/substatus", a.in(write, core.ActSubstatus, a.substatus)},

		{"POST " + one + "/deliveries", a.in(write, core.ActReceive, a.accept)},
		{"POST " + one + "/data", a.in(write, core.ActUpload, a.addData)},
		{"POST " + one + "/data/{type}", a.in(write, core.ActUpload, a.addNamed)},
		// data/type/{type} and data/{element}/tags: one pattern, since neither is the narrower.
		{"POST " + element + "/{sub}", a.in(write, core.ActWrite, a.postBelow)},
		{"PATCH " + one + "/data", a.in(write, core.ActWrite, a.patchAll)},
		{"GET " + element, a.in(read, core.ActDownload, a.data)},
		{"PUT " + element, a.in(write, core.ActWrite, a.putData)},
		{"PATCH " + element, a.in(write, core.ActWrite, a.patchOne)},
		{"DELETE " + element, a.in(write, core.ActRemove, a.removeData)},
		{"GET " + element + "/tags", a.in(read, core.ActRead, a.tags)},
		{"PUT " + element + "/tags", a.in(write, core.ActTag, a.putTags)},
		{"DELETE " + element + "/tags/{tag}", a.in(write, core.ActTag, a.removeTag)},
		{"GET " + element + "/validate", a.in(read, core.ActRead, a.validate)},
		{"GET " + one + "/validate", a.in(read, core.ActRead, a.validate)},

		{"GET " + one + "/process", a.in(read, core.ActRead, a.process)},
		{"POST " + one + "/process/start", a.in(write, core.ActNext, a.startProcess)},
		{"GET " + one + "/process/next", a.in(read, core.ActRead, a.nextTasks)},
		{"PUT " + one + "/process/next", a.in(write, core.ActNext, a.next)},
		{"PUT " + one + "/process/completeProcess", a.in(write, core.ActNext, a.completeProcess)},
		{"GET " + one + "/process/history", a.in(read, core.ActRead, a.history)},

		{"GET /{org}/{app}/api/v1/applicationmetadata", a.appFile("config/applicationmetadata.json")},
		{"GET /{org}/{app}/api/v1/meta/process", a.appFile("config/process/process.bpmn")},
		{"GET /{org}/{app}/api/v1/meta/authorizationpolicy",
			a.appFile("config/authorization/policy.xml")},
		{"GET /{org}/{app}/api/v1/texts/{name}", a.appFile("config/texts/resource.{name}.json")},
		{"GET /{org}/{app}/api/layouts/{name}", a.layouts},
		{"GET /{org}/{app}/api/layoutsets", a.appFile("ui/layout-sets.json")},
		{"GET /{org}/{app}/api/layoutsettings/{name}", a.appFile("ui/{name}/Settings.json")},
		{"GET /{org}/{app}/api/jsonschema/{name}", a.appFile("models/{name}.schema.json")},
		{"GET /{org}/{app}/api/validationconfig/{name}", a.appFile("models/{name}.validation.json")},
		{"GET /{org}/{app}/api/options/{name}", a.appFile("options/{name}.json")},
	}
}

// platformRoutes are those of no app: storage, events and the exchange (FORMAT.md 7.3 to 7.5).
func (a *API) platformRoutes() []route {
	const subscriptions = "/events/api/v1/subscriptions"
	const subscription = subscriptions + "/{subscription}"
	const list = "/storage/api/v1/instances"
	const one = list + "/{party}/{guid}"
	const element = one + "/data/{element}"
	read, write := access.ScopeRead, access.ScopeWrite
	return []route{
		{"GET " + list, a.query},
		{"GET " + one, a.stored(read, core.ActRead, a.show)},
		{"DELETE " + one, a.stored(write, core.ActDelete, a.remove)},
		{"POST " + one + "/complete", a.stored(write, core.ActComplete, a.complete)},
		{"PUT " + one + "/substatus", a.stored(write, core.ActSubstatus, a.substatus)},
		{"PUT " + one + "/presentationtexts", a.stored(write, core.ActValues, a.presentation)},
		{"PUT " + one + "/datavalues", a.stored(write, core.ActValues, a.dataValues)},
		{"GET " + one + "/dataelements", a.stored(read, core.ActRead, a.elements)},
		{"POST " + one + "/data", a.stored(write, core.ActUpload, a.addData)},
		{"GET " + element, a.stored(read, core.ActDownload, a.data)},
		{"PUT " + element, a.stored(write, core.ActWrite, a.putData)},
		{"DELETE " + element, a.stored(write, core.ActRemove, a.removeData)},
		{"GET " + one + "/process/history", a.stored(read, core.ActRead, a.history)},
		{"GET /storage/api/v1/applications", a.applications},
		{"GET /storage/api/v1/applications/{org}", a.applications},
		{"GET /storage/api/v1/applications/{org}/{app}", a.applications},

		{"GET /events/api/v1/app/{org}/{app}", a.feed},
		{"GET /events/api/v1/events/app", a.feed},
		{"POST " + subscriptions, a.subscribe},
		{"GET " + subscriptions, a.subscriptions},
		{"GET " + subscription, a.subscribed(a.subscription)},
		{"DELETE " + subscription, a.subscribed(a.unsubscribe)},
		{"GET " + subscription + "/attempts", a.subscribed(a.attempts)},
		{"POST " + subscription + "/test", a.subscribed(a.testSubscription)},
		{"POST " + subscription + "/replay", a.subscribed(a.replay)},

		{"GET /authentication/api/v1/exchange/maskinporten", a.exchange},
		{"GET /authentication/api/v1/openid/.well-known/openid-configuration", a.openID},
		{"GET /authentication/api/v1/openid/.well-known/openid-configuration/jwks", a.exchangeKeys},
	}
}

// Routes adds an app's routes to the mux.
func (a *API) Routes(mux *http.ServeMux) {
	a.add(mux, a.appRoutes())
	for _, under := range []string{"/{org}/{app}/instances/", "/{org}/{app}/api/"} {
		a.handle(mux, route{under, nowhere})
	}
}

// PlatformRoutes adds the routes that belong to no app.
func (a *API) PlatformRoutes(mux *http.ServeMux) {
	a.add(mux, a.platformRoutes())
	a.handle(mux, route{"/", nowhere})
}

// Patterns gives every route as "METHOD /path": what the description of the API is held against.
func Patterns() []string {
	var a API
	var out []string
	for _, r := range append(a.appRoutes(), a.platformRoutes()...) {
		out = append(out, r.pattern)
	}
	return out
}

func nowhere(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.NotFound, "fault.not_found")
}

func (a *API) add(mux *http.ServeMux, routes []route) {
	for _, r := range routes {
		a.handle(mux, r)
	}
}

func (a *API) handle(mux *http.ServeMux, one route) {
	mux.HandleFunc(one.pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := one.answer(w, r); err != nil {
			a.Problem(w, r, err)
		}
	})
}

// in gives the handler of an instance's address below its app.
func (a *API) in(scope, act string, h oneHandler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor, err := a.caller(w, r, scope, act)
		if err != nil {
			return err
		}
		ref, err := instanceRef(r)
		if err != nil {
			return err
		}
		return h(w, r, actor, ref)
	}
}

// stored gives the handler of an instance's address in the storage, which leaves the app out.
func (a *API) stored(scope, act string, h oneHandler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor, err := a.platform(w, r, scope, act)
		if err != nil {
			return err
		}
		ref, err := instanceRef(r)
		if err != nil {
			return err
		}
		if ref, err = a.Instances.Address(r.Context(), actor, ref.Owner, ref.ID); err != nil {
			return err
		}
		return h(w, r, actor, ref)
	}
}
