#!/usr/bin/env bash
# newest-packer.sh FOLDER: builds today's Packer and its plugin for AWS into FOLDER, and runs packer.test.ts with them.
# No part of CI, and not tried there: the Go module proxy that CI reaches answers 403 for both modules.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: newest-packer.sh FOLDER}" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."

GOBIN=$folder go install github.com/hashicorp/packer@latest
GOBIN=$folder go install github.com/hashicorp/packer-plugin-amazon@latest
export PACKER=$folder/packer PACKER_PLUGIN_PATH=$folder/plugins
"$PACKER" plugins install --path "$folder/packer-plugin-amazon" github.com/hashicorp/amazon
npm run build
npx vitest run --config vitest.interop.config.ts test/interop/packer.test.ts
