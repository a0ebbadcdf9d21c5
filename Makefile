# What people type. Each target installs what it needs and is missing, and says so; the work is in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The order below is meant: the server embeds the single-page app, so that one comes first. cargo uses all cores anyway.
.NOTPARALLEL:
.PHONY: help run build seed dev test check bench soak clean rust tools test-tools

export TOOLS_DIR ?= $(HOME)/.cache/btc-crowdfund/tools
# The second, for a shell that has not been opened anew since rustup was installed.
export PATH := $(abspath $(TOOLS_DIR))/bin:$(PATH):$(HOME)/.cargo/bin

STEP := scripts/step.sh
BINARY := $(or $(CARGO_TARGET_DIR),target)/release/btc-crowdfund
# Folders too: they change when a file is deleted.
SPA_SOURCES := $(shell find web shared) Cargo.toml Cargo.lock Trunk.toml rust-toolchain.toml

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name does; do \
		printf 'make %-7s %s\n' "$$name" "$$does"; done

run: build ## Build, then serve http://127.0.0.1:8000; demo data until a store is configured in .env
	@exec $(BINARY)

build: dist/index.html ## The two release artefacts: target/release/btc-crowdfund and dist/
	@$(STEP) "Server, release build (about 10 minutes on 2 cores the first time)" \
		cargo build --release --locked -p api

seed: build ## Demo data into the configured database; SEED="--invoices 5000 --days 365", see btc-crowdfund seed --help
	@$(BINARY) seed $(SEED)

dev: tools ## For editing: the API in debug mode and the pages with reload at http://127.0.0.1:8080; Ctrl-C ends both
	@$(STEP) "Server, debug build (about 6 minutes on 2 cores the first time)" cargo build --locked -p api
	@exec scripts/dev.sh

test: tools test-tools dist/index.html check ## make check, then every test, on SQLite and on PostgreSQL, browser included
	@$(STEP) "Tests of the pages' own code (about 3 minutes on 2 cores the first time)" \
		cargo test --locked -p web --lib
	@$(STEP) "Tests on SQLite (about 5 minutes on 2 cores the first time)" \
		scripts/no-settings.sh cargo test --locked -p api -p shared
	@$(STEP) "Tests on PostgreSQL (about 2 minutes)" \
		scripts/no-settings.sh scripts/with-postgres.sh cargo test --locked -p api

check: rust ## Format, lints on both targets, documentation, import rule, licences
	@$(STEP) "Format (a second)" cargo fmt --all --check
	@$(STEP) "Lints, server (about 5 minutes on 2 cores the first time)" \
		cargo clippy --locked -p api -p shared --all-targets -- -D warnings
	@$(STEP) "Lints, browser (about 1 minute the first time)" \
		cargo clippy --locked -p web --target wasm32-unknown-unknown -- -D warnings
	@$(STEP) "Documentation (about 1 minute the first time)" \
		env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked -p api -p shared
	@$(STEP) "Import rule and licences (about 5 minutes on 2 cores the first time)" \
		cargo test --locked -p api --test it -- layout:: licences::

bench: rust ## Measure deliveries, ingest, roll-ups and analytics beside the disk's own speed (BENCH_SIZES, BENCH_DATABASE_URL)
	@$(STEP) "Benchmarks, release build (about 10 minutes on 2 cores the first time)" \
		cargo bench --locked -p api --bench deliveries --bench ledger

soak: rust test-tools ## A minute of 200 deliveries a second with SIGKILL every 5 seconds, on both databases (SOAK_SECONDS, SOAK_RATE)
	@$(STEP) "Deliveries under SIGKILL, SQLite (about 2 minutes, and 5 for the build)" \
		scripts/no-settings.sh cargo test --locked -p api --test it -- --ignored --nocapture soak::
	@$(STEP) "Deliveries under SIGKILL, PostgreSQL (about 2 minutes)" \
		scripts/no-settings.sh scripts/with-postgres.sh cargo test --locked -p api --test it -- --ignored --nocapture soak::

clean: ## Remove build output and the demo database; one that has held a store's data is kept
	@scripts/clean.sh

rust:
	@scripts/tools.sh rust

tools:
	@scripts/tools.sh

test-tools:
	@scripts/test-tools.sh

dist/index.html: $(SPA_SOURCES) | tools
	@$(STEP) "Single-page app, release build (about 2 minutes on 2 cores the first time)" scripts/build-spa.sh
