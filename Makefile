STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# How many inputs each fuzz target gets.
FUZZTIME = 50000x
# How long the cluster is tried.
SOAKTIME = 1h

# How many random walks the manager makes.
WALKS = 3000

.PHONY: help build test race vet fmt lint fuzz walk soak bench demo ci

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the programs into bin.
	go build -o bin/ ./cmd/...

test: ## Run all tests.
	go test ./...

race: ## Run all tests with the race detector.
	go test -race ./...

vet: ## Run go vet.
	go vet ./...

fmt: ## Format the code.
	gofmt -w .

lint: vet ## Run go vet and staticcheck.
	go run $(STATICCHECK) ./...

fuzz: ## Run each fuzz target for FUZZTIME.
	.ci/fuzz $(FUZZTIME)

walk: ## Have the manager walk WALKS new ways.
	go test ./manager -run TestModel -timeout 24h -rapid.checks $(WALKS) -rapid.seed $$(date +%s)

soak: ## Let everything happen to a cluster, again and again for SOAKTIME.
	go test ./e2e -run TestChaos -v -soak $(SOAKTIME) -timeout 24h

bench: ## Measure a broker against a bare JetStream program.
	go run ./bench

demo: ## Run a broker with agents that play themselves.
	go run ./cmd/broker --demo

ci: ## Run what CI runs.
	.ci/run
