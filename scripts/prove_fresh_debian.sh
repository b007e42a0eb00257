#!/usr/bin/env bash
# Prove that a fresh Debian 12 with git, make and python3 alone is enough: set-up as an ordinary user says
# what is missing; as root it installs that, and then everything runs from a fresh clone of HEAD.
#
#   scripts/prove_fresh_debian.sh [FOLDER]     run as root; needs debootstrap
#
# FOLDER (default: a new temporary one) keeps the plain system, so that a second run starts sooner. The
# host's name servers, certificates, proxies and pip settings go along, for without them a machine behind
# a mirror could download nothing; nothing else of the host is seen inside.
#
#   MIRROR=http://...   the Debian mirror, where not debootstrap's own choice
#   TARGETS="..."       what root makes after set-up (default: lint test, and demo where it exists)
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
folder=${1:-$(mktemp -d)}
INCLUDE=git,make,python3
. "$repository/scripts/debian_folder.sh"
go_inside

bring_repository() {
    git -c safe.directory='*' clone -q --no-local "$repository" "$root/root/counterproof"
    cp -a "$root/root/counterproof" "$root/home/resident/counterproof"
    chroot "$root" chown -R resident: /home/resident/counterproof
}

as_root() { inside env HOME=/root bash -c "cd /root/counterproof && $1"; }
as_resident() {
    inside env HOME=/home/resident setpriv --reuid resident --regid resident --clear-groups \
        bash -c "cd /home/resident/counterproof && $1"
}

prove_ordinary_user_is_told() {
    say "make, as an ordinary user, prints the targets"
    as_resident make | grep 'make setup' || stop "make alone does not explain itself"
    say "make setup, as an ordinary user on the plain system, names the command"
    local out
    if out=$(as_resident "make setup" 2>&1); then
        stop "set-up went through without python3-venv"
    fi
    printf '%s\n' "$out"
    grep -q 'sudo apt-get update && sudo apt-get install -y python3-venv' <<<"$out" || stop "no command was named"
}

# The second set-up must cost nothing.
prove_set_up_is_idempotent() {
    local before after
    before=$(date +%s%N)
    as_root "make setup"
    after=$(date +%s%N)
    say "a second make setup took $(((after - before) / 1000000)) ms"
    [ $((after - before)) -lt 2000000000 ] || stop "a second set-up does work again"
}

prove_targets() {
    local target targets=${TARGETS:-lint test}
    if [ -z "${TARGETS:-}" ] && [ -e "$root/root/counterproof/scripts/demo.py" ]; then
        targets+=" demo"
    fi
    local failed=()
    for target in $targets; do
        say "make $target, as root"
        as_root "time make $target" || failed+=("$target")
    done
    as_root "git status --porcelain" | { ! grep .; } || stop "the run left files that git does not ignore"
    [ ${#failed[@]} -eq 0 ] || stop "failed: ${failed[*]}"
}

prove_ordinary_user_can_work() {
    say "make setup, as an ordinary user, now that python3-venv is there"
    as_resident "time make setup && .venv/bin/python -c 'import counterproof, cv2, zxingcpp'"
}

make_plain_system
make_running_system
bring_repository
say "$(chroot "$root" cat /etc/debian_version) with $(chroot "$root" python3 -V), commit $(
    git -c safe.directory='*' -C "$root/root/counterproof" rev-parse --short HEAD)"
prove_ordinary_user_is_told
say "make setup, as root"
as_root "time make setup"
prove_set_up_is_idempotent
prove_ordinary_user_can_work
prove_targets
say "proved; $folder may be removed"
