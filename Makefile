# `make help` lists the targets. Targets install the tools that they need into a cache outside the
# checkout; with a warm cache, none needs the network.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build generate docs tools fmt lint check test e2e-realtime fuzz bench gobench shops dist release-notes next-fixtures demo demo-break board-picture status-page-check compose-secrets test-notification clean clean-tools

INSTALL := tools/install.sh

VERSION  ?= $(shell cat VERSION 2>/dev/null || git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)
BRANCH   ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)
# Empty by default, so that builds are reproducible.
BUILD_DATE ?=
# Additional flags of go test: make test TESTFLAGS='-run Restart -v'
TESTFLAGS ?=
# Additional flags of the benchmark: make bench BENCHFLAGS='-statements 20000'
BENCHFLAGS ?=
# Additional flags of the simulated shops: make shops SHOPSFLAGS='-days 3 -shops small'
SHOPSFLAGS ?=

info := github.com/prometheus/common/version
ldflags := -s -w -X $(info).Version=$(VERSION) -X $(info).Revision=$(REVISION) -X $(info).Branch=$(BRANCH) -X $(info).BuildDate=$(BUILD_DATE)

help: ## List the targets
	@sed -nE 's/^([a-zA-Z0-9%-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

build: ## Build bin/marketplace_exporter and bin/marketplace_report
	CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/marketplace_exporter ./exporter
	CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/marketplace_report ./report

generate: ## Write the generated files: docs/metrics.md, docs/alerts.md, dashboards/json, deploy/kubernetes
	go run ./exporter metrics > .metrics.md
	mv .metrics.md docs/metrics.md
	go run ./dashboards/generate
	go run ./rules/generate
	for name in rules alertmanager; do \
		go run ./deploy/kubernetes/generate $$name > .$$name.yaml && mv .$$name.yaml deploy/kubernetes/$$name.yaml || exit; \
	done

docs: generate ## Same as generate

tools: ## Install all tools that check and test need
	$(INSTALL) golangci-lint gofumpt actionlint promtool prometheus alertmanager amtool pint postgres pgbouncer stripe-mock systemd-analyze

tools-%: ## Install one tool: make tools-promtool, make tools-postgres-17
	$(INSTALL) $*

fmt: ## Format the Go code
	gofumpt=$$($(INSTALL) gofumpt) && $$gofumpt -w .

lint: ## Lint the Go code
	linter=$$($(INSTALL) golangci-lint) && $$linter run ./... && (cd tools/shops && $$linter run ./...) && cd tools/kubernetes && $$linter run ./...

check: lint ## Run all checks other than tests: lint, format, generated files, go.mod, scripts, rules, language
	tools/check.sh

# Without the race detector run the tests of the rules, which start promtool thousands of times, and
# those of outages, which simulate hours. Most other packages wait for servers, so three run at a time,
# the longest first. Without DWARF, which no test reads, linking takes a third less. The cache of tests
# does not see changes of files in another module, which tools/kubernetes reads.
test: ## Run all tests with real servers and, apart from long simulations, the race detector
	$(INSTALL) promtool prometheus alertmanager debian-alertmanager amtool pint postgres pgbouncer stripe-mock systemd-analyze >/dev/null
	race=-race; $(INSTALL) gcc >/dev/null || { echo 'no C compiler: testing without the race detector'; race=; }; status=0; \
	go test -ldflags=-w -timeout 40m $(TESTFLAGS) ./rules ./exporter/stripe ./exporter/sentry ./exporter/uptimerobot || status=$$?; \
	go test $$race -ldflags=-w -p 3 -timeout 40m -skip '^TestOutages' $(TESTFLAGS) \
		./demo ./exporter/postgres $$(go list ./... | grep -v '/rules$$') || status=$$?; \
	exit $$status
	cd tools/shops && go test -timeout 20m $(TESTFLAGS) ./...
	cd tools/kubernetes && go test -count=1 -timeout 10m $(TESTFLAGS) ./...

e2e-realtime: ## Run the end-to-end test in production times, about 5 minutes (make test divides them by 10)
	$(INSTALL) prometheus alertmanager postgres-18 >/dev/null
	E2E_FACTOR=1 go test -v -count=1 -timeout 30m ./internal/e2e

fuzz: ## Run each fuzz target for a minute: make fuzz FUZZTIME=5m
	tools/fuzz.sh

bench: ## Measure the cost of scrapes beside postgres_exporter, and fail when a limit is exceeded
	peer=$$($(INSTALL) postgres_exporter) && $(INSTALL) postgres-17 >/dev/null && \
	go test -v -count=1 -timeout 30m -run TestScrapeCost ./tools/bench -args -limits -peer "$$peer" \
		-statements 5000 -tables 2000 -indexes 5000 -rounds 80 -pace 750ms $(BENCHFLAGS)

shops: ## Simulate three shops for four weeks, write the tables of docs/alerts.md, and fail when a limit is exceeded
	cd tools/shops && go run . -output ../../rules/shops.md $(SHOPSFLAGS)
	go run ./rules/generate

gobench: ## Run the Go benchmarks and summarize them with benchstat
	benchstat=$$($(INSTALL) benchstat) && go test -run '^$$' -bench . -benchmem -count 6 ./... | tee bench.txt && $$benchstat bench.txt

dist: ## Write the files of a release to dist/: programs for four platforms, SBOMs, the rules and boards, checksums
	LDFLAGS='$(ldflags)' tools/dist.sh dist

release-notes: ## Print the changelog of this version
	@awk '/^## / { on = index($$0, "[$(VERSION)]") } on && !/^## /' CHANGELOG.md

next-fixtures: ## Record the spans of Next.js 14, 15 and 16 as fixtures of the trace drain; installs them from npm
	for version in 14 15 16; do \
		tools/next-fixtures/record.sh $$version exporter/vercel/traces/testdata/next-$$version.json || exit; \
	done

demo: ## Run a demo marketplace with its monitoring until interrupted
	@tools/install-demo.sh
	@go build -ldflags '$(ldflags)' -o bin/demo ./demo
	@go build -ldflags '$(ldflags)' -o bin/marketplace_report ./report
	@exec bin/demo # make exits with its status

demo-break: ## Begin a fault in the running demo: make demo-break FAULT=name; END=1 ends it; without FAULT, list the faults
	@go build -ldflags '$(ldflags)' -o bin/demo ./demo
	@bin/demo break $(FAULT) $(if $(END),--end)

board-picture: ## Render a board of a running Grafana as bin/board.png: make board-picture GRAFANA_URL=http://localhost:3000
	@GRAFANA_URL='$(GRAFANA_URL)' tools/board-picture.sh

status-page-check: ## Check the status page in Chromium: WCAG AA, HTML, a client of Statuspage; writes bin/status-page/*.png
	tools/statuspage/check.sh

compose-secrets: ## Create the secrets of docker compose
	deploy/secrets/generate.sh

test-notification: ## Send a test alert to every channel: make test-notification ALERTMANAGER_URL=http://localhost:9093; ESCALATION=1 escalates it
	@ALERTMANAGER_URL='$(ALERTMANAGER_URL)' ESCALATION='$(ESCALATION)' tools/test-notification.sh

clean: ## Remove build output
	rm -rf bin dist bench.txt .metrics.md .rules.yaml .alertmanager.yaml

clean-tools: ## Remove the installed tools
	tools/clean.sh
