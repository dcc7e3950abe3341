#!/bin/sh
# Builds the reader and the regression tests into a folder: build.sh [FOLDER].
# Honours CC, CFLAGS and LDFLAGS, so that a sanitizer can be switched on from outside.
set -eu
cd "$(dirname "$0")"
out=${1:-build}
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra ${CFLAGS:--O1 -g}"
mkdir -p "$out"
for source in src/*.c; do
    # shellcheck disable=SC2086 # flags are words
    ${CC:-cc} $flags -Iinclude -c "$source" -o "$out/$(basename "$source" .c).o"
done
# shellcheck disable=SC2086
${CC:-cc} $flags -Iinclude "$out"/*.o harness/tidepack_read.c ${LDFLAGS:-} -o "$out/tidepack-read"
# shellcheck disable=SC2086
${CC:-cc} $flags -Iinclude "$out"/*.o tests/regress.c ${LDFLAGS:-} -o "$out/tidepack-regress"
