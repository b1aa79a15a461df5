#!/bin/sh
# Installs what the tests need with apt if it can, or prints the command that does.
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
    echo "some programs that the tests need are not installed; run: sudo apt-get update && sudo $install" >&2
    exit 1
fi
