#!/bin/sh
# Compiles the agents that AGENT names, the same way whoever does it and wherever the crates come from.
#
# Two secrets of the build are taken where they are given: cargo_config (a registry mirror and its token) and build_ca (the
# certificate of a proxy that inspects TLS). Neither gets into a layer.
set -eu
. deploy/image/agents.sh
secrets=/run/secrets

set --
for agent in $agents; do
    set -- "$@" --package "$agent"
done
if [ -s "$secrets/cargo_config" ]; then
    configuration="--config $secrets/cargo_config"
fi
if [ -s "$secrets/build_ca" ]; then
    export CARGO_HTTP_CAINFO="$secrets/build_ca"
fi

# shellcheck disable=SC2086 # the option and its value are two words, or none
cargo fetch --locked --target "$(rustc --print host-tuple)" ${configuration:-}

# A build script runs again when a folder that it watches, or a file in it (cargo's own .cargo-ok), is newer than its last run, and
# all that depends on it is compiled again: downloads into a new cache would always be.
find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -exec touch --no-dereference --date=@0 {} +

# The folder of the crates is named after the registry, which may be a mirror; it must not show in the binary.
for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
    remapped="${remapped:-} --remap-path-prefix=$crates=/crates"
    mapped="${mapped:-} -ffile-prefix-map=$crates=/crates"
done
export RUSTFLAGS="$remapped --remap-path-prefix=$PWD=/build"
export CFLAGS="$mapped -ffile-prefix-map=$PWD=/build"
export CARGO_PROFILE_RELEASE_LTO="$LTO"
# Any fixed time, for C's __DATE__: with the release's own all C code would be compiled again, and what depends on it.
export SOURCE_DATE_EPOCH=0
# shellcheck disable=SC2086
cargo build --release --locked --offline --bins "$@" ${configuration:-}
