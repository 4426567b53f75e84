# 蓝湾 Lanwan. `make demo` and `make test` do all set-up themselves.
.DEFAULT_GOAL := help
.PHONY: help setup demo build web client check test test-rust test-web e2e conformance bench fmt clean

LANWAN := target/release/lanwan
RUST_LOG ?= warn

help: ## show this help
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## install what the tests need (Chromium, PostgreSQL, cargo-nextest), where it is missing
	@scripts/setup.sh

demo: build ## load the sample city and serve it on http://127.0.0.1:8212
	$(LANWAN) demo

build: web ## build the binary with the web app in it
	cargo build --release -p lanwan

web: web/dist/index.html ## build the web app

WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/package.json web/package-lock.json web/vite.config.ts web/tsconfig.json

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.installed
	cd web && npm run build

client: build ## generate web/openapi.json and the typed client from the server
	$(LANWAN) openapi > web/openapi.json
	cd web && npm run generate

check: ## the quick loop: format, lints, the pure crates' tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo nextest run --no-fail-fast -p lanwan-terms -p lanwan-rulebook -p lanwan-standards

test: setup build check test-web test-rust conformance e2e ## everything; what a missing part would skip fails instead

test-rust: ## all Rust tests, on SQLite and on PostgreSQL, and the documentation's examples
	scripts/with-postgres.sh cargo nextest run --release --workspace --no-fail-fast
	cargo test --release --workspace --doc

test-web: web/node_modules/.installed build ## type check, lints and unit tests of the web app; the generated client is up to date
	cd web && npm run check && npm test
	$(LANWAN) openapi | diff -u web/openapi.json - || { echo "web/openapi.json is not what the server says: run make client"; exit 1; }
	cd web && npm run generate && git diff --exit-code -- src/api

conformance: build ## the public cases
	$(LANWAN) conformance --quiet conformance/*/*.csv

e2e: build ## browser tests of every page, on the sample city
	scripts/e2e.sh

bench: build ## benchmarks, peers side by side, with the ratios
	scripts/bench.sh

fmt: ## format everything
	cargo fmt --all
	cd web && npm run format

clean: ## remove what was built
	cargo clean
	rm -rf web/dist web/node_modules e2e/node_modules data
