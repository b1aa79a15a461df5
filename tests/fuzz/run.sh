#!/bin/sh
# Runs each fuzz target for FUZZ_SECONDS (default 60), starting from its seeds and the corpus of earlier runs.
# An input that breaks a guarantee ends the run with a failure and is saved in tests/fuzz/artifacts.
set -eu
cd "$(dirname "$0")/../.."

if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "fuzzing needs a nightly compiler; run: rustup toolchain install nightly" >&2
    exit 1
fi
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "fuzzing needs cargo-fuzz; run: cargo install --locked cargo-fuzz --version 0.13.2" >&2
    exit 1
fi

built=${CARGO_TARGET_DIR:-target}/fuzz
fuzz() { cargo +nightly fuzz "$@"; }
fuzz build --fuzz-dir tests/fuzz --target-dir "$built"
for target in $(fuzz list --fuzz-dir tests/fuzz); do
    echo "fuzzing $target for ${FUZZ_SECONDS:-60} s"
    mkdir -p "tests/fuzz/corpus/$target"
    fuzz run --fuzz-dir tests/fuzz --target-dir "$built" "$target" \
        "tests/fuzz/corpus/$target" "tests/fuzz/seeds/$target" -- \
        -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -verbosity=0 -print_funcs=0 -print_final_stats=1
done
