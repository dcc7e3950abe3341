# Sourced by script/set-up: programs of the operating system.

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

can_apt() {
    command -v apt-get >/dev/null || return 1
    ((EUID == 0)) || sudo -n true 2>/dev/null
}

apt_install() {
    # The package lists of a fresh machine are empty or old: a failure is tried again after an update.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        {
            as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
                as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
        }
}

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Prints the Debian packages that are missing for a purpose, one a line.
missing_packages() {
    command -v git >/dev/null || echo git
    command -v gcc >/dev/null || echo gcc
    command -v bwrap >/dev/null || echo bubblewrap
    command -v gpg >/dev/null || echo gnupg
    [[ -e /usr/include/stdlib.h ]] || echo libc6-dev
    compgen -G '/usr/lib*/libseccomp.so.2' >/dev/null ||
        compgen -G '/usr/lib/*/libseccomp.so.2' >/dev/null ||
        compgen -G '/lib/*/libseccomp.so.2' >/dev/null || echo libseccomp2
    [[ $1 != test ]] || find_chromium >/dev/null || echo chromium
}

install_system_packages() {
    local -a missing
    mapfile -t missing < <(missing_packages "$1")
    ((${#missing[@]} > 0)) || return 0
    if can_apt; then
        step "installing system packages: ${missing[*]}" apt_install "${missing[@]}"
    else
        say "missing, and this account may not install them: ${missing[*]}"
        say "  please run: sudo apt-get install ${missing[*]}"
        say "  Levee goes on; what needs them (replaying proofs, browser tests) refuses and says so"
    fi
}
