#!/usr/bin/env bash
# Prove the Debian packages in dist/: on a plain Debian 12 without Python, each installs, says its version, does
# its work, paints its window, and leaves nothing but the user's own files when it is purged.
#
#   scripts/prove_packages.sh [FOLDER]     run as root; needs debootstrap, and `make package` before
#
# FOLDER (default: a new temporary one) keeps the plain system, so that a second run starts sooner. Pictures of
# the windows are left in dist/. MIRROR is the Debian mirror, where not debootstrap's own choice.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
folder=${1:-$(mktemp -d)}
INCLUDE=ca-certificates
. "$repository/scripts/debian_folder.sh"
go_inside

as_resident() {
    inside env HOME=/home/resident XDG_RUNTIME_DIR=/tmp/resident "$@"
}

install_packages() {
    cp "$repository"/dist/counterproof-*.deb "$root/tmp/"
    say "apt-get install, with what the packages ask for and nothing else"
    inside apt-get update -qq
    inside env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get install -y -qq --no-install-recommends /tmp/*.deb' >"$folder/install.log" 2>&1 ||
        { tail -20 "$folder/install.log"; stop "the packages do not install: see $folder/install.log"; }
    inside sh -c '! command -v python3' || stop "something brought Python along: the programs would not show it"
    inside dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB\n' 'counterproof-*'
}

# Each program answers, has its manual page and its completions, and can be read by everybody.
prove_commands() {
    local name
    for name in wallet verifier issuer; do
        say "$name: $(as_resident "$name" --version)"
        as_resident "$name" --help >/dev/null
        [ -s "$root/usr/share/man/man1/$name.1.gz" ] || [ -n "${NO_MAN:-}" ] ||
            grep -q "path-exclude.*man" -r "$root/etc/dpkg/dpkg.cfg.d" 2>/dev/null || stop "$name has no manual page"
        [ -s "$root/usr/share/bash-completion/completions/$name" ] || stop "$name has no completions"
    done
}

prove_a_vector() {
    say "verifier conformance: one of the published cases"
    local answer
    answer=$("$repository/.venv/bin/python" -c '
import json, sys
case = json.load(open(sys.argv[1]))
print(json.dumps({name: case[name] for name in case if name not in ("clause", "expect", "note")}))' \
        "$repository/tests/vectors/verification/device_mac.json" | as_resident_reading verifier conformance)
    printf '%s\n' "$answer"
    grep -q '"verdict": *"accepted"' <<<"$answer" || stop "the case was not accepted"
}

# As `inside`, with standard input handed on.
as_resident_reading() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/home/resident chroot --userspec resident "$root" "$@"
}

prove_an_agency() {
    say "issuer: an agency is founded, issues nothing, publishes"
    inside env HOME=/tmp COUNTERPROOF_PASSPHRASE="correct horse battery staple nine" sh -ec '
        cd /tmp
        issuer init agency --name "Harbour Borough" --country EE --type residency >/dev/null
        issuer publish agency published >/dev/null
        issuer audit verify agency
        ls published'
    [ -s "$root/usr/lib/systemd/system/counterproof-issuer.service" ] || stop "the service has no unit"
    grep -q '^counterproof:' "$root/etc/passwd" || stop "the service has no user of its own"
    [ "$(stat -c '%a' "$root/var/lib/counterproof-issuer")" = 700 ] || stop "others can read the service's folder"
}

# The agency certifies the counter, and the counter prints in Hindi: fonts of the system, FriBidi to join letters.
prove_paper() {
    say "issuer and verifier: a counter is certified, and its request is on paper in Hindi"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-lohit-deva \
        >"$folder/fonts.log" 2>&1
    as_resident_in_home COUNTERPROOF_PASSPHRASE="correct horse battery staple nine" \
        COUNTERPROOF_ROOT_PASSPHRASE="correct horse battery staple nine" sh -ec '
        cd
        issuer init agency --name "Harbour Borough" --country EE --type residency >/dev/null
        verifier init --counter counter --name "Library desk" --id HB-1 >/dev/null
        issuer reader-cert agency --request counter/reader.csr --id HB-1 --office HB-1 --name "Library desk" \
            --out desk.pem >/dev/null
        verifier install-cert --counter counter desk.pem
        verifier --language hi request --counter counter --type residency --fields age_over_18 \
            --purpose library.age-check --beyond-registration --out ask.pdf'
    cp "$root/home/resident/ask.pdf" "$repository/dist/paper-verifier.pdf"
    "$repository/.venv/bin/python" -m scripts.packages.paper "$repository/dist/paper-verifier.pdf" \
        "$repository/dist/paper-verifier.png" || stop "nothing is on the paper"
}

as_resident_in_home() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/home/resident \
        chroot --userspec resident "$root" env "$@" </dev/null
}

# A window in a real X server, which writes its screen into a file (XWD) that the host turns into a picture.
prove_windows() {
    say "windows, in Xvfb"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends xvfb \
        fonts-dejavu-core >"$folder/xvfb.log" 2>&1
    local name
    for name in wallet verifier; do
        inside sh -ec "
            mkdir -p /tmp/screen /tmp/resident /tmp/.X11-unix; chmod 1777 /tmp/.X11-unix
            chown resident /tmp/screen /tmp/resident; chmod 700 /tmp/resident; rm -f /tmp/screen/*
            Xvfb :7 -screen 0 1280x800x24 -fbdir /tmp/screen -nolisten tcp >/dev/null 2>&1 & server=\$!
            sleep 2
            setpriv --reuid resident --regid resident --clear-groups env HOME=/home/resident DISPLAY=:7 \
                XDG_RUNTIME_DIR=/tmp/resident $name >/tmp/$name.log 2>&1 & program=\$!
            cp /tmp/screen/Xvfb_screen0 /tmp/blank
            for second in \$(seq ${PAINT_SECONDS:-90}); do
                sleep 1
                kill -0 \$program || { cat /tmp/$name.log; exit 1; }
                cmp -s /tmp/blank /tmp/screen/Xvfb_screen0 || break
            done
            sleep 5
            kill -0 \$program || { cat /tmp/$name.log; exit 1; }
            cp /tmp/screen/Xvfb_screen0 /tmp/$name.xwd
            kill \$program; wait \$program || true; kill \$server; wait \$server || true" ||
            stop "$name did not stay open"
        "$repository/.venv/bin/python" -m scripts.packages.screen "$root/tmp/$name.xwd" \
            "$repository/dist/window-$name.png" || stop "$name painted nothing"
    done
}

prove_removal() {
    say "apt-get purge: what is left"
    inside env DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq 'counterproof-*' >/dev/null 2>&1
    local left
    left=$(find "$root/usr" "$root/etc" -iname '*counterproof*' | sed "s#^$root##")
    [ -z "$left" ] || [ "$left" = /etc/counterproof-issuer ] || stop "left behind: $left"
    [ -d "$root/var/lib/counterproof-issuer" ] || stop "the agency's own folder was removed"
    echo "nothing but the agency's own folders"
}

ls "$repository"/dist/counterproof-{wallet,verifier,issuer}_*.deb >/dev/null || stop "make package comes first"
make_plain_system
make_running_system
install_packages
prove_commands
prove_a_vector
prove_an_agency
prove_paper
prove_windows
prove_removal
say "proved; $folder may be removed"
