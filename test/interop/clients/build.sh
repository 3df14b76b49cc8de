#!/usr/bin/env bash
# Builds the clients of clients.test.ts that need a compiler or a class path, into build/ beside this file.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p build
out=$PWD/build

(cd go && go build -o "$out/go-sdk" ./sdk && go build -o "$out/go-base" ./base)
(cd rust && CARGO_TARGET_DIR="$out/rust" cargo build --quiet --locked)
(cd java && mvn -q -B dependency:build-classpath -Dmdep.outputFile="$out/java-class-path")
sed -i '1s/^/-cp /' "$out/java-class-path" # arguments of java, in a file

