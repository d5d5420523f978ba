#!/bin/sh
# Install lock $2 into the virtual environment $1, then this project beside it, editable.
set -eu
venv=$1
lock=$2
uv=$venv/bin/uv
VIRTUAL_ENV=$(cd "$venv" && pwd)
export VIRTUAL_ENV UV_NO_PROGRESS=1

echo "Installing $lock" >&2
attempt=1
until "$uv" pip sync --quiet --compile-bytecode --require-hashes "$lock"; do
    if [ "$attempt" -ge 3 ]; then
        echo "The packages could not be installed. Is a package index reachable? A mirror is set with UV_DEFAULT_INDEX." >&2
        exit 1
    fi
    attempt=$((attempt + 1))
    sleep 3
done
# The build backend is pinned by hash as well; the project itself has nothing to hash.
"$uv" pip install --quiet --no-deps --build-constraints requirements-build.lock --require-build-hashes --editable .
