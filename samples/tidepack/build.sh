#!/bin/sh
# Builds the reader and the regression tests: build.sh [FOLDER [COMPILER [FLAG...]]].
# Without a compiler and flags on the line, CC, CFLAGS and LDFLAGS of the environment count.
set -eu
cd "$(dirname "$0")"
out=${1:-build}
compiler=${2:-${CC:-cc}}
if [ $# -ge 2 ]; then
    shift 2
else
    # shellcheck disable=SC2086 # flags are words
    set -- ${CFLAGS:--O1 -g}
fi
set -- -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra "$@"
mkdir -p "$out"
for source in src/*.c; do
    "$compiler" "$@" -Iinclude -c "$source" -o "$out/$(basename "$source" .c).o"
done
# shellcheck disable=SC2086
"$compiler" "$@" -Iinclude "$out"/*.o harness/tidepack_read.c ${LDFLAGS:-} -o "$out/tidepack-read"
# shellcheck disable=SC2086
"$compiler" "$@" -Iinclude "$out"/*.o tests/regress.c ${LDFLAGS:-} -o "$out/tidepack-regress"
