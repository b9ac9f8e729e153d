#!/bin/sh
# Writes what the dependencies' compilation depends on: the manifests and the lock file, with empty sources in the places that
# cargo looks for, and the scripts that compile them (a change of any other script compiles nothing again).
#
#     plan.sh CONTEXT PLAN
set -eu
context=$1
plan=$2

cd "$context"
find . \( -name Cargo.toml -o -name Cargo.lock \) -o -path ./deploy/image/agents.sh -o -path ./deploy/image/compile.sh | while read -r file; do
    mkdir -p "$plan/$(dirname "$file")"
    cp "$file" "$plan/$file"
done
find . -path '*/src/lib.rs' -o -path '*/src/main.rs' -o -name build.rs -o -path '*/benches/*.rs' | while read -r file; do
    mkdir -p "$plan/$(dirname "$file")"
    printf '#![allow(warnings)]\nfn main() {}\n' >"$plan/$file"
done
# A builder that keys its cache by file times must find the same ones again.
find "$plan" -exec touch --date=@0 {} +
