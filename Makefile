# `make` alone lists the targets.

PYTHON27 ?= python2.7
WASM := target/wasm32-unknown-unknown/page/wirestamp_web_client.wasm
NEEDS := curl=curl nc=netcat-openbsd ncat=ncat socat=socat python3=python3 node=nodejs tshark=tshark
ifeq ($(BROWSER),none)
TESTS := -- --skip browser::
else
# npm downloads axe-core once.
NEEDS += chromium=chromium chromedriver=chromium-driver npm=npm
endif

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: serve
serve: page ## Build everything and run the server
	cargo build -p wirestamp-server
	@exec target/debug/wirestamp serve

.PHONY: build
build: page ## Build target/release/wirestamp, which runs without the source tree
	cargo build --release -p wirestamp-server

.PHONY: page
page: ## Build the page and pack it into target/site
	rustup target add wasm32-unknown-unknown
	cargo build -p wirestamp-web-client --target wasm32-unknown-unknown --profile page
	cargo run -p wirestamp-pack -- $(WASM) static target/site

.PHONY: test
test: page ## Run all tests; BROWSER=none skips the browsers
	@tests/needs.sh $(NEEDS) $(if $(TESTS),,firefox-esr=firefox-esr)
	@$(if $(TESTS),,command -v geckodriver >/dev/null || cargo install --locked geckodriver@0.37.1)
	# One of the tests runs `make serve`, which should not have to build anything.
	cargo build -p wirestamp-server
	cargo test --workspace $(TESTS)
	@$(if $(TESTS),echo "skipped the tests in a browser: BROWSER=none")

.PHONY: check
check: page ## Check formatting, lints and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy -p wirestamp-server --test soak --test bench --test screenshots -- -D warnings
	RUSTFLAGS="--cfg fuzzing" cargo clippy --manifest-path tests/fuzz/Cargo.toml --target-dir target/fuzz -- -D warnings
	cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
	cargo clippy -p wirestamp-web-client --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

.PHONY: fuzz
fuzz: page ## Fuzz each target in tests/fuzz for FUZZ_SECONDS (default 60)
	@tests/fuzz/run.sh

.PHONY: autobahn
autobahn: build ## Run Autobahn's WebSocket test suite; PYTHON27 is the Python 2.7 that it needs (default python2.7)
	@command -v $(PYTHON27) >/dev/null || { echo "Autobahn's suite needs Python 2.7; set PYTHON27 to one" >&2; exit 1; }
	$(PYTHON27) tests/autobahn/run.py target/release/wirestamp

.PHONY: soak
soak: page ## Run the server under all kinds of clients for SOAK_SECONDS (default 120); BROWSER=none skips the browser
	@tests/needs.sh $(NEEDS)
	cargo test --release -p wirestamp-server --test soak

.PHONY: instructions
instructions: ## Count the instructions per line; fail if there are more than before
	@tests/needs.sh valgrind=valgrind
	cargo test --release -p wirestamp-protocol --test instructions

.PHONY: bench
bench: page ## Compare the speed with other programs and write docs/performance.md
	@tests/needs.sh cc=gcc chromium=chromium chromedriver=chromium-driver
	@# The programs to compare with. The tables name the ones that are missing.
	-@tests/needs.sh socat=socat websockify=websockify
	-@command -v websocat >/dev/null || cargo install --locked websocat@1.14.1
	cargo test --release -p wirestamp-server --test bench

.PHONY: screenshots
screenshots: page ## Take the documents' pictures of the page, and more in target/screenshots
	@tests/needs.sh chromium=chromium chromedriver=chromium-driver curl=curl nc=netcat-openbsd python3=python3
	cargo test -p wirestamp-server --test screenshots

.PHONY: deny
deny: ## Check the licences, sources and duplicates of all dependencies
	@command -v cargo-deny >/dev/null || cargo install --locked --no-default-features cargo-deny@0.20.2
	cargo deny check licenses bans sources

.PHONY: clean
clean: ## Remove everything that was built
	cargo clean
