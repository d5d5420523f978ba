#!/bin/sh
# Resolve all locks again. $1 is uv. Releases younger than a week are left to ripen.
set -eu
uv=$1
cutoff=$("$uv" --version >/dev/null && date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z 2>/dev/null || date -u -v-7d +%Y-%m-%dT00:00:00Z)
compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-header --python-version 3.11 --exclude-newer "${EXCLUDE_NEWER:-$cutoff}" "$@"
}
compile pyproject.toml -o requirements.lock
compile pyproject.toml --group dev -o requirements-dev.lock
printf 'uv\n' | compile - -o requirements-uv.lock
printf 'hatchling\neditables\n' | compile - -o requirements-build.lock
