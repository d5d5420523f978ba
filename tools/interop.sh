#!/bin/sh
# Bring the programs of other people that `make interop` compares with; install what is missing.
set -eu

# program → Debian package
wanted='openssl:openssl pdfsig:poppler-utils pdftotext:poppler-utils certutil:libnss3-tools qpdf:qpdf'

missing=''
for pair in $wanted; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
test -n "$(printf '%s' "$missing" | tr -d ' \n')" || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "These are missing, please install them: $missing" >&2
    echo "  Debian, Ubuntu: sudo apt-get install $missing" >&2
    echo "  macOS:          brew install openssl poppler nss qpdf" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing: $missing" >&2
for attempt in 1 2 3; do
    # shellcheck disable=SC2086 # a list of packages
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
    sleep $((attempt * 5))
done
echo "The programs could not be installed: $missing" >&2
exit 1
