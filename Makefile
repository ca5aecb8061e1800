# `make help` tells what there is. Tools are installed by the targets that need them, into a cache outside the checkout.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build generate docs tools fmt lint check test fuzz bench gobench demo demo-break board-picture compose-secrets clean clean-tools

INSTALL := tools/install.sh

VERSION  ?= $(shell cat VERSION 2>/dev/null || git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)
BRANCH   ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)
# Empty unless somebody sets it, so that the same source gives the same binary.
BUILD_DATE ?=
# More flags for `make test`: make test TESTFLAGS='-run Restart -v'
TESTFLAGS ?=

info := github.com/prometheus/common/version
ldflags := -s -w -X $(info).Version=$(VERSION) -X $(info).Revision=$(REVISION) -X $(info).Branch=$(BRANCH) -X $(info).BuildDate=$(BUILD_DATE)

help: ## Tell what each target does
	@sed -nE 's/^([a-zA-Z%-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

build: ## Build bin/marketplace_exporter
	CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/marketplace_exporter ./exporter

generate: ## Write the files that are generated: docs/metrics.md, dashboards/json, docs/alerts.md
	go run ./exporter metrics > .metrics.md
	mv .metrics.md docs/metrics.md
	go run ./dashboards/generate
	go run ./rules/generate

docs: generate ## The same as generate

tools: ## Install everything that check and test need
	$(INSTALL) golangci-lint gofumpt promtool prometheus alertmanager amtool pint postgres pgbouncer

tools-%: ## Install one tool: tools-promtool, tools-postgres, tools-postgres-17, ...
	$(INSTALL) $*

fmt: ## Format the Go code
	gofumpt=$$($(INSTALL) gofumpt) && $$gofumpt -w .

lint: ## Lint the Go code
	linter=$$($(INSTALL) golangci-lint) && $$linter run ./...

check: lint ## Check all that needs no tests to run: lint, format, generated files, go.mod, scripts, rules
	tools/check.sh

test: ## Run all tests against real servers, with the race detector
	$(INSTALL) promtool prometheus alertmanager amtool pint postgres pgbouncer >/dev/null
	race=-race; $(INSTALL) gcc >/dev/null || { echo 'no C compiler: testing without the race detector'; race=; }; \
	go test $$race -p 2 -timeout 20m $(TESTFLAGS) ./...

fuzz: ## Fuzz every decoder, a minute each, or for FUZZTIME=5m each
	tools/fuzz.sh

bench: ## Measure the exporter beside postgres_exporter on real servers
	peer=$$($(INSTALL) postgres_exporter) && $(INSTALL) postgres-17 >/dev/null && go run ./internal/bench -peer "$$peer"

gobench: ## Run the Go benchmarks and summarise them
	benchstat=$$($(INSTALL) benchstat) && go test -run '^$$' -bench . -benchmem -count 6 ./... | tee bench.txt && $$benchstat bench.txt

demo: ## Run a marketplace with its monitoring on this machine, until interrupted
	@tools/install-demo.sh
	@go build -o bin/demo ./demo
	@exec bin/demo # a process of its own, so that its exit status after an interrupt is make's

demo-break: ## Break something in the demo that runs: make demo-break FAULT=name; without FAULT, list what there is
	@go build -o bin/demo ./demo
	@bin/demo break $(FAULT)

board-picture: ## Take docs/images/board.png: from GRAFANA_URL, or else as a preview from PROMETHEUS_URL, such as the demo's
	@tools/board-picture.sh $(BOARD)

compose-secrets: ## Make local secrets for docker compose up, once
	deploy/secrets/generate.sh

clean: ## Remove what was built
	rm -rf bin bench.txt .metrics.md

clean-tools: ## Remove the installed tools; the next run gets them again
	tools/clean.sh
