# Sourced by script/set-up: the virtual environment and the wheels of the lock files.

is_supported_python() {
    command -v "$1" >/dev/null &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if is_supported_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    local python version
    python=$(find_python) ||
        fail "no Python 3.11, 3.12 or 3.13 found" "please install one (Debian: sudo apt-get install python3), or set PYTHON"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        can_apt || fail "this Python cannot make virtual environments" "please run: sudo apt-get install python$version-venv"
        step "installing system packages: python$version-venv" apt_install "python$version-venv"
    fi
    step "making the virtual environment with $("$python" --version)" "$python" -m venv --clear .venv
}

pip_lock() {
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes --no-deps -r "$1"
}

# wheels LOCK TEXT: installs a lock once.
wheels() {
    local want
    want=$(digest "$1" "$(.venv/bin/python --version)")
    is_done "$1" "$want" && return
    step "installing $2" pip_lock "$1"
    mark_done "$1" "$want"
}

install_project() {
    local want
    want=$(digest pyproject.toml "$PWD")
    is_done project "$want" && return
    step "installing Levee itself" .venv/bin/python -m pip install --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --no-index --editable .
    mark_done project "$want"
}

install_python() {
    # A virtual environment remembers its place; one that was copied or moved is made again.
    is_supported_python .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 &&
        grep -qsF "$PWD/.venv" .venv/bin/activate || make_venv
    wheels requirements-build.lock "build tools"
    wheels requirements.lock "the libraries Levee runs on (about 25 MB of them PostgreSQL)"
    [[ $1 != test ]] || wheels requirements-dev.lock "the libraries its checks need"
    install_project
}
