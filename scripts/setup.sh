#!/bin/sh
# Prepare .venv: the locked packages, checked by hash, and this project on top, editable.
#
# Starts from git, make and python3 alone. What the system lacks is named with the command that brings
# it; root gets it installed. pip's own configuration (mirrors, certificates, proxies) is left to decide
# where packages come from. A second run that has nothing to do costs some milliseconds.
#
#   PYTHON=python3.12 make setup    use another interpreter
set -eu
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
LOCK=requirements-dev.lock
STAMP=.venv/.setup-stamp

say() { printf 'setup: %s\n' "$*"; }

stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# The state that the stamp stands for: anything here that changes makes the work be done again.
state() {
    pwd -P
    sha256sum "$LOCK" pyproject.toml scripts/setup.sh scripts/check_wheels.py
}

have_python() { command -v "$PYTHON" >/dev/null 2>&1; }

# Debian splits the standard library: `venv` is there without python3-venv, `ensurepip` is not.
have_venv() { "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Debian's name for an interpreter's venv package: python3-venv, python3.12-venv.
venv_package() { printf '%s-venv' "$(basename "$PYTHON")"; }

missing_packages() {
    if ! have_python; then
        printf '%s ' "$(basename "$PYTHON")"
        venv_package
    elif ! have_venv; then
        venv_package
    fi
}

# What Qt loads from the system: the library, and Debian's package of it. The first lines are needed to draw at
# all, with or without a screen; the others to open a window under X11 (Wayland needs none of its own). FriBidi, the
# last, is Pillow's: without it letters of Hindi or Arabic cannot be put together on paper.
QT_LIBRARIES='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11.so.6 libx11-6
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libglib-2.0.so.0 libglib2.0-0
libxkbcommon.so.0 libxkbcommon0
libX11-xcb.so.1 libx11-xcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-render.so.0 libxcb-render0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libfribidi.so.0 libfribidi0
'

# ldconfig lies where an ordinary user's PATH does not look. A system without it is left to Qt's own message.
known_libraries() { PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true; }

missing_libraries() {
    known=$(known_libraries)
    [ -n "$known" ] || return 0
    printf '%s' "$QT_LIBRARIES" | while read -r library package; do
        case $known in *"$library "*) ;; *) [ -z "$library" ] || printf '%s ' "$package" ;; esac
    done
}

# The commands work without Qt, so what it lacks stops nobody who may not install anything.
bring_libraries() {
    lacking=$(missing_libraries)
    lacking=${lacking% }
    [ -n "$lacking" ] || return 0
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        install_system_packages "$lacking"
        return
    fi
    say "the windows and their tests need libraries that this system lacks. On Debian, bring them with:" >&2
    printf '\n    sudo apt-get update && sudo apt-get install -y %s\n\n' "$lacking" >&2
}

install_system_packages() {
    packages=$1
    command -v apt-get >/dev/null 2>&1 ||
        stop "this needs Python 3.11 or newer with its venv module (on Debian: $packages)." \
            "Install it with this system's package manager, then run make setup again."
    [ "$(id -u)" -eq 0 ] ||
        stop "this system lacks: $packages" "Install it, then run make setup again:" "" \
            "    sudo apt-get update && sudo apt-get install -y $packages" ""
    say "installing $packages"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get update -qq </dev/null
    # shellcheck disable=SC2086  # a list of package names
    apt-get install -y -qq --no-install-recommends $packages </dev/null >/dev/null
}

check_version() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 or newer is needed; $PYTHON is $("$PYTHON" -V 2>&1 | cut -d' ' -f2)." \
            "Name a newer one: PYTHON=python3.12 make setup"
}

# A virtual environment does not survive being moved, nor the removal of its interpreter.
usable_venv() {
    grep -qsF "$(pwd -P)/.venv" .venv/bin/activate && .venv/bin/python -c 'import pip' >/dev/null 2>&1
}

make_venv() {
    usable_venv && return
    say "creating .venv with $("$PYTHON" -V 2>&1)"
    "$PYTHON" -m venv --clear .venv
}

install_packages() {
    say "installing the locked packages (about 350 MB to fetch the first time)"
    # The lock is whole, so nothing is left to resolve. Without --no-deps the pip of Debian 12 looks at the
    # newest release of what is needed with an extra, finds it not pinned, and refuses the whole lock.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$LOCK" ||
        stop "pip could not install the locked packages; its reason stands above." \
            "Behind a mirror or a proxy, give pip its own settings (pip config, PIP_CERT) and run this again."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    .venv/bin/python -m pip --disable-pip-version-check check >/dev/null ||
        say "the lock leaves something out: .venv/bin/python -m pip check names it; make lock writes it anew"
    .venv/bin/python scripts/check_wheels.py
}

# Two runs at once (two terminals, `make -j`) would write over each other: the second waits.
if command -v flock >/dev/null 2>&1; then
    exec 9<.
    flock 9
fi

if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(state)" ] && usable_venv; then
    exit 0
fi

if have_python; then check_version; fi
missing=$(missing_packages)
if [ -n "$missing" ]; then
    install_system_packages "$missing"
    check_version
fi
bring_libraries
make_venv
rm -f "$STAMP"
install_packages
state >"$STAMP"
say "ready: .venv/bin holds issuer, wallet and verifier"
