package web

import (
	"net/http"
	"strings"

	"stafett/internal/fault"
	"stafett/static"
	"stafett/web/middleware"
)

// New gives the handler of everything: pages, API, assets, and what Config.Under adds.
func New(c Config) http.Handler {
	s := &site{c}
	pages, apps, platforms := http.NewServeMux(), http.NewServeMux(), http.NewServeMux()
	s.pageRoutes(pages)
	s.appRoutes(apps)
	c.API.Routes(apps)
	c.API.PlatformRoutes(platforms)
	top := s.bySegment(pages, apps, platforms)
	return middleware.Chain(top,
		middleware.Request,
		middleware.Language,
		middleware.Log(c.Log),
		middleware.Pace(c.ClientTime),
		middleware.Compress,
		middleware.Headers(strings.HasPrefix(c.BaseURL, "https://")),
		middleware.Recover(c.Log, s.showFault),
		middleware.Shed(c.MaxRequests, s.always, s.showBusy),
	)
}

// always tells what is answered however much there is to do: health and the development providers,
// assets, which cost nothing, and the streams, which stand open and have a limit of their own.
func (s *site) always(r *http.Request) bool {
	path := r.URL.Path
	return s.under(path) != nil || strings.HasPrefix(path, "/static/") ||
		strings.HasPrefix(path, "/inbox/") && strings.HasSuffix(path, "/live")
}

// showBusy turns a request away in the words of the edge that it came to.
func (s *site) showBusy(w http.ResponseWriter, r *http.Request, err error) {
	if s.Busy != nil {
		s.Busy()
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); platform(first) || ofAPI(r) {
		s.API.Problem(w, r, err)
		return
	}
	s.showFault(w, r, err)
}

// reserved are first segments that no organisation can have as its code: they are asked first.
var reserved = map[string]bool{
	"": true, "about": true, "my": true, "inbox": true, "admin": true, "login": true, "logout": true, "auth": true,
	"language": true, "party": true, "stream": true, "static": true, "dev": true, "storage": true,
	"events": true, "signed-in": true, "authentication": true, "healthz": true, "readyz": true,
}

// bySegment sends a request on by the first segment of its path: what is added from outside,
// then our own pages, then the apps of an organisation.
func (s *site) bySegment(pages, apps, platforms http.Handler) http.Handler {
	guard := middleware.CrossOrigin(s.Login.HasCookie, s.showFault)
	pages, apps = s.queryOnly(guard(pages)), s.apart(guard(apps), apps)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if under := s.under(r.URL.Path); under != nil {
			under.ServeHTTP(w, r)
			return
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if platform(first) {
			platforms.ServeHTTP(w, r)
			return
		}
		if reserved[first] {
			pages.ServeHTTP(w, r)
			return
		}
		apps.ServeHTTP(w, r)
	})
}

// platform tells the first segments that the platform's own API stands under.
func platform(first string) bool {
	return first == "storage" || first == "events" || first == "authentication"
}

// ofAPI tells an app's API from its pages.
func ofAPI(r *http.Request) bool {
	parts := strings.SplitN(r.URL.Path, "/", 5)
	return len(parts) >= 4 && (parts[3] == "instances" || parts[3] == "api")
}

// queryOnly refuses a sign-in that comes back by POST: we ask for the answer in the address, and
// whoever posts it is not the provider.
func (s *site) queryOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/auth/callback" && r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.showFault(w, r, fault.New(fault.Malformed, "fault.login_failed"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// under gives the handler from outside that a path belongs to; nil when it is ours.
func (s *site) under(path string) http.Handler {
	for prefix, h := range s.Under {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return h
		}
	}
	return nil
}

// apart keeps the cross-origin check off the API: it takes bearer tokens only, which no browser
// sends by itself.
func (s *site) apart(guarded, open http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ofAPI(r) {
			open.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// pageRoutes are the pages that belong to no app, in the order a person meets them.
func (s *site) pageRoutes(mux *http.ServeMux) {
	mux.Handle("GET /{$}", s.show(s.home))
	mux.Handle("GET /static/{file}", static.Handler())
	mux.Handle("GET /static/theme/{file}", http.HandlerFunc(s.themeFile))
	mux.Handle("GET /about/{topic}", s.show(s.about))

	// Signing in and out.
	mux.Handle("GET /login", s.show(s.login))
	mux.Handle("GET /signed-in", s.signedIn(s.signedInBeside))
	mux.Handle("POST /signed-in", s.signedIn(s.staySignedIn))
	mux.Handle("GET /auth/callback", s.show(s.callback))
	mux.Handle("GET /auth/frontchannel-logout", s.show(s.frontChannelLogout))
	mux.Handle("POST /logout", s.show(s.logout))
	mux.Handle("POST /language", s.show(s.chooseLanguage))
	mux.Handle("GET /party", s.signedIn(s.parties))
	mux.Handle("POST /party", s.signedIn(s.chooseParty))

	// A citizen's own forms.
	mux.Handle("GET /my", s.signedIn(s.my))
	mux.Handle("GET /my/drafts", s.signedIn(s.myDrafts))
	mux.Handle("GET /my/sent", s.signedIn(s.mySent))
	mux.Handle("GET /my/messages", s.signedIn(s.myMessages))
	mux.Handle("GET /my/data.zip", s.signedIn(s.myData))
	mux.Handle("POST /my/restore", s.signedIn(s.restore))
	mux.Handle("GET /my/requests", s.signedIn(s.myRequests))
	mux.Handle("POST /my/requests", s.signedIn(s.ask))

	// An organisation's cases.
	const oneCase = "/inbox/{orgnr}/case/{guid}"
	mux.Handle("GET /inbox/{orgnr}", s.signedIn(s.inbox))
	mux.Handle("GET /inbox/{orgnr}/live", s.watching(s.live))
	mux.Handle("GET /inbox/{orgnr}/cases.csv", s.signedIn(s.exportCases))
	mux.Handle("GET /inbox/{orgnr}/keys", s.signedIn(s.keys))
	mux.Handle("POST /inbox/{orgnr}/choices", s.signedIn(s.chooseList))
	mux.Handle("GET /inbox/{orgnr}/views", s.signedIn(s.caseViews))
	mux.Handle("POST /inbox/{orgnr}/views", s.signedIn(s.keepView))
	mux.Handle("GET /inbox/{orgnr}/numbers", s.signedIn(s.numbers))
	mux.Handle("GET /inbox/{orgnr}/numbers.csv", s.signedIn(s.exportNumbers))
	mux.Handle("POST /inbox/{orgnr}/search", s.signedIn(s.searchCases))
	mux.Handle("POST /inbox/{orgnr}/next", s.signedIn(s.nextCase))
	mux.Handle("POST /inbox/{orgnr}/bulk", s.signedIn(s.chooseBulk))
	mux.Handle("GET /inbox/{orgnr}/bulk/{bulk}", s.signedIn(s.bulk))
	mux.Handle("POST /inbox/{orgnr}/bulk/{bulk}/{step}", s.signedIn(s.stepBulk))
	mux.Handle("GET "+oneCase, s.signedIn(s.oneCase))
	mux.Handle("GET "+oneCase+"/files/{element}", s.signedIn(s.caseFile))
	mux.Handle("GET "+oneCase+"/files/{element}/view", s.signedIn(s.caseFileView))
	mux.Handle("GET "+oneCase+"/files/{element}/content", s.signedIn(s.caseFileContent))
	mux.Handle("GET "+oneCase+"/attachments.zip", s.signedIn(s.caseBundle))
	mux.Handle("GET "+oneCase+"/dossier.pdf", s.signedIn(s.caseDossier))
	mux.Handle("GET "+oneCase+"/access", s.signedIn(s.caseAccess))
	mux.Handle("GET "+oneCase+"/{action}", s.signedIn(s.caseAction))
	mux.Handle("POST "+oneCase+"/{action}", s.signedIn(s.doCaseAction))
	mux.Handle("POST "+oneCase+"/write/save", s.signedIn(s.autosaveCase))
	mux.Handle("POST "+oneCase+"/work/{act}", s.signedIn(s.doCaseWork))

	// Administration.
	mux.Handle("GET /admin/{orgnr}", s.signedIn(s.admin))
	mux.Handle("GET /admin/{orgnr}/people", s.signedIn(s.people))
	mux.Handle("GET /admin/{orgnr}/people/grant", s.signedIn(s.grantForm))
	mux.Handle("POST /admin/{orgnr}/people/grant", s.signedIn(s.grant))
	mux.Handle("GET /admin/{orgnr}/people/{party}", s.signedIn(s.person))
	mux.Handle("GET /admin/{orgnr}/people/withdraw/{grant}", s.signedIn(s.withdrawForm))
	mux.Handle("POST /admin/{orgnr}/people/withdraw/{grant}", s.signedIn(s.withdraw))
	mux.Handle("GET /admin/{orgnr}/people/requests", s.signedIn(s.roleRequests))
	mux.Handle("POST /admin/{orgnr}/people/requests/{request}", s.signedIn(s.answerRequest))
	mux.Handle("GET /admin/{orgnr}/solution", s.signedIn(s.solution))
	mux.Handle("GET /admin/{orgnr}/solution/{app}", s.signedIn(s.appAccess))
	mux.Handle("GET /admin/{orgnr}/deliveries", s.signedIn(s.deliveries))
	mux.Handle("GET /admin/{orgnr}/deliveries/{delivery}", s.signedIn(s.delivery))
	mux.Handle("POST /admin/{orgnr}/deliveries/retry", s.signedIn(s.retryTarget))
	mux.Handle("POST /admin/{orgnr}/deliveries/{delivery}/retry", s.signedIn(s.retryDelivery))
	mux.Handle("GET /admin/{orgnr}/deliveries/{delivery}/give-up", s.signedIn(s.giveUpForm))
	mux.Handle("POST /admin/{orgnr}/deliveries/{delivery}/give-up", s.signedIn(s.giveUp))
	mux.Handle("GET /admin/{orgnr}/subscriptions", s.signedIn(s.subscriptions))
	const subscription = "/admin/{orgnr}/subscriptions/{subscription}"
	mux.Handle("GET "+subscription, s.signedIn(s.subscription))
	mux.Handle("POST "+subscription+"/test", s.signedIn(s.subscribedTo("tested", s.testSubscription)))
	mux.Handle("POST "+subscription+"/stop", s.signedIn(s.subscribedTo("halted", s.stopSubscription)))
	mux.Handle("POST "+subscription+"/replay", s.signedIn(s.replaySubscription))
	mux.Handle("GET /admin/{orgnr}/log", s.signedIn(s.log))
	mux.Handle("GET /admin/{orgnr}/log.csv", s.signedIn(s.exportLog))

	if s.Development {
		mux.Handle("GET /dev/gallery", s.show(s.gallery))
		mux.Handle("GET /dev/gallery/{page}", s.show(s.galleryPage))
		mux.Handle("GET /dev/notices", s.show(s.notices))
	}
	mux.Handle("/", s.show(s.notFound))
}

// appRoutes are the pages of an app, in the order a citizen meets them.
func (s *site) appRoutes(mux *http.ServeMux) {
	const one = "/{org}/{app}/instance/{party}/{guid}"
	mux.Handle("GET /{org}/{app}", s.show(s.service))
	mux.Handle("POST /{org}/{app}/start", s.signedIn(s.start))
	mux.Handle("GET "+one, s.signedIn(s.resume))
	mux.Handle("GET "+one+"/{task}/{page}", s.signedIn(s.formPage))
	mux.Handle("POST "+one+"/{task}/{page}", s.signedIn(s.postPage))
	mux.Handle("POST "+one+"/{task}/{page}/save", s.signedIn(s.autosave))
	mux.Handle("POST "+one+"/{task}/{page}/upload", s.signedIn(s.upload))
	const entry = "/{org}/{app}/instance/{party}/{guid}/{task}/{page}/{component}/{element}"
	mux.Handle("GET "+entry, s.signedIn(s.entry))
	mux.Handle("GET "+entry+"/{subpage}", s.signedIn(s.formPage))
	mux.Handle("POST "+entry+"/{subpage}", s.signedIn(s.postPage))
	mux.Handle("POST "+entry+"/{subpage}/save", s.signedIn(s.autosave))
	mux.Handle("POST "+entry+"/{subpage}/upload", s.signedIn(s.upload))
	mux.Handle("GET "+one+"/files/{element}", s.signedIn(s.file))
	mux.Handle("GET "+one+"/delete", s.signedIn(s.deleteForm))
	mux.Handle("POST "+one+"/delete", s.signedIn(s.deleteDraft))
	mux.Handle("GET "+one+"/receipt", s.signedIn(s.receipt))
	mux.Handle("GET "+one+"/receipt.pdf", s.signedIn(s.receiptPDF))
	mux.Handle("GET "+one+"/status", s.signedIn(s.status))
	mux.Handle("GET "+one+"/confirm", s.signedIn(s.confirm))
	mux.Handle("POST "+one+"/action/{action}", s.signedIn(s.takeAction))
	mux.Handle("POST "+one+"/copy", s.signedIn(s.copySent))
	mux.Handle("POST "+one+"/correct", s.signedIn(s.correct))
	mux.Handle("GET "+one+"/withdraw", s.signedIn(s.takeBackPage))
	mux.Handle("POST "+one+"/withdraw", s.signedIn(s.takeBack))
	mux.Handle("POST "+one+"/message", s.signedIn(s.say))
	mux.Handle("/", s.show(s.notFound))
}
