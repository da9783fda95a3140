#!/usr/bin/env bash
# Takes the README's pictures anew: the built program runs in a pseudo-terminal on the demo's frozen
# data, and what it shows becomes assets/screenshots/*.svg, one of them a walk that moves. Needs Rust and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
"$cargo" build --release
PICTURES_OF="$(realpath "${CARGO_TARGET_DIR:-target}")/release/crosstie" \
    "$cargo" test --test pictures -- --ignored
ls -l assets/screenshots
