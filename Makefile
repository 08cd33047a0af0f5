# Everything a person does here. Each target does its own set-up; `make` alone lists them.
# Needs Go and Node (npm); a C compiler makes the tests look for data races as well.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test build bench chaos demo generate check-generated lint fuzz assets clean

# npm's stamp: newer than what it was made from, or npm ci runs again (it empties the folder first).
STAMP := node_modules/.stamp
DIST := static/dist/manifest.json
SOURCES := $(wildcard static/css/* static/js/* static/img/*) \
	$(filter-out %_test.go,$(wildcard cmd/assets/*.go))

# One static binary, the same for `make run` and `make build`. Its revision is told where git can
# tell it (not in a copy without .git, nor in a checkout that belongs to another user).
GOBUILD = CGO_ENABLED=0 go build -trimpath \
	-buildvcs=$$(git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)

FUZZTIME ?= 5s
KILLS ?= 1000
REPLICAKILLS ?= 25
FAULTS ?= 3
POINTS ?= 1
SESSIONS ?= 200
WRONG ?= 25
LOADS ?= 2
POSTS ?= 100000
ARCHIVE ?= 100000
ROWS ?= 1000000
ONLY ?=
ROLLS ?= 5
SEQUENCES ?= 10000

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

run: build ## start everything; Ctrl-C stops it
	@exec bin/stafett serve

build: $(DIST) ## one static binary with everything embedded: bin/stafett
	@$(GOBUILD) -o bin/stafett ./cmd/stafett

test: $(DIST) ## all tests
	@if compiler=$$(command -v "$${CC:-gcc}" || command -v clang || command -v cc); then \
		echo "tests look for data races too: C compiler $$compiler"; \
		CC="$$compiler" CGO_ENABLED=1 go test -timeout 45m -race ./...; \
	else \
		echo "tests without the race detector: no C compiler (gcc, clang) was found"; \
		CGO_ENABLED=0 go test -timeout 45m ./...; \
	fi

bench: build ## measure against this machine's own limits: all, or what ONLY names, with ARCHIVE cases and lists of ROWS
	@$(GOBUILD) -o bin/bench ./cmd/bench
	@exec bin/bench -archive $(ARCHIVE) -rows $(ROWS) -only '$(ONLY)'

chaos: $(DIST) ## the long checks: KILLS kills and FAULTS of each fault under load, SESSIONS of typing, made-up solutions, random posts, acts and undos, access
	go test -count=1 -timeout 60m -v -parallel 3 -skip TestTyping ./internal/crashtest -kills $(KILLS) \
		-faults $(FAULTS) -points $(POINTS) -wrong $(WRONG) -loads $(LOADS) -replicakills $(REPLICAKILLS) \
		-rolls $(ROLLS)
	go test -count=1 -timeout 60m -v -run TestTyping ./internal/crashtest -sessions $(SESSIONS)
	go test -count=1 -timeout 60m -v -run 'TestRotation|TestClocks' ./internal/handover -rotations 200
	go test -count=1 -timeout 60m -v -run TestProperty ./internal/handover -plans 4000 -relays 200
	go test -count=1 -timeout 60m -v -run 'TestOnlyTheseFields|TestDemo' ./cmd/stafett \
		-posts $(POSTS) -demo
	go test -count=1 -timeout 60m -v -parallel 4 -run TestRandomActs ./internal/instance -sequences $(SEQUENCES)
	STAFETT_CHAOS=1 go test -count=1 -v -run EqualsTheEnforcer ./internal/access
	STAFETT_CHAOS=1 go test -count=1 -timeout 30m -v -run 'TestMatrix|TestRevocation|TestOneAnswer' ./cmd/stafett

demo: ## fill the server that make run has started, so that a municipality is at work
	@go run ./cmd/demo

generate: ## write the Go code of the templates
	go tool templ generate -path templates -log-level warn

check-generated: ## fail when the Go code of the templates is not what generate writes
	@sums() { find templates -name '*_templ.go' | LC_ALL=C sort | xargs cksum; }; \
	before=$$(sums) && go tool templ generate -path templates -log-level warn && after=$$(sums) && \
	if [ "$$before" != "$$after" ]; then \
		echo "generated files were not fresh; they are now: commit them" >&2; exit 1; \
	fi; echo "$$after" | wc -l | xargs printf '%s generated files are fresh\n'

lint: ## formatting, vet, staticcheck
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l) && \
	if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted" >&2; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

# Go ends a fuzz run now and then with "context deadline exceeded" and no failing input, when the
# time is up in the middle of a count (golang/go 75804): that run is made again, once.
fuzz: $(DIST) ## run each fuzz target for FUZZTIME
	@set -e; count=0; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	for file in $$(grep -rl --include='*_test.go' --exclude-dir=node_modules '^func Fuzz' . | \
			LC_ALL=C sort); do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "fuzz $$(dirname "$$file") $$name"; \
			try() { go test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=1s \
				"$$(dirname "$$file")" >"$$log" 2>&1; }; \
			if ! try; then \
				if grep -q '^    context deadline exceeded$$' "$$log" && ! grep -q 'Failing input' "$$log"; then \
					echo "its time was up while Go was still counting: once more"; try || { cat "$$log"; exit 1; }; \
				else cat "$$log"; exit 1; fi; \
			fi; \
			tail -n 2 "$$log"; \
			count=$$((count + 1)); \
		done; \
	done; \
	echo "$$count fuzz targets ran for $(FUZZTIME) each"; [ "$$count" -gt 0 ]

assets: $(DIST) ## style, script and fonts into static/dist

clean: ## remove what was built and fetched; the data in .data stay
	rm -rf bin node_modules
	find static/dist -type f ! -name .gitkeep -delete

$(STAMP): package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later" >&2; exit 2; }
	npm ci --ignore-scripts --loglevel=error
	@touch $@

$(DIST): $(STAMP) $(SOURCES)
	go run ./cmd/assets
