# Two commands do everything: `make run` and `make test`.

GO ?= go
DATA ?= ./pliego-data
LISTEN ?= 127.0.0.1:8080
BENCH_STEP ?= 5s

BENCH_S ?= 5

# What decides when faults hit; 0: the clock.
SEED ?= 0

.PHONY: run build test soak bench bench-sign bench-sign-postgres lint prepare clean

# Build, start with the demonstration, print the address.
run: build
	./bin/pliego serve --demo --data $(DATA) --listen $(LISTEN)

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/pliego ./cmd/pliego

# Every test, on SQLite and on a PostgreSQL started for it, and in Chromium; then
# the ledger, with tools that others wrote.
test: prepare
	$(GO) vet ./...
	$(GO) build -o bin/withpostgres ./internal/store/storetest/withpostgres
	./bin/withpostgres $(GO) test -timeout 8m ./...
	cd conformance && $(GO) vet ./... && $(GO) test -count=1 -timeout 3m ./...

# Faults under load, hundreds of times, with the counts: what `make test` does a few
# times. It takes root, for a small disk of its own.
soak: prepare
	$(GO) build -o bin/withpostgres ./internal/store/storetest/withpostgres
	./bin/withpostgres $(GO) test -count=1 -v -timeout 2h ./e2e/faults -soak -seed $(SEED)

# What the tests need besides Go, installed with apt where it may be.
prepare:
	@sh e2e/prepare.sh

# What is promised, measured: one line a figure, beside its target.
bench:
	@$(GO) test -count=1 -v -run 'TestCorpus$$' ./internal/letter/reading | grep precision
	@$(GO) test -count=1 -v -run 'TestPairs$$' ./internal/signature/registry | grep precision
	$(GO) run ./bench -step $(BENCH_STEP)

# Signing alone, with everything on, beside a bare handler with the same group
# commit: one line a step of BENCH_S seconds.
bench-sign:
	@$(GO) build -o bin/bench ./bench
	@./bin/bench -sign -step $(BENCH_S)s

# The same on PostgreSQL, beside what pgbench makes of the same transaction.
bench-sign-postgres:
	@$(GO) build -o bin/bench ./bench
	@./bin/bench -sign -postgres -step $(BENCH_S)s

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt: the files above need formatting" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	@$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./... || echo "govulncheck: not done; see above (it needs to reach the vulnerability database)" >&2

clean:
	rm -rf bin
