# The targets are the whole interface: CI runs these names and no others.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export GOTOOLCHAIN := local
GO_PACKAGES := ./...
# A bound for a test that hangs; Go's ten minutes can pass on a busy machine while all is well.
GO_PATIENCE := -timeout 40m
LINT := bin/golangci-lint
CONTROLLER_GEN := bin/controller-gen
NPM := npm --prefix web

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: dev dev-down dev-clean
dev: ## Run the whole platform on this machine and apply config/samples
	@go run ./cmd/devstack up
dev-down: ## Stop what make dev started
	@go run ./cmd/devstack down
dev-clean: ## Remove the development stack's data
	@go run ./cmd/devstack clean

.PHONY: build
build: web/dist/index.html ## Build bin/omnicrm with the web app in it
	go build -o bin/omnicrm ./cmd/omnicrm

.PHONY: test test-go test-web
test: test-go test-web ## Run every test; needs nothing started beforehand
test-go:
	@go run ./cmd/devstack fetch
	go test -race $(GO_PATIENCE) $(GO_PACKAGES)
test-web: web/dist/index.html
	$(NPM) run check
	$(NPM) test
	$(NPM) run budget

.PHONY: test-pooler
test-pooler: ## Run the tests of what speaks to tenant databases through PgBouncer in transaction mode
	OMNICRM_TEST_POOLER=1 go test $(GO_PATIENCE) ./platform/... ./modules/...

.PHONY: lint
lint: $(LINT) web/node_modules/.installed ## Check style and the dependency rule
	$(LINT) run ./...
	hack/verify-modules
	$(NPM) run lint

.PHONY: generate
generate: $(CONTROLLER_GEN) web/node_modules/.installed ## Regenerate CRDs, deepcopy, OpenAPI, the table of events and the web's types
	$(CONTROLLER_GEN) object paths=./api/...
	$(CONTROLLER_GEN) crd paths=./api/... output:crd:dir=config/crd/bases
	$(CONTROLLER_GEN) rbac:roleName=omnicrm-operator paths=./controllers/... output:rbac:dir=config/rbac
	go run ./cmd/omnicrm openapi > apiserver/openapi.json.new && mv apiserver/openapi.json.new apiserver/openapi.json
	go run ./cmd/omnicrm events > docs/events.md.new && mv docs/events.md.new docs/events.md
	$(NPM) run generate

.PHONY: verify
verify: generate lint ## Check that generated files, modules and the tree are as committed
	go mod tidy -diff
	git diff --exit-code

.PHONY: e2e
e2e: ## Drive the product's main job in Chromium on a stack of its own
	go run ./cmd/devstack e2e

.PHONY: lighthouse
lighthouse: web/dist/index.html ## Measure in Chromium what a phone waits for on the sign-in and the inbox
	$(NPM) run lighthouse

.PHONY: faults
faults: ## Kill, cut and flush everything while texts go out, and check the promises
	@go run ./cmd/devstack fetch
	OMNICRM_FAULTS=long go test -count 1 -timeout 2h -v ./test/faults/...
	OMNICRM_FAULTS=long go test -count 1 -timeout 20m ./controllers -ginkgo.focus 'a crowd that fails'

.PHONY: fuzz
fuzz: ## Fuzz each parser in turn; FUZZTIME=30s
	hack/fuzz $(or $(FUZZTIME),30s)

.PHONY: bench
bench: ## Measure against the floor in the same run; BENCH=regexp picks some, RECORD=1 renews docs/benchmarks.md
	@go run ./cmd/devstack fetch
	@mkdir -p .bench && rm -f .bench/figures.jsonl
	OMNICRM_BENCH_OUT=$(CURDIR)/.bench/figures.jsonl \
		go test -run '^$$' -bench '$(or $(BENCH),.)' -benchtime 1x -count $(or $(COUNT),3) -timeout 3h ./test/bench/...; \
		status=$$?; \
		(cd hack/bench && go run . $(if $(RECORD),-docs $(CURDIR)/docs) $(CURDIR)/.bench/figures.jsonl) && exit $$status

web/node_modules/.installed: web/package.json web/package-lock.json
	$(NPM) ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/index.html -type f 2>/dev/null)
	$(NPM) run build

$(LINT): hack/lint/go.mod
	cd hack/lint && go build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(CONTROLLER_GEN): hack/tools/go.mod
	cd hack/tools && go build -o ../../$@ sigs.k8s.io/controller-tools/cmd/controller-gen
