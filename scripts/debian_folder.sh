# Sourced by what proves things on a plain Debian 12 in a folder: making that system, going into it.
# Expects `folder`; `INCLUDE` (packages) and `MIRROR` may be set. Nothing of the host but its name servers,
# certificates, proxies and pip settings is seen inside.
# shellcheck shell=bash
plain=$folder/plain${INCLUDE:+-${INCLUDE//,/-}}
root=$folder/run

say() { printf '\nprove: %s\n' "$*"; }
stop() { printf 'prove: %s\n' "$*" >&2; exit 1; }

# Mounts live in a namespace of our own: they vanish with this process, however it ends.
go_inside() {
    [ -z "${PROVE_INSIDE:-}" ] || return 0
    [ "$(id -u)" -eq 0 ] || stop "run this as root: it makes a system of its own and enters it"
    command -v debootstrap >/dev/null || stop "debootstrap is missing: apt-get install -y debootstrap"
    mkdir -p "$folder"
    PROVE_INSIDE=1 exec unshare --mount --pid --fork --kill-child "$0" "$(cd "$folder" && pwd -P)"
}

make_plain_system() {
    [ -e "$plain/.complete" ] && return
    say "making a plain Debian 12 in $plain"
    rm -rf "$plain"
    debootstrap --variant=minbase ${INCLUDE:+--include="$INCLUDE"} bookworm "$plain" ${MIRROR:+"$MIRROR"} \
        >"$folder/debootstrap.log" 2>&1 || stop "debootstrap failed: see $folder/debootstrap.log"
    touch "$plain/.complete"
}

copy_in() { [ ! -f "$1" ] || install -D -m 644 "$(realpath "$1")" "$root$1"; }

bring_network_settings() {
    copy_in /etc/resolv.conf
    copy_in /etc/pip.conf
    local certificate name
    for certificate in /usr/local/share/ca-certificates/*.crt; do
        copy_in "$certificate"
    done
    for name in SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE; do
        [ -z "${!name:-}" ] || copy_in "${!name}"
    done
}

make_running_system() {
    rm -rf "$root"
    cp -a "$plain" "$root"
    bring_network_settings
    # This system is thrown away: nothing waits for the disk.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t tmpfs tmpfs "$root/tmp"
    chroot "$root" useradd --create-home --shell /bin/bash resident
}

# A clean environment but for what reaches the package index, and no terminal.
inside() {
    local pass=() name
    for name in SSL_CERT_FILE REQUESTS_CA_BUNDLE PIP_CERT PIP_INDEX_URL PIP_EXTRA_INDEX_URL \
        PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || pass+=("$name=${!name}")
    done
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${pass[@]}" chroot "$root" "$@" </dev/null
}
