#!/bin/sh
# Make the virtual environment $1 with a suitable Python, and put a hash-checked uv into it.
set -eu
venv=$1

suitable() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3 python; do
        if suitable "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    cat >&2 <<'TEXT'
OneChop needs Python 3.11 or later, and none was found.
  Debian, Ubuntu:  apt-get install python3 python3-venv
  macOS:           brew install python@3.13
  elsewhere:       https://www.python.org/downloads/
If it is installed under another name, say: make demo PYTHON=/path/to/python3
TEXT
    exit 1
fi

make_venv() { "$python" -m venv "$venv" >"$venv.log" 2>&1; }

if ! suitable "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "Making $venv with $("$python" --version) ($python)" >&2
    rm -rf "$venv"
    # Debian keeps ensurepip in a package of its own.
    if ! make_venv && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing python3-venv" >&2
        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >&2
        rm -rf "$venv"
        make_venv || true
    fi
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        cat "$venv.log" >&2
        echo "The virtual environment could not be made. On Debian: apt-get install python3-venv" >&2
        rm -rf "$venv" "$venv.log"
        exit 1
    fi
    rm -f "$venv.log"
fi

if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: -r requirements-uv.lock; then
    echo "uv could not be installed. Is a package index reachable? A mirror is set with PIP_INDEX_URL and UV_DEFAULT_INDEX." >&2
    exit 1
fi
