# Sourced by script/set-up: saying what happens, and remembering what was done.

say() { printf '· %s\n' "$*"; }

fail() {
    printf '✗ %s\n' "$1" >&2
    shift
    (($# == 0)) || printf '  %s\n' "$@" >&2
    exit 1
}

# step TEXT COMMAND...: runs the command with its output in a log, and says every few seconds that it still runs.
step() {
    local text=$1 log start pid tick=0 status=0
    shift
    log=$(mktemp)
    start=$SECONDS
    say "$text"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        tick=$((tick + 1))
        ((tick % 25 != 0)) || printf '  … %s s\n' "$((SECONDS - start))"
    done
    wait "$pid" || status=$?
    if ((status != 0)); then
        tail -n 25 "$log" >&2
        rm -f "$log"
        fail "could not finish: $text" "the command was: $*"
    fi
    rm -f "$log"
}

# digest WORD_OR_FILE...: one digest over all of them, files by their content.
digest() {
    local item
    for item in "$@"; do
        if [[ -f $item ]]; then cat "$item"; else printf '%s\n' "$item"; fi
    done | sha256sum | cut -d' ' -f1
}

# Stamps live inside what they describe, so that removing .venv removes them as well.
is_done() { [[ -f .venv/stamps/$1 && $(<".venv/stamps/$1") == "$2" ]]; }

mark_done() {
    mkdir -p .venv/stamps
    printf '%s\n' "$2" >".venv/stamps/$1"
}
