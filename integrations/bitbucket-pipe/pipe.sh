#!/bin/sh
# Exchanges the token of this step, and leaves the credentials where the rest of the step can read them.
set -eu
umask 077

folder="${BITBUCKET_PIPE_STORAGE_DIR:?Run this as a pipe}"
set -- --ci bitbucket
[ -z "${DURATION:-}" ] || set -- "$@" --duration "$DURATION"
[ "${DEBUG:-false}" != true ] || set -- "$@" --debug

mkdir -p "$folder"
rm -f "$folder/aws.sh"
rolecall export --format env "$@" >"$folder/aws.sh.new"
mv "$folder/aws.sh.new" "$folder/aws.sh"
echo "Credentials are in $folder/aws.sh: read it with '.'"
