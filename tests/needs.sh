#!/bin/sh
# Sees to what `make test` needs of the system: installs it with apt where it may, else prints the command.
# Usage: tests/needs.sh COMMAND=PACKAGE...
set -eu

missing=
for need in "$@"; do
    command -v "${need%%=*}" >/dev/null 2>&1 || missing="$missing ${need#*=}"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing what the tests need:$missing"
    apt-get update && DEBIAN_FRONTEND=noninteractive $install
else
    echo "the tests need what is not installed; run: sudo apt-get update && sudo $install" >&2
    exit 1
fi
